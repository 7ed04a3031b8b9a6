"""Who is told, where, and how long they have: one ladder for each urgency and kind."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from bot.core.quiet_hours import QuietHours
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.core.wall_clock import Hours


class EscalationKind(StrEnum):
    """What a person is asked for: by it and the urgency the ladder is chosen."""

    HUMAN_REVIEW = "human_review"
    SPECIALIST_REVIEW = "specialist_review"
    EMERGENCY = "emergency"
    HIGH_RISK = "high_risk"
    SYSTEM_ERROR = "system_error"


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, in which Slack channel, and how long they have to acknowledge. Named are those
    of the role who are on call, and everybody of the role where nobody is."""

    role: Role
    channel: str
    acknowledge_within: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """`repeat_after` is how often the last rung is told again once the ladder is exhausted."""

    rungs: tuple[Rung, ...]
    repeat_after: timedelta

    def rung(self, number: int) -> Rung:
        """The last where the site has made the ladder shorter since it was climbed so far."""
        return self.rungs[min(number, len(self.rungs) - 1)]


@dataclass(frozen=True, slots=True)
class Ladders:
    """`by_kind` are those that a kind has for itself at an urgency."""

    by_urgency: Mapping[Urgency, Ladder]
    by_kind: Mapping[tuple[Urgency, EscalationKind], Ladder]
    alerts_channel: str
    quiet_hours: QuietHours | None = None

    def ladder(self, urgency: Urgency, kind: EscalationKind) -> Ladder:
        return self.by_kind.get((urgency, kind)) or self.by_urgency[urgency]

    @property
    def rungs(self) -> Iterator[Rung]:
        """Of every ladder."""
        for ladder in (*self.by_urgency.values(), *self.by_kind.values()):
            yield from ladder.rungs

    def channel_of(self, role: Role) -> str:
        """Where those of a role are told, the admins' channel where no rung is theirs."""
        theirs = (rung.channel for rung in self.rungs if rung.role is role)
        return next(theirs, self.alerts_channel)


def load_ladders(text: str) -> Ladders:
    """Reads ladder.toml. Raises KeyError or ValueError where it is incomplete or impossible."""
    data = tomllib.loads(text)
    by_urgency: dict[Urgency, Ladder] = {}
    by_kind: dict[tuple[Urgency, EscalationKind], Ladder] = {}
    for name, entry in data["ladder"].items():
        urgency = Urgency(name)
        by_urgency[urgency] = _ladder(entry)
        for key in set(entry) - {"rungs", "repeat_after_minutes"}:
            by_kind[urgency, EscalationKind(key)] = _ladder(entry[key])
    if set(Urgency) - set(by_urgency):
        raise ValueError("every urgency needs a ladder")
    quiet = data.get("quiet_hours")
    return Ladders(by_urgency, by_kind, data["alerts_channel"], _quiet(quiet) if quiet else None)


def _ladder(entry: Mapping[str, Any]) -> Ladder:
    rungs = tuple(
        Rung(Role(one["role"]), one["channel"], _minutes(one["acknowledge_within_minutes"]))
        for one in entry["rungs"]
    )
    if not rungs:
        raise ValueError("a ladder needs at least one rung")
    return Ladder(rungs, _minutes(entry["repeat_after_minutes"]))


def _minutes(number: float) -> timedelta:
    if number <= 0:
        raise ValueError("a rung and a repetition need more than no time")
    return timedelta(minutes=number)


def _quiet(entry: Mapping[str, Any]) -> QuietHours:
    hours = Hours(time.fromisoformat(entry["from"]), time.fromisoformat(entry["to"]))
    return QuietHours(hours, frozenset(Urgency(name) for name in entry["holds_back"]))
