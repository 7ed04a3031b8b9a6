"""An escalation climbs its ladder, rung by rung, until a person takes it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.staff import Role, Staff
from bot.core.urgency import Urgency


class EscalationStatus(StrEnum):
    """WAITING: nobody has it. EXHAUSTED: every rung was tried, and it is still open."""

    WAITING = "waiting"
    EXHAUSTED = "exhausted"
    ACKNOWLEDGED = "acknowledged"


ESCALATION_TRANSITIONS: dict[EscalationStatus, frozenset[EscalationStatus]] = {
    EscalationStatus.WAITING: frozenset(
        {EscalationStatus.EXHAUSTED, EscalationStatus.ACKNOWLEDGED}
    ),
    EscalationStatus.EXHAUSTED: frozenset(
        {EscalationStatus.WAITING, EscalationStatus.ACKNOWLEDGED}
    ),
    EscalationStatus.ACKNOWLEDGED: frozenset({EscalationStatus.WAITING}),
}
# From here on a ladder that nobody answers is worth waking somebody by phone.
CALLED_OUT_FROM = Urgency.URGENT
UNTAKEN = frozenset({EscalationStatus.WAITING, EscalationStatus.EXHAUSTED})


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, in which Slack channel, and how long they have to acknowledge."""

    role: Role
    channel: str
    acknowledge_within: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """`repeat_after` is how often the last rung is told again once the ladder is exhausted."""

    rungs: tuple[Rung, ...]
    repeat_after: timedelta


@dataclass(frozen=True, slots=True)
class Ladders:
    by_urgency: Mapping[Urgency, Ladder]
    alerts_channel: str

    def ladder(self, urgency: Urgency) -> Ladder:
        return self.by_urgency[urgency]


@dataclass(frozen=True, slots=True)
class Escalation:
    id: str
    case_id: str
    urgency: Urgency
    status: EscalationStatus
    rung: int
    raised_at: datetime
    rung_due_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class AlreadyTaken:
    by: str


@dataclass(frozen=True, slots=True)
class Climbed:
    escalation: Escalation
    rung: Rung


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The last rung stayed silent. It is told again, and the admins are told."""

    escalation: Escalation
    rung: Rung
    first_time: bool


@dataclass(frozen=True, slots=True)
class NotDue:
    pass


def raise_escalation(
    id: str, case_id: str, urgency: Urgency, ladder: Ladder, now: datetime
) -> Escalation:
    due = now + ladder.rungs[0].acknowledge_within
    return Escalation(id, case_id, urgency, EscalationStatus.WAITING, 0, now, due)


def raise_urgency(
    escalation: Escalation, urgency: Urgency, ladder: Ladder, now: datetime
) -> Escalation | None:
    """Starts the more urgent ladder from its first rung, or None where nothing gets more urgent.

    An escalation that somebody has is raised too: who took a slow wound did not take a sepsis.
    """
    if urgency.rank >= escalation.urgency.rank:
        return None
    return raise_escalation(escalation.id, escalation.case_id, urgency, ladder, now)


def acknowledge(escalation: Escalation, by: Staff, now: datetime) -> Acknowledged | AlreadyTaken:
    """Who may is said in `bot.core.permissions`."""
    if escalation.status not in UNTAKEN:
        return AlreadyTaken(escalation.acknowledged_by or "")
    return Acknowledged(
        replace(
            escalation,
            status=EscalationStatus.ACKNOWLEDGED,
            acknowledged_by=by.id,
            acknowledged_at=now,
        )
    )


def hand_over(escalation: Escalation, ladder: Ladder, now: datetime) -> Escalation:
    """It waits again, on the rung where it was: the sweep climbs if the colleague never looks."""
    return replace(
        escalation,
        status=EscalationStatus.WAITING,
        rung_due_at=now + ladder.rungs[escalation.rung].acknowledge_within,
        acknowledged_by=None,
        acknowledged_at=None,
    )


def climb(
    escalation: Escalation, ladder: Ladder, now: datetime, *, unreachable: bool = False
) -> Climbed | Exhausted | NotDue:
    """The next rung, when the present one let its time pass or could not be reached at all."""
    if escalation.status not in UNTAKEN or not (unreachable or now >= escalation.rung_due_at):
        return NotDue()
    following = escalation.rung + 1
    if following < len(ladder.rungs):
        rung = ladder.rungs[following]
        due = now + rung.acknowledge_within
        return Climbed(replace(escalation, rung=following, rung_due_at=due), rung)
    first_time = escalation.status is EscalationStatus.WAITING
    spent = replace(
        escalation,
        status=EscalationStatus.EXHAUSTED,
        rung_due_at=now + ladder.repeat_after,
    )
    return Exhausted(spent, ladder.rungs[-1], first_time)


def load_ladders(text: str) -> Ladders:
    """Reads ladder.toml. Raises KeyError or ValueError where a rung is incomplete."""
    data = tomllib.loads(text)
    by_urgency = {
        Urgency(name): Ladder(
            rungs=tuple(
                Rung(
                    Role(rung["role"]),
                    rung["channel"],
                    timedelta(minutes=rung["acknowledge_within_minutes"]),
                )
                for rung in ladder["rungs"]
            ),
            repeat_after=timedelta(minutes=ladder["repeat_after_minutes"]),
        )
        for name, ladder in data["ladder"].items()
    }
    missing = set(Urgency) - set(by_urgency)
    if missing or not all(ladder.rungs for ladder in by_urgency.values()):
        raise ValueError("every urgency needs a ladder with at least one rung")
    return Ladders(by_urgency, data["alerts_channel"])
