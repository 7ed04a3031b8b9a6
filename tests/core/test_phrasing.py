"""What a model worded is sent only where the passages bear it out."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.protocol.answer import LONGEST_ANSWER, Grounds, Quote
from bot.core.protocol.phrasing import Fault, PhrasingTask, find_fault, worded
from bot.core.staff import Language

_TURNING = PhrasingTask(
    "cada cuanto giro al paciente?",
    Language.ES,
    Grounds(
        (
            Quote("R7", "Plan individual; cada 2 o cada 3 horas es aceptable.", "R7, certeza baja"),
            Quote(
                "CG179 1.1.8",
                "NICE: al menos cada 6 horas si hay riesgo y cada 4 horas si el riesgo es alto.",
                "CG179 1.1.8",
            ),
        ),
        "Las fuentes no coinciden:",
        "Redactado por un modelo.\nFuentes: dos.\nNo reemplaza la evaluación.",
    ),
)
_GOOD = (
    "Con un plan individual es aceptable girar cada 2 o cada 3 horas [R7]. NICE pide hacerlo "
    "al menos cada 6 horas si hay riesgo [CG179 1.1.8]."
)
_MASSAGE = PhrasingTask(
    "can I rub the red skin?",
    Language.EN,
    Grounds(
        (
            Quote(
                "CG179 1.1.10",
                "Do not massage the skin to prevent pressure injuries, nor the red area.",
                "CG179 1.1.10",
            ),
            Quote("NPIAP16", "Category II: partial-thickness loss of the skin.", "NPIAP16"),
        ),
        "",
        "Worded by a model.",
    ),
)
_RUB = "Do not massage the skin, and leave the red area alone [CG179 1.1.10]."


def test_good_words_are_framed_by_the_authored_lines() -> None:
    """The disagreement opens, each key has its strength again, sources and caution close."""
    assert find_fault(_GOOD, _TURNING) is None
    assert worded(_GOOD, _TURNING) == (
        "Las fuentes no coinciden:\n"
        + _GOOD.replace("[R7]", "[R7, certeza baja]")
        + "\n"
        + _TURNING.grounds.closing
    )
    assert find_fault(_RUB, _MASSAGE) is None


def test_a_task_survives_the_outbox() -> None:
    assert PhrasingTask.of(json.loads(json.dumps(_TURNING.facts()))) == _TURNING


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", Fault.EMPTY),
        (_GOOD * 8, Fault.TOO_LONG),
        (_GOOD.replace("individual", "*individual*"), Fault.MARKUP),
        (_GOOD.replace("individual", "<!channel>"), Fault.MARKUP),
        (_GOOD.replace("6 horas", "6½ horas"), Fault.MARKUP),
        (_GOOD.replace("R7", "R8"), Fault.FOREIGN_KEY),
        (_GOOD.replace("[R7]", "[R7, CG179 1.1.8]"), Fault.FOREIGN_KEY),
        (_GOOD.replace("NICE", "GNEAUPP"), Fault.FOREIGN_KEY),
        (_GOOD + " Ponga también una almohada.", Fault.UNCITED),
        ("[R7] " + _GOOD, Fault.UNCITED),
        ("Gire cada tanto, según el plan.", Fault.UNCITED),
        ("NICE pide al menos cada 6 horas [CG179 1.1.8].", Fault.FIRST_NOT_CITED),
        ("Con un plan es aceptable cada 3 horas [R7].", Fault.ONE_SIDED),
        (_GOOD.replace("6 horas", "8 horas"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("6 horas", "3 horas"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("6 horas", "6 días"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("cada 6 horas", "cada hora"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("6 horas", "seis coma cuatro horas"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("cada 6 horas", "a diario"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("si hay riesgo", "en categoría III"), Fault.FOREIGN_NUMBER),
        (_GOOD.replace("pide hacerlo", "no pide hacerlo"), Fault.TURNED_ROUND),
        (_GOOD.replace("al menos", "como mucho"), Fault.TURNED_ROUND),
        (_GOOD.replace("si hay riesgo", "con 6 mg de calma"), Fault.DOSE),
        (_GOOD.replace("si hay riesgo", "con 6 µg de calma"), Fault.DOSE),
        (_GOOD.replace("si hay riesgo", "y dar paracetamol"), Fault.DOSE),
    ],
)
def test_words_that_the_passages_do_not_bear_out_are_not_sent(said: str, fault: Fault) -> None:
    """Each is refused for what is wrong in it."""
    assert find_fault(said, _TURNING) is fault


def test_what_is_forbidden_stays_forbidden() -> None:
    assert find_fault(_RUB.replace("Do not massage", "Massage"), _MASSAGE) is Fault.TURNED_ROUND
    assert find_fault(_RUB.replace("Do not", "Don't"), _MASSAGE) is None


def test_another_language_is_not_sent() -> None:
    """A nurse who asked in English does not get Spanish."""
    spanish = "No masajee la piel ni la zona que está roja [CG179 1.1.10]."
    assert find_fault(spanish, _MASSAGE) is Fault.LANGUAGE


def test_numbers_may_be_spelled_out() -> None:
    assert find_fault(_GOOD.replace("cada 6 horas", "cada seis horas"), _TURNING) is None


_SPACES = [match.start() for match in re.finditer(" ", _GOOD.partition("[CG179")[0])]
_KNOWN = {"2", "3", "4", "6"}
_WORDS = (
    "cinco siete ocho nueve diez doce veinte treinta cien mil five seven eight nine ten twelve "
    "twenty thirty hundred treinta-y-seis veinte-y-dos thirty-six dos-coma-tres"
)
_SPELLED = _WORDS.split()


def _put(words: str, place: int) -> str:
    return f"{_GOOD[:place]} {words}{_GOOD[place:]}"


@given(
    number=st.one_of(
        st.integers(0, 10**6).map(str),
        st.decimals(0, 999, places=1).map(str),
        st.decimals(0, 999, places=2).map(lambda value: str(value).replace(".", ",")),
        st.tuples(st.integers(0, 99), st.sampled_from("/:"), st.integers(1, 99)).map(
            lambda parts: "".join(map(str, parts))
        ),
        st.sampled_from(_SPELLED),
    ).filter(lambda number: number not in _KNOWN),
    unit=st.sampled_from(["", " horas", " %", " cm", " h", " mg"]),
    place=st.sampled_from(_SPACES),
)
def test_no_foreign_number_passes(number: str, unit: str, place: int) -> None:
    """Wherever it stands, in digits or in words, alone or with a unit."""
    assert find_fault(_put(number + unit, place), _TURNING) is not None


@given(
    number=st.sampled_from(sorted(_KNOWN)),
    unit=st.sampled_from(["días", "semanas", "cm", "%", "grados", "mg", "kg"]),
    place=st.sampled_from(_SPACES),
)
def test_no_number_passes_with_a_foreign_unit(number: str, unit: str, place: int) -> None:
    """6 hours are no 6 days."""
    assert find_fault(_put(f"{number} {unit}", place), _TURNING) is not None


@given(
    key=st.one_of(
        st.text(max_size=20),
        st.from_regex(r"[A-Z]{1,6}[0-9]{1,3}( [0-9](\.[0-9]{1,2}){1,2})?", fullmatch=True),
        st.from_regex(r"SITE:[a-z]{1,8} p\.[0-9]{1,2}", fullmatch=True),
    ).filter(lambda key: key not in ("R7", "CG179 1.1.8")),
    place=st.sampled_from(_SPACES),
)
def test_no_foreign_key_passes(key: str, place: int) -> None:
    """Whatever stands in brackets is a key that was found, or nothing is sent."""
    assert find_fault(_put(f"[{key}]", place), _TURNING) is not None


@given(key=st.from_regex(r"[A-Z]{1,6}[0-9]{1,3}", fullmatch=True), place=st.sampled_from(_SPACES))
def test_no_key_passes_outside_brackets(key: str, place: int) -> None:
    """Not even one that was found: it would stand without its strength."""
    assert find_fault(_put(key, place), _TURNING) is not None


@given(said=st.text())
def test_whatever_passes_is_short_and_cites_the_first(said: str) -> None:
    """Any text behind good words, in any script."""
    text = f"{_GOOD} {said}"
    if find_fault(text, _TURNING) is None:
        assert len(worded(text, _TURNING)) <= LONGEST_ANSWER
        assert "[R7, certeza baja]" in worded(text, _TURNING)
        assert worded(text, _TURNING).endswith(_TURNING.grounds.closing)
        assert not set(re.findall(r"\d+", said))
