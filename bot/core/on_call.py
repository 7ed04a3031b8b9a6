"""Who is on call: a week that repeats, and the exceptions to it, which win."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.wall_clock import Hours


class Weekday(StrEnum):
    """In the order of the week."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True)
class Shift:
    """Every week, begun on this day, in the site's time."""

    id: str
    staff_id: str
    weekday: Weekday
    hours: Hours


@dataclass(frozen=True, slots=True)
class Override:
    """This person alone has the duty between these instants, whatever the week says."""

    id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """All of one role."""

    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """`until` is when this turn ends, which is not to say that nobody follows."""

    staff_id: str
    until: datetime
    by_override: bool


def weekday(day: date) -> Weekday:
    return list(Weekday)[day.weekday()]


def on_call(roster: Roster, at: datetime, zone: ZoneInfo) -> tuple[Duty, ...]:
    """Each person once, in the roster's order. Of several overrides the one set last counts: who
    takes over last has the duty. Empty where nobody is on call."""
    standing = [one for one in roster.overrides if one.starts_at <= at < one.ends_at]
    if standing:
        last = max(standing, key=lambda one: (one.set_at, one.id))
        return (Duty(last.staff_id, last.ends_at, True),)
    return _latest(_by_week(roster.shifts, at, zone))


def _by_week(shifts: Iterable[Shift], at: datetime, zone: ZoneInfo) -> Iterable[Duty]:
    for shift in shifts:
        for day, ends in shift.hours.around(at, zone):
            if weekday(day) is shift.weekday:
                yield Duty(shift.staff_id, ends, False)


def _latest(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Of a person whose shifts overlap, the one that ends last."""
    kept: dict[str, Duty] = {}
    for duty in duties:
        known = kept.get(duty.staff_id)
        if known is None or known.until < duty.until:
            kept[duty.staff_id] = duty
    return tuple(kept.values())
