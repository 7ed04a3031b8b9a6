"""Scales as data: questions, points for each answer, and what a total means."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.redflags.scores import Vital, points
from bot.core.site import Bands

_FILE = Path(__file__).with_name("scales.toml")


class ScaleName(StrEnum):
    BRADEN = "braden"
    PUSH = "push"
    NEWS2 = "news2"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    """Answered by one of `choices`, or by a number from `least` to `most` in `unit`, which
    scores by `bands`: (up to this value, points), or as NEWS2 scores `vital`."""

    key: str
    choices: tuple[Choice, ...]
    least: float
    most: float
    unit: str
    bands: tuple[tuple[float, int], ...]
    vital: Vital | None

    def score(self, answer: str) -> int:
        """Raises ValueError where `answer` is not one."""
        if self.choices:
            return _chosen(self.choices, answer)
        value = float(answer.strip().replace(",", "."))
        if not self.least <= value <= self.most:
            raise ValueError("outside the range")
        if self.vital is not None:
            return points(self.vital, value)
        return next(given for most, given in self.bands if value <= most)


@dataclass(frozen=True, slots=True)
class Scale:
    """`meanings`: (up to this total, what it means), from the lowest total to the highest.
    `alone`: from that many points on, a single answer means at least `alone_means`. `elsewhere`:
    the meanings of a total by other sources."""

    name: ScaleName
    source: str
    questions: tuple[Question, ...]
    meanings: tuple[tuple[int, str], ...]
    alone: int | None
    alone_means: str
    elsewhere: Mapping[str, tuple[tuple[int, str], ...]]


@dataclass(frozen=True, slots=True)
class Result:
    scale: ScaleName
    total: int
    meaning: str
    parts: Mapping[str, int]
    source: str


def next_question(scale: Scale, answers: Mapping[str, str]) -> Question | None:
    return next((q for q in scale.questions if q.key not in answers), None)


def result(scale: Scale, answers: Mapping[str, str]) -> Result:
    """Raises KeyError where a question is open, ValueError where an answer is not one."""
    parts = {q.key: q.score(answers[q.key]) for q in scale.questions}
    total = sum(parts.values())
    levels = [meaning for _, meaning in scale.meanings]
    at = next(n for n, (most, _) in enumerate(scale.meanings) if total <= most)
    if scale.alone is not None and max(parts.values()) >= scale.alone:
        at = max(at, levels.index(scale.alone_means))
    return Result(scale.name, total, levels[at], parts, scale.source)


@cache
def load_scales() -> Mapping[ScaleName, Scale]:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: _scale(name, data[name]) for name in ScaleName}


def with_bands(scale: Scale, bands: Bands) -> Scale:
    """The same questions, with a site's own meanings of the total."""
    return replace(scale, source=bands.source, meanings=bands.meanings)


def _scale(name: ScaleName, data: Mapping[str, Any]) -> Scale:
    return Scale(
        name=name,
        source=data["source"],
        questions=tuple(_question(entry) for entry in data["questions"]),
        meanings=tuple((int(most), meaning) for most, meaning in data["meanings"]),
        alone=data.get("alone"),
        alone_means=data.get("alone_means", ""),
        elsewhere={
            source: tuple((int(most), meaning) for most, meaning in meanings)
            for source, meanings in data.get("elsewhere", {}).items()
        },
    )


def _question(entry: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(key, given) for key, given in entry.get("choices", {}).items())
    vital = entry.get("vital")
    return Question(
        key=entry["key"],
        choices=choices,
        least=entry.get("least", 0.0),
        most=entry.get("most", 0.0),
        unit=entry.get("unit", ""),
        bands=tuple((float(most), given) for most, given in entry.get("bands", ())),
        vital=Vital(vital) if vital else None,
    )


def _chosen(choices: tuple[Choice, ...], answer: str) -> int:
    """By its number in the list, from 1, or by its key."""
    given = answer.strip().lower()
    for number, choice in enumerate(choices, 1):
        if given in {str(number), choice.key}:
            return choice.points
    raise ValueError("not one of the choices")
