"""Words that no rule knows, and that sound like danger."""

from pathlib import Path

import pytest

from bot.channels.advice_words import AdviceWords
from bot.core.decision_table import shipped_table
from bot.core.redflags import RedFlagKind, find_red_flags
from bot.core.redflags.finding import flags_by_rule
from bot.core.redflags.resemblance import DANGER
from bot.core.staff import Language
from bot.core.text_model import TextModel, load_text_model, save_text_model
from bot.core.urgency import Urgency
from bot.settings import CHECKOUT

_TABLE = shipped_table()
_KEPT_OUT = Path(__file__).with_name("phrases") / "tenth.tsv"


def _unlearned() -> list[tuple[str, str]]:
    lines = _KEPT_OUT.read_text("utf-8").splitlines()
    return [(wanted, text) for _, wanted, text in (line.split("\t") for line in lines)]


def test_dangers_that_no_rule_knows_are_mostly_heard() -> None:
    """On phrases that neither the rules nor the models were made with, two in three of what the
    rules miss are raised."""
    missed = [
        text
        for wanted, text in _unlearned()
        if wanted != "quiet"
        if not flags_by_rule(text, _TABLE.limits)
    ]
    heard = [text for text in missed if find_red_flags(text, _TABLE.limits)]
    assert len(heard) >= 2 * len(missed) / 3


def test_few_quiet_phrases_sound_like_danger() -> None:
    """Of those that no rule flags, at most one in ten is raised by its sound."""
    quiet = [
        text
        for wanted, text in _unlearned()
        if wanted == "quiet"
        if not flags_by_rule(text, _TABLE.limits)
    ]
    assert sum(bool(find_red_flags(text, _TABLE.limits)) for text in quiet) <= len(quiet) / 10


@pytest.mark.parametrize(
    "text", ["se nos va la señora, vengan", "grey, clawing at the sheets, come"]
)
def test_what_sounds_like_an_emergency_is_one(text: str) -> None:
    """The flag says the words that raised it."""
    flags = find_red_flags(text, _TABLE.limits)
    assert _TABLE.urgency_of(flags) is Urgency.EMERGENCY
    assert all(flag.words in text for flag in flags)


@pytest.mark.parametrize(
    "text",
    [
        "Buenas noches, le mando la herida de la señora de la 12, le salió hoy",
        "Señora de la 12, sacro",
        "recién curada, le cambié el apósito",
        "se le hizo una herida chica anoche",
        "ayer no la tenía",
        "Perdón, la anterior salió movida",
        "la doctora me dijo que le mandara una foto",
        "just took over the shift and found this",
        "it wasn't there yesterday",
    ],
)
def test_words_that_only_hand_over_a_photo_call_nobody(text: str) -> None:
    """Courtesies, beds and when it was seen: nearly every caption has them."""
    assert find_red_flags(text, _TABLE.limits) == ()


@pytest.mark.parametrize(
    "text",
    [
        "le apreté y sigue roja, no se pone blanca",
        "apreté con el dedo y no palidece",
        "se pone blanca y vuelve",
        "se queja cuando la toco",
        "le duele al tocar",
        "está más caliente que el otro lado",
        "pressed it, still red",
        "it goes white then red again",
        "she winces when I touch it",
        "can't tell",
    ],
)
def test_what_a_finger_finds_calls_nobody(text: str) -> None:
    """Vigia itself asks whether it blanches, hurts or is warm."""
    assert find_red_flags(text, _TABLE.limits) == ()


@pytest.mark.parametrize(
    "text",
    [
        "le apreté y cruje, como si tuviera burbujas",
        "se puso blanca y no reacciona",
        "grita apenas la rozo, es mucho dolor para esa herida",
        "pressed it and it crackles",
        "she went white and she won't wake up",
    ],
)
def test_a_finger_may_find_an_emergency(text: str) -> None:
    """Said in the same words."""
    assert _TABLE.urgency_of(find_red_flags(text, _TABLE.limits)) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "Buenas noches, le mando la herida de la señora de la 12, no me responde",
        "hola, le mando la foto de don Pedro, está como ido",
        "good evening, the lady in 12 is not herself tonight",
    ],
)
def test_a_courtesy_hides_no_danger(text: str) -> None:
    """The same opening, and an emergency."""
    assert _TABLE.urgency_of(find_red_flags(text, _TABLE.limits)) is Urgency.EMERGENCY


