"""How a nurse asks for a scale, answers with a number, and stops."""

import re

import pytest

from bot.core.patient_code import DEFAULT_PATTERN
from bot.core.scales.asked import AskedScale, asks_to_stop, find_scale
from bot.core.scales.number import number_in
from bot.core.scales.scale import ScaleName

_PATTERN = re.compile(DEFAULT_PATTERN)
BRADEN, PUSH, NEWS2 = ScaleName


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("braden", AskedScale(BRADEN)),
        ("Hola, quiero hacer la escala de Braden por favor", AskedScale(BRADEN)),
        ("Braden K7Q2", AskedScale(BRADEN, "K7Q2")),
        ("escala de braden caso k7q2", AskedScale(BRADEN, "K7Q2")),
        ("PUSH 3.0", AskedScale(PUSH)),
        ("push PAC-1001", AskedScale(PUSH, patient_code="PAC-1001")),
        ("push para pac-1001, gracias", AskedScale(PUSH, patient_code="PAC-1001")),
        ("news 2", AskedScale(NEWS2)),
        ("NEWS2 score", AskedScale(NEWS2)),
    ],
)
def test_a_scale_is_asked_for(text: str, asked: AskedScale) -> None:
    """By its name, with courtesies, a case code or a patient code."""
    assert find_scale(text, _PATTERN) == asked


@pytest.mark.parametrize(
    "text",
    [
        "Braden 13",
        "braden?",
        "NEWS 7",
        "riesgo braden 15",
        "push the pain away",
        "Braden 12, sacro con eritema",
        "tiene un braden bajo",
        "no news",
        "",
    ],
)
def test_a_finding_or_a_question_asks_for_no_scale(text: str) -> None:
    """A value, a question or a sentence stays what it is."""
    assert find_scale(text, _PATTERN) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("26", "26"),
        ("38,5", "38.5"),
        ("38.5 °C", "38.5"),
        ("97 %", "97"),
        ("120 mmHg", "120"),
        ("4 x 3 cm", "12.00"),
        ("2,5cm x 2", "5.00"),
        ("26 por minuto", "26"),
        ("4 por 3", None),
        ("tiene 26", None),
        ("120/80", None),
        ("-3", None),
        ("", None),
    ],
)
def test_a_number_is_an_answer_only_alone(text: str, number: str | None) -> None:
    """With its unit, or as length times width; in a sentence it belongs to the case."""
    assert number_in(text) == number


def test_stopping_takes_one_word() -> None:
    """In a sentence the word means something else."""
    assert asks_to_stop("cancelar")
    assert asks_to_stop("Cancel, please")
    assert asks_to_stop("STOP")
    assert not asks_to_stop("no puedo cancelar la curación de hoy")
    assert not asks_to_stop("sangrado stop")
