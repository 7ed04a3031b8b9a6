"""What the nurse says the wound is, where a photo cannot tell."""

import pytest

from bot.core.wound_kinds import WoundKind, wound_kinds

MUCOSAL, DEVICE, IAD = WoundKind.MUCOSAL, WoundKind.DEVICE, WoundKind.IAD
FOOT, VASCULAR, TEAR = WoundKind.DIABETIC_FOOT, WoundKind.VASCULAR_ULCER, WoundKind.SKIN_TEAR


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("herida en la nariz por la sonda", {DEVICE}),
        ("Lesión en puente nasal bajo la mascarilla de BiPAP", {DEVICE}),
        ("LPP por dispositivo, oreja derecha", {DEVICE}),
        ("enrojecimiento debajo del collarín", {DEVICE}),
        ("sacro 3 cm. marca por naricera", {DEVICE}),
        ("device related pressure injury, nose", {DEVICE}),
        ("sore under the oxygen mask", {DEVICE}),
        ("redness beneath her cervical collar", {DEVICE}),
        ("lesión en mucosa oral por el tubo", {MUCOSAL, DEVICE}),
        ("ulcera de la mucosa labial", {MUCOSAL}),
        ("mucosal pressure injury", {MUCOSAL}),
        ("mucous membrane injury from the tube", {MUCOSAL, DEVICE}),
        ("dermatitis asociada a la incontinencia en glúteos", {IAD}),
        ("dermatitis del pañal", {IAD}),
        ("impresiona DAI", {IAD}),
        ("looks like incontinence-associated dermatitis", {IAD}),
        ("IAD perineum", {IAD}),
        ("moisture lesion in the cleft", {IAD}),
        ("pie diabético derecho", {FOOT}),
        ("úlcera neuropática plantar", {FOOT}),
        ("diabetic foot ulcer", {FOOT}),
        ("úlcera venosa en pierna izquierda", {VASCULAR}),
        ("úlcera de origen arterial", {VASCULAR}),
        ("venous leg ulcer", {VASCULAR}),
        ("desgarro cutáneo en antebrazo", {TEAR}),
        ("skin tear on the forearm", {TEAR}),
    ],
)
def test_a_mention_is_heard(text: str, kinds: set[WoundKind]) -> None:
    """In Spanish and English, with or without accents, in the words of a ward."""
    assert wound_kinds([text]) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "LPP sacro, no es por la sonda",
        "sin dermatitis asociada a incontinencia",
        "no impresiona pie diabético",
        "paciente diabética, herida en talón",
        "usuaria diabética con lesión en el pie",
        "se alimenta por la sonda, LPP sacra",
        "alimentada por la sonda",
        "recibe oxígeno por la naricera",
        "diuresis por la sonda foley",
        "fed by the tube, sacral sore",
        "mucosas hidratadas, herida sacra",
        "usa pañal, eritema en sacro",
        "desgarro muscular antiguo",
        "¿es IAD o LPP?",
        "DAI vs LPP categoría II",
        "descartar pie diabético",
        "not a skin tear",
        "no venous ulcer",
        "antecedente de pie diabético",
        "si aparece lesión por la mascarilla avisar",
        "como distingo una dermatitis asociada a la incontinencia?",
        "herida sacra de 3 cm con esfacelo",
    ],
)
def test_denied_doubtful_and_other_words_say_nothing(text: str) -> None:
    """Whatever is denied, left open, asked, past or about care keeps the photo's category."""
    assert wound_kinds([text]) == set()


def test_later_words_take_a_mention_back() -> None:
    """The nurse corrects herself; what she did not mention again stays."""
    texts = ["desgarro, por la sonda", "no es por la sonda"]
    assert wound_kinds(texts[:1]) == {DEVICE, TEAR}
    assert wound_kinds(texts) == {TEAR}
    assert wound_kinds(reversed(texts)) == {DEVICE, TEAR}
