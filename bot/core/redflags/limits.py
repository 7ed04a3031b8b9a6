"""From where on a measured value or a resemblance is a danger sign, by the decision table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Any

from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.scores import Vital
from bot.core.redflags.vitals import POSSIBLE

# Totals of published scores: their bands belong to the score.
_TOTALS = frozenset({Vital.NEWS2, Vital.QSOFA})


class Bound(StrEnum):
    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"


_PASSES: Mapping[Bound, Callable[[float, float], bool]] = {
    Bound.AT_LEAST: ge,
    Bound.ABOVE: gt,
    Bound.AT_MOST: le,
    Bound.BELOW: lt,
}


@dataclass(frozen=True, slots=True)
class VitalLimit:
    """`value` is in the unit of Measured."""

    vital: Vital
    bound: Bound
    value: float
    means: RedFlagKind
    source: str

    def is_passed(self, value: float) -> bool:
        return _PASSES[self.bound](value, self.value)


@dataclass(frozen=True, slots=True)
class ResemblanceLimits:
    """Probabilities in 0 to 1. `danger_in_few`: (up to so many words, danger from here on)."""

    danger: float
    danger_in_few: tuple[tuple[int, float], ...]
    emergency: float
    surely_emergency: float
    source: str

    def danger_from(self, length: int) -> float:
        """For a sentence of so many words."""
        return next((limit for most, limit in self.danger_in_few if length <= most), self.danger)


@dataclass(frozen=True, slots=True)
class Limits:
    vitals: tuple[VitalLimit, ...]
    resemblance: ResemblanceLimits

    def means(self, vital: Vital, value: float) -> RedFlagKind | None:
        """What the value means by itself."""
        passed = (one.means for one in self.vitals if one.vital is vital and one.is_passed(value))
        return next(passed, None)


def load_limits(data: Mapping[str, Any]) -> Limits:
    """The [limits] of a parsed table. Raises KeyError or ValueError."""
    vitals = tuple(_vital_limit(entry) for entry in data["vitals"])
    missing = set(Vital) - _TOTALS - {one.vital for one in vitals}
    if missing:
        raise ValueError(f"no limit for {', '.join(sorted(missing))}")
    return Limits(vitals, _resemblance(data["resemblance"]))


def _vital_limit(entry: Mapping[str, Any]) -> VitalLimit:
    vital = Vital(entry["vital"])
    if vital in _TOTALS:
        raise ValueError(f"{vital} is a total, whose bands are those of its score")
    bounds = [bound for bound in Bound if bound in entry]
    if len(bounds) != 1:
        raise ValueError(f"a limit of {vital} needs one of {', '.join(Bound)}")
    value = float(entry[bounds[0]])
    least, most = POSSIBLE[vital]
    if not least <= value <= most:
        raise ValueError(f"a limit of {vital} lies outside {least} to {most}")
    return VitalLimit(vital, bounds[0], value, RedFlagKind(entry["means"]), entry["source"])


def _resemblance(data: Mapping[str, Any]) -> ResemblanceLimits:
    few = tuple((int(most), float(limit)) for most, limit in data["danger_in_few"])
    limits = ResemblanceLimits(
        danger=float(data["danger"]),
        danger_in_few=few,
        emergency=float(data["emergency"]),
        surely_emergency=float(data["surely_emergency"]),
        source=data["source"],
    )
    probabilities = [limits.danger, limits.emergency, limits.surely_emergency]
    probabilities += [limit for _, limit in few]
    if not all(0 < one <= 1 for one in probabilities):
        raise ValueError("a limit of resemblance lies outside 0 to 1")
    if [most for most, _ in few] != sorted({most for most, _ in few}):
        raise ValueError("danger_in_few must rise by its number of words")
    return limits
