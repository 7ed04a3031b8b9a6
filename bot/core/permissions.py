"""Who may do what with a case, in which state, and who may look at what: two tables, from which
buttons and home tabs follow too."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.case import CaseStatus
from bot.core.deed import Deed
from bot.core.staff import Role


class Refusal(StrEnum):
    """Why a press is refused. Each has its own words for the person who pressed."""

    NOT_ENROLLED = "not_enrolled"
    FORGED = "forged"
    ROLE = "role"
    CLOSED = "closed"
    NOT_TAKEN = "not_taken"
    NOT_HOLDER = "not_holder"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    CHANGED = "changed"
    BEING_READ = "being_read"


@dataclass(frozen=True, slots=True)
class Rule:
    """`roles` may do it in `states`; of a `holders_only` deed, the person who has the case and
    whoever of `over_holder` takes it out of their hands."""

    roles: frozenset[Role]
    states: frozenset[CaseStatus]
    holders_only: bool = False
    over_holder: frozenset[Role] = frozenset()


class Sight(StrEnum):
    """What a person may look at on the home tab and by a command.

    SENT: the cases that they sent. HELD: those that they have taken. WARD: every escalation that
    nobody has taken, and any case by its code. QUEUES: counts alone, of escalations and messages.
    """

    SENT = "sent"
    HELD = "held"
    WARD = "ward"
    QUEUES = "queues"


_CLINICIANS = frozenset({Role.WOUND_NURSE, Role.PHYSICIAN, Role.CHARGE_NURSE, Role.SUPERVISOR})
# Who stages a wound answers for it: ward leaders may call, move and close, not relabel.
_STAGING = frozenset({Role.WOUND_NURSE, Role.PHYSICIAN})
_OPEN = frozenset(CaseStatus) - {CaseStatus.CLOSED}
_TAKEN = frozenset({CaseStatus.WITH_CLINICIAN})
_LEADERS = frozenset({Role.CHARGE_NURSE, Role.SUPERVISOR})

RULES: dict[Deed, Rule] = {
    Deed.TAKE: Rule(_CLINICIANS, _OPEN),
    Deed.CONFIRM: Rule(_STAGING, _TAKEN),
    Deed.CORRECT: Rule(_STAGING, _TAKEN),
    Deed.NEW_PHOTO: Rule(_CLINICIANS, _TAKEN),
    Deed.MESSAGE: Rule(_CLINICIANS, _TAKEN),
    Deed.HAND_OVER: Rule(_CLINICIANS, _TAKEN, holders_only=True, over_holder=_LEADERS),
    Deed.CLOSE: Rule(
        _CLINICIANS, _TAKEN, holders_only=True, over_holder=frozenset({Role.SUPERVISOR})
    ),
}
MAY_TAKE = RULES[Deed.TAKE].roles

_AT_THE_BEDSIDE = frozenset({Sight.SENT, Sight.HELD, Sight.WARD})
# Who runs the house needs to know that something waits, not whose wound it is.
_COUNTS = frozenset({Sight.QUEUES})
SIGHTS: dict[Role, frozenset[Sight]] = {
    Role.NURSE: frozenset({Sight.SENT}),
    Role.WOUND_NURSE: _AT_THE_BEDSIDE,
    Role.PHYSICIAN: _AT_THE_BEDSIDE,
    Role.CHARGE_NURSE: _AT_THE_BEDSIDE,
    Role.SUPERVISOR: _AT_THE_BEDSIDE | _COUNTS,
    Role.ADMIN: _COUNTS,
    Role.AUDITOR: _COUNTS,
}


def refusal(deed: Deed, role: Role, status: CaseStatus, *, holds: bool) -> Refusal | None:
    """None where it is allowed. `holds`: this person has acknowledged the case's escalation."""
    rule = RULES[deed]
    if role not in rule.roles:
        return Refusal.ROLE
    if status not in rule.states:
        return Refusal.CLOSED if status is CaseStatus.CLOSED else Refusal.NOT_TAKEN
    if rule.holders_only and not holds and role not in rule.over_holder:
        return Refusal.NOT_HOLDER
    return None


def offered(status: CaseStatus, *, taken: bool, has_category: bool) -> tuple[Deed, ...]:
    """The deeds whose buttons a card shows; each press is judged anew."""
    if status is CaseStatus.CLOSED:
        return ()
    if not taken:
        return (Deed.TAKE,)
    return tuple(
        deed
        for deed in Deed
        if deed is not Deed.TAKE and (has_category or deed is not Deed.CONFIRM)
    )


def may_look(role: Role, *, sent: bool) -> bool:
    """Whether a case may be looked at by its code; `sent`: it is their own."""
    sights = SIGHTS[role]
    return Sight.WARD in sights or (sent and Sight.SENT in sights)