def test_what_sounds_like_an_emergency_makes_more_of_a_lesser_sign() -> None:
    """The rule's own sign stays, the possible emergency comes beside it."""
    text = "rapidly deteriorating, come now"
    assert _TABLE.urgency_of(flags_by_rule(text, _TABLE.limits)) is Urgency.VERY_URGENT
    kinds = [flag.kind for flag in find_red_flags(text, _TABLE.limits)]
    assert RedFlagKind.UNWELL in kinds
    assert kinds[-1] is RedFlagKind.POSSIBLE_EMERGENCY


@pytest.mark.parametrize(
    ("quiet", "danger"),
    [
        ("MAP 84", "MAP 54"),
        ("hora 08:40 control y confort", "hora 08:40 se nos va, vengan"),
        ("a las 14:20 le toca rotación", "a las 14:20 T 39"),
        ("5x5 gauze and tape", "5x5 gauze and grey, clawing at the sheets"),
        ("anoche 38,9 hoy 36,4", "anoche 36,4 hoy 38,9"),
        ("temp 38.6 yesterday, 36.8 now", "temp 36.8 yesterday, 38.6 now"),
    ],
)
def test_a_number_that_means_nothing_does_not_sound_like_danger(quiet: str, danger: str) -> None:
    """A normal vital sign, an hour, a size and a value of yesterday; what is beside it counts."""
    assert find_red_flags(quiet, _TABLE.limits) == ()
    assert find_red_flags(danger, _TABLE.limits)


def test_a_quiet_sentence_does_not_hide_the_one_that_sounds_like_danger() -> None:
    """Each sentence is weighed alone, and the flag shows the one that counts."""
    text = "Sacro, hace tres días. Se nos está yendo la señora de la 4. Gracias"
    flags = find_red_flags(text, _TABLE.limits)
    assert flags[-1].kind is RedFlagKind.POSSIBLE_EMERGENCY
    assert all("yendo" in flag.words for flag in flags)


@pytest.mark.parametrize("text", ["", "   ", "...", "¿?", "👍", "7", "36,8", "120", "ok", "110."])
def test_what_says_nothing_raises_nothing(text: str) -> None:
    """No words, no danger in them."""
    assert find_red_flags(text, _TABLE.limits) == ()


def test_what_the_house_itself_offers_never_sounds_like_danger() -> None:
    """An order, an answer to a question or a place typed alone calls nobody."""
    said = (CHECKOUT / "tests/core/commands.tsv").read_text("utf-8").splitlines()
    orders = [line.split("\t")[1] for line in said]
    labels = [
        label
        for language in Language
        for label in AdviceWords.load(CHECKOUT / "templates", language).choices.values()
    ]
    places = ["sacro", "sacral", "talón izq", "left hip", "occipital", "isquion", "coccyx"]
    said = [*orders, *labels, *places, "PAC-1001", "caso 7K2F", "3", "hace 2 días", "two weeks"]
    assert [
        text
        for text in said
        if find_red_flags(text, _TABLE.limits) != flags_by_rule(text, _TABLE.limits)
    ] == []


def test_a_model_that_is_cut_short_is_not_loaded(tmp_path: Path) -> None:
    """Half a model would hear half of the dangers."""
    short = tmp_path / "short.model"
    short.write_bytes(DANGER.read_bytes()[:-1])
    with pytest.raises(ValueError, match="cut short"):
        load_text_model(short)


def test_a_model_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    """A word that it never saw says nothing either way."""
    model = TextModel(4, bytes([255, 0, 255, 0]), 0.01, bytes([255, 128, 0, 128]), 0.1, -1.0)
    save_text_model(model, tmp_path / "small.model")
    assert load_text_model(tmp_path / "small.model") == model
    assert TextModel(4, bytes(4), 0.01, bytes(4), 0.1, 9.0).probability(["fever"]) == 0.0
