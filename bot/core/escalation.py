"""An escalation climbs its ladder, rung by rung, until a person takes it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.ladder import EscalationKind, Ladder, Rung
from bot.core.permissions import MAY_TAKE
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
class Escalation:
    """`act_by`: by the decision, somebody must have acted by then. `held`: the rung's card stands
    in its channel, but its people are named only at `rung_due_at`, when the quiet hours end; their
    time to answer begins then. `beside`: who is told together with the first rung."""

    id: str
    case_id: str
    urgency: Urgency
    kind: EscalationKind
    status: EscalationStatus
    rung: int
    raised_at: datetime
    act_by: datetime
    rung_due_at: datetime
    held: bool = False
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    beside: tuple[Role, ...] = ()

    @property
    def told_beside(self) -> tuple[Role, ...]:
        """Those of `beside` who are told on the present rung."""
        return self.beside if self.rung == 0 else ()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class AlreadyTaken:
    by: str


@dataclass(frozen=True, slots=True)
class Climbed:
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The last rung stayed silent. It is told again, and the admins are told."""

    escalation: Escalation
    rung: Rung
    first_time: bool


@dataclass(frozen=True, slots=True)
class Named:
    """The quiet hours are over: the people of the rung are named, and have their time."""

    escalation: Escalation


@dataclass(frozen=True, slots=True)
class NotDue:
    pass


def raise_escalation(
    id: str,
    case_id: str,
    urgency: Urgency,
    kind: EscalationKind,
    ladder: Ladder,
    now: datetime,
    act_by: datetime,
    quiet_until: datetime | None,
    notify: Iterable[Role] = (),
) -> Escalation:
    """`quiet_until`: until then nobody is named for this urgency, where they can still act in
    time; None names them now. `notify`: whom the decision wants told."""
    held_until = _held_until(quiet_until, act_by, ladder.rungs[0])
    due = held_until or now + ladder.rungs[0].acknowledge_within
    held = held_until is not None
    return Escalation(
        id,
        case_id,
        urgency,
        kind,
        EscalationStatus.WAITING,
        0,
        now,
        act_by,
        due,
        held,
        beside=_beside(notify, ladder),
    )


def _beside(notify: Iterable[Role], ladder: Ladder) -> tuple[Role, ...]:
    return tuple(role for role in notify if role in MAY_TAKE and role != ladder.rungs[0].role)


def _held_until(quiet_until: datetime | None, act_by: datetime, rung: Rung) -> datetime | None:
    """Nobody is left unnamed past the time at which an answer would come too late to act."""
    if quiet_until is None or quiet_until + rung.acknowledge_within > act_by:
        return None
    return quiet_until


def raise_urgency(
    escalation: Escalation,
    urgency: Urgency,
    kind: EscalationKind,
    ladder: Ladder,
    now: datetime,
    act_by: datetime,
    quiet_until: datetime | None,
    notify: Iterable[Role] = (),
) -> Escalation | None:
    """Starts the more urgent ladder from its first rung, or None where nothing gets more urgent.

    An escalation that somebody has is raised too: who took a slow wound did not take a sepsis.
    """
    if urgency.rank >= escalation.urgency.rank:
        return None
    sooner = min(act_by, escalation.act_by)
    return raise_escalation(
        escalation.id, escalation.case_id, urgency, kind, ladder, now, sooner, quiet_until, notify
    )


def hasten(escalation: Escalation, act_by: datetime, now: datetime) -> Escalation | None:
    """There is less time to act than was thought: who was to be named in the morning is named
    now. None where there is not less."""
    if act_by >= escalation.act_by:
        return None
    due = now if escalation.held else escalation.rung_due_at
    return replace(escalation, act_by=act_by, rung_due_at=due)


def widen(
    escalation: Escalation, urgency: Urgency, notify: Iterable[Role], ladder: Ladder
) -> Escalation | None:
    """A decision as urgent as the one before wants others told. None where all of them were, where
    the ladder has gone on from its first rung, or where somebody has the case."""
    waits = escalation.status is EscalationStatus.WAITING and escalation.rung == 0
    more = [role for role in _beside(notify, ladder) if role not in escalation.beside]
    if not (waits and more and urgency is escalation.urgency):
        return None
    return replace(escalation, beside=(*escalation.beside, *more))


def acknowledge(escalation: Escalation, by: Staff, now: datetime) -> Acknowledged | AlreadyTaken:
    """Who may is said in `bot.core.permissions`."""
    if escalation.status not in UNTAKEN:
        return AlreadyTaken(escalation.acknowledged_by or "")
    return Acknowledged(
        replace(
            escalation,
            status=EscalationStatus.ACKNOWLEDGED,
            held=False,
            acknowledged_by=by.id,
            acknowledged_at=now,
        )
    )


def is_overdue(escalation: Escalation, now: datetime) -> bool:
    """Nobody has it, and at least one rung has let its time pass."""
    climbed = escalation.rung > 0 or escalation.status is EscalationStatus.EXHAUSTED
    return escalation.status in UNTAKEN and (climbed or escalation.rung_due_at <= now)


def hand_over(escalation: Escalation, ladder: Ladder, now: datetime) -> Escalation:
    """It waits again, on the rung where it was: the sweep climbs if the colleague never looks."""
    return replace(
        escalation,
        status=EscalationStatus.WAITING,
        rung_due_at=now + ladder.rung(escalation.rung).acknowledge_within,
        acknowledged_by=None,
        acknowledged_at=None,
    )


def let_go(escalation: Escalation, now: datetime) -> Escalation:
    """Who had it cannot have it any more: the people of its rung are named anew, at once."""
    return replace(
        escalation,
        status=EscalationStatus.WAITING,
        rung_due_at=now,
        held=True,
        acknowledged_by=None,
        acknowledged_at=None,
    )


def climb(
    escalation: Escalation,
    ladder: Ladder,
    now: datetime,
    quiet_until: datetime | None,
    *,
    unreachable: bool = False,
) -> Named | Climbed | Exhausted | NotDue:
    """The next rung, when the present one let its time pass or could not be reached at all."""
    if escalation.status not in UNTAKEN or not (unreachable or now >= escalation.rung_due_at):
        return NotDue()
    if escalation.held and not unreachable:
        due = now + _time_to_answer(escalation, ladder)
        return Named(replace(escalation, held=False, rung_due_at=due))
    following = escalation.rung + 1
    rung = ladder.rung(following)
    held_until = _held_until(quiet_until, escalation.act_by, rung)
    held = held_until is not None
    if following < len(ladder.rungs):
        due = held_until or now + rung.acknowledge_within
        return Climbed(replace(escalation, rung=following, rung_due_at=due, held=held))
    first_time = escalation.status is EscalationStatus.WAITING
    spent = replace(
        escalation,
        status=EscalationStatus.EXHAUSTED,
        rung_due_at=held_until or now + ladder.repeat_after,
        held=held,
    )
    return Exhausted(spent, ladder.rungs[-1], first_time)


def answer_due(escalation: Escalation, ladder: Ladder) -> datetime:
    """Until when the people of its rung must have answered."""
    waits = _time_to_answer(escalation, ladder) if escalation.held else timedelta(0)
    return escalation.rung_due_at + waits


def _time_to_answer(escalation: Escalation, ladder: Ladder) -> timedelta:
    if escalation.status is EscalationStatus.EXHAUSTED:
        return ladder.repeat_after
    return ladder.rung(escalation.rung).acknowledge_within
