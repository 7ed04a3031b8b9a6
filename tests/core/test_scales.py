"""Braden, PUSH and NEWS2, as a nurse answers them."""

import pytest
from click.testing import CliRunner

from bot.channels.scale_words import scale_words
from bot.cli.scale import scale
from bot.core.redflags.scores import Vital, points
from bot.core.scales import Question, ScaleName, load_scales, next_question, result
from bot.core.staff import Language
from bot.settings import CHECKOUT

_SCALES = load_scales()


def _answered(name: ScaleName, *given: str) -> tuple[int, str]:
    keys = [question.key for question in _SCALES[name].questions]
    scored = result(_SCALES[name], dict(zip(keys, given, strict=True)))
    return scored.total, scored.meaning


def test_push_of_a_sloughy_wound() -> None:
    """12 cm2, moderate exudate and slough are 8, 2 and 3."""
    assert _answered(ScaleName.PUSH, "12", "moderate", "slough") == (13, "open")
    assert _answered(ScaleName.PUSH, "0", "none", "closed") == (0, "closed")


@pytest.mark.parametrize(
    ("area", "points"),
    [
        ("0,2", 1),
        ("0.3", 2),
        ("0.7", 3),
        ("1.1", 4),
        ("2.1", 5),
        ("3.1", 6),
        ("4.1", 7),
        ("8.0", 7),
        ("8.1", 8),
        ("12.1", 9),
        ("24", 9),
        ("24.1", 10),
    ],
)
def test_push_scores_the_area_by_its_bands(area: str, points: int) -> None:
    """Each band of the area begins where the chart says, with a comma or a point."""
    assert _answered(ScaleName.PUSH, area, "none", "closed")[0] == points


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("4", "4", "4", "4", "4", "3"), (23, "low")),
        (("3", "3", "3", "3", "2", "2"), (16, "low")),
        (("3", "3", "2", "3", "2", "2"), (15, "moderate")),
        (("2", "2", "2", "3", "2", "2"), (13, "moderate")),
        (("2", "2", "2", "2", "2", "2"), (12, "high")),
        (("1", "1", "1", "1", "1", "1"), (6, "high")),
    ],
)
def test_braden_has_the_bands_of_the_ministry(
    given: tuple[str, ...], wanted: tuple[int, str]
) -> None:
    """12 or less is high, 13 to 15 moderate, 16 or more low."""
    assert _answered(ScaleName.BRADEN, *given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("16", "97", "air", "120", "70", "alert", "36.8"), (0, "very_low")),
        (("21", "95", "air", "120", "95", "alert", "36.8"), (4, "low")),
        (("16", "97", "air", "120", "70", "voice", "36.8"), (3, "single_three")),
        (("22", "94", "oxygen", "120", "70", "alert", "36,8"), (5, "moderate")),
        (("26", "88", "oxygen", "85", "132", "voice", "39.2"), (19, "high")),
    ],
)
def test_news2_is_the_chart(given: tuple[str, ...], wanted: tuple[int, str]) -> None:
    """A total has its band, and a single 3 is never called low."""
    assert _answered(ScaleName.NEWS2, *given) == wanted


_CHART = {
    Vital.BREATHS: {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3},
    Vital.SATURATION: {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0},
    Vital.SYSTOLIC: {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3},
    Vital.PULSE: {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3},
    Vital.TEMPERATURE: {35.0: 3, 35.1: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2},
}


@pytest.mark.parametrize("vital", list(_CHART))
def test_each_vital_sign_scores_as_on_the_chart(vital: Vital) -> None:
    """Both edges of every band of the NEWS2 chart."""
    assert {value: points(vital, value) for value in _CHART[vital]} == _CHART[vital]


@pytest.mark.parametrize("answer", ["", "lots", "nan", "-1", "0", "5000"])
def test_a_wrong_answer_is_refused(answer: str) -> None:
    """Words, nothing, and impossible numbers score no breaths."""
    with pytest.raises(ValueError, match=r".*"):
        _breaths().score(answer)


def _breaths() -> Question:
    question = next_question(_SCALES[ScaleName.NEWS2], {})
    assert question is not None
    return question


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", list(ScaleName))
def test_every_question_and_meaning_has_its_words(name: ScaleName, language: Language) -> None:
    """Both languages say all of every scale, and nothing that no scale has."""
    words = scale_words(CHECKOUT / "templates", language)[name]
    asked = _SCALES[name].questions
    assert set(words["questions"]) == {question.key for question in asked}
    assert set(words["choices"]) == {choice.key for q in asked for choice in q.choices}
    assert set(words["meanings"]) == {meaning for _, meaning in _SCALES[name].meanings}


def test_a_nurse_answers_push_at_the_terminal() -> None:
    """An answer that is none is asked again, and the total is told with its source."""
    told = CliRunner().invoke(scale, ["push", "--language", "en"], input="12\nmuch\n3\n4\n")
    assert told.exit_code == 0
    assert "not one of the answers" in told.output
    assert "PUSH 3.0: 13." in told.output
    assert "Source: PUSH 3.0" in told.output
