"""Scores whose numbers stand in the question itself."""

import pytest

from bot.core.protocol.sums import braden_total, push_sum


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("¿Cómo se puntúa 12 cm2 con esfacelo y exudado moderado?", (8, 3, 2)),
        ("PUSH for 12 cm², slough, moderate exudate?", (8, 3, 2)),
        ("push: 4 x 3 cm, esfacelo, exudado moderado", (8, 3, 2)),
        ("cuantos puntos push 0,5 cm2 granulacion sin exudado", (2, 2, 0)),
        ("PUSH score 25 cm2 necrosis and heavy drainage", (10, 4, 3)),
        ("puntaje push 6 cm2, esfacelo sin necrosis, poco exudado", (7, 3, 1)),
        ("push score: 2 by 1 cm, epithelial tissue, light exudate", (4, 1, 1)),
        ("push 3 cm2 con esfacelo y algo de necrosis, exudado abundante", (5, 4, 3)),
    ],
)
def test_a_push_with_its_three_parts_is_summed(question: str, points: tuple[int, int, int]) -> None:
    """In both languages, by area or by length and width; the worst tissue counts."""
    found = push_sum(question)
    assert found
    assert found.points == points
    assert found.total == sum(points)


@pytest.mark.parametrize(
    "question",
    [
        "como se calcula el push?",
        "push con esfacelo y exudado moderado",
        "cuantos puntos son 12 cm2 en push?",
        "herida de 12 cm2 con esfacelo y exudado moderado",
        "12 cm2 con esfacelo y exudado moderado, que categoria es?",
    ],
)
def test_a_part_that_is_missing_is_not_guessed(question: str) -> None:
    """Without a score that is asked for, or without all its parts, there is no sum."""
    assert push_sum(question) is None


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("riesgo braden 15?", 15),
        ("mi paciente tiene braden de 18, que riesgo es", 18),
        ("what risk is a Braden of 13?", 13),
        ("Braden score 9", 9),
        ("braden q 15", None),
        ("braden 2 veces al dia?", None),
        ("braden cada 24 horas?", None),
        ("braden 13 a 15", None),
        ("puntos de corte de braden", None),
        ("braden 40", None),
    ],
)
def test_a_braden_total_is_read(question: str, total: int | None) -> None:
    """A single total, and never one of Braden Q, a range or a frequency."""
    assert braden_total(question) == total
