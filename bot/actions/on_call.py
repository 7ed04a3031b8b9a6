"""Who is on call, and who takes the duty over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.core.escalation import Escalation
from bot.core.on_call import Weekday, on_call
from bot.core.permissions import MAY_TAKE
from bot.core.staff import Role, Staff
from bot.core.wall_clock import Hours
from bot.store.on_call_rows import add_override, add_shift, roster
from bot.store.staff_rows import all_staff
from bot.store.transaction import Snapshot, Transaction

# Longer than a double shift is a slip, or belongs into the week.
MOST_HOURS = 24


class NoDuty(StrEnum):
    """Why a person cannot have a duty. ROLE: theirs may not take a case. HOURS: none, or too
    many. PAST: it ends before it begins, or is over."""

    ROLE = "role"
    HOURS = "hours"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """`until` is when their turn ends; `by_override`: in place of the week."""

    person: Staff
    until: datetime
    by_override: bool


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`relieved` were on call until now."""

    until: datetime
    relieved: tuple[Staff, ...]


def who_is_on_call(
    snapshot: Snapshot, zone: ZoneInfo, now: datetime
) -> dict[Role, tuple[OnDuty, ...]]:
    """For each role that may take a case; empty where nobody is on call, and everybody of that
    role is called instead."""
    return {role: _on_duty(snapshot, role, zone, now) for role in Role if role in MAY_TAKE}


def duty_facts(
    snapshot: Snapshot, reader: Staff, zone: ZoneInfo, now: datetime, *, in_slack: bool
) -> dict[str, object]:
    """Slack shows a time in its reader's own zone; elsewhere it is the site's."""
    today = now.astimezone(zone).date()
    roles = [
        {
            "role": role,
            "people": [
                {
                    "name": one.person.name,
                    "until": one.until.isoformat(),
                    "time": f"{ends:%H:%M}",
                    "day": ends.date().isoformat(),
                    "days": (ends.date() - today).days,
                }
                for one in on_duty
                for ends in [one.until.astimezone(zone)]
            ],
        }
        for role, on_duty in who_is_on_call(snapshot, zone, now).items()
    ]
    may_take = in_slack and reader.role in MAY_TAKE
    return {"roles": roles, "in_slack": in_slack, "may_take": may_take}


def take_over(tx: Transaction, person: Staff, hours: float, zone: ZoneInfo) -> TakenOver | NoDuty:
    """From now on this person alone is on call for their own role, for so many hours."""
    if not 0 < hours <= MOST_HOURS:
        return NoDuty.HOURS
    before = _on_duty(tx, person.role, zone, tx.now)
    until = tx.now + timedelta(hours=hours)
    refused = override(tx, person, tx.now, until, f"staff:{person.id}")
    relieved = tuple(one.person for one in before if one.person.id != person.id)
    return refused or TakenOver(until, relieved)


def override(
    tx: Transaction, person: Staff, starts_at: datetime, ends_at: datetime, actor: str
) -> NoDuty | None:
    """None where it was written down."""
    if person.role not in MAY_TAKE:
        return NoDuty.ROLE
    if not max(starts_at, tx.now) < ends_at:
        return NoDuty.PAST
    add_override(tx, person, starts_at, ends_at, actor)
    return None


def set_week(
    tx: Transaction, person: Staff, weekdays: tuple[Weekday, ...], hours: Hours, actor: str
) -> int | NoDuty:
    """How many shifts are new."""
    if person.role not in MAY_TAKE:
        return NoDuty.ROLE
    return sum(add_shift(tx, person, one, hours, actor) for one in weekdays)


def called_now(
    tx: Transaction, role: Role, zone: ZoneInfo, address: Callable[[Staff], str | None]
) -> list[Staff]:
    """Those on call who have such an address; where there is none, everybody of the role who
    has."""
    there = [person for person in all_staff(tx, role) if address(person)]
    on_duty = {one.staff_id for one in on_call(roster(tx, role, tx.now), tx.now, zone)}
    return [person for person in there if person.id in on_duty] or there


def told_beside(tx: Transaction, escalation: Escalation, zone: ZoneInfo) -> list[Role]:
    """Of the roles told together with the first rung, those of whom anybody can be named."""
    slack = attrgetter("slack_user")
    return [role for role in escalation.told_beside if called_now(tx, role, zone, slack)]


def _on_duty(snapshot: Snapshot, role: Role, zone: ZoneInfo, now: datetime) -> tuple[OnDuty, ...]:
    people = {person.id: person for person in all_staff(snapshot, role)}
    duties = on_call(roster(snapshot, role, now), now, zone)
    return tuple(OnDuty(people[one.staff_id], one.until, one.by_override) for one in duties)
