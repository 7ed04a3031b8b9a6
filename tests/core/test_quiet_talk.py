"""Quiet talk beside its opposite: the same construction without a danger, and with one."""

from pathlib import Path

import pytest

from bot.core.decision_table import shipped_table
from bot.core.redflags import RedFlagKind, find_red_flags
from bot.core.redflags.finding import flags_by_rule

_LIMITS = shipped_table().limits
_PAIRS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("phrase_pairs.tsv").read_text("utf-8").splitlines()
]


def test_the_pairs_speak_both_languages() -> None:
    """Thirty pairs or more in each."""
    languages = [language for language, _, _ in _PAIRS]
    assert min(languages.count("es"), languages.count("en")) >= 30


@pytest.mark.parametrize("quiet", [quiet for _, quiet, _ in _PAIRS])
def test_no_rule_raises_quiet_talk(quiet: str) -> None:
    """Denied, empty, taken back, usual, another's, taught, over, asked or an idiom."""
    assert flags_by_rule(quiet, _LIMITS) == ()


@pytest.mark.parametrize("danger", [danger for _, _, danger in _PAIRS])
def test_the_same_construction_with_a_danger_is_raised(danger: str) -> None:
    """What calms the one must not hide the other."""
    assert find_red_flags(danger, _LIMITS)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("dije 36 y era 39", RedFlagKind.FEVER, "39"),
        ("BP 120/80 oops meant 80/40", RedFlagKind.LOW_BLOOD_PRESSURE, "80/40"),
        ("sat 97, digo 84", RedFlagKind.LOW_OXYGEN, "84"),
    ],
)
def test_a_corrected_number_is_the_one_that_counts(
    text: str, kind: RedFlagKind, words: str
) -> None:
    """And the one that the flag shows."""
    assert {flag.kind: flag.words for flag in flags_by_rule(text, _LIMITS)}[kind] == words


@pytest.mark.parametrize("text", ["dije cama 38 y era 39", "I wrote room 36 but it is 39"])
def test_a_corrected_bed_is_no_temperature(text: str) -> None:
    """Only what may be degrees is taken for them without a name."""
    assert flags_by_rule(text, _LIMITS) == ()


@pytest.mark.parametrize(
    "added",
    [
        ", usual nurse off sick",
        ", la otra cama está bien",
        ", me cambio de turno con Ana",
        ", esta foto está mejor",
        ", sorry I meant left heel",
        ", it was her daughter who called",
        ", dressing Y/N",
        ", ¿qué dice el protocolo?",
    ],
)
def test_what_is_said_beside_a_danger_does_not_hide_it(added: str) -> None:
    """Words that calm somewhere else, at the end of a sentence that holds a danger."""
    hidden = [
        danger
        for _, _, danger in _PAIRS
        if flags_by_rule(danger, _LIMITS) and not flags_by_rule(danger + added, _LIMITS)
    ]
    assert hidden == []
