"""Who is on call: the week in the site's time, whatever the clocks do, and the exceptions."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.on_call import Override, Roster, Shift, Weekday, on_call
from bot.core.wall_clock import Hours, instant

CHILE = ZoneInfo("America/Santiago")
# Clocks that jump at midnight, by half an hour, at two at night, and never.
ZONES = [ZoneInfo(name) for name in ("Australia/Lord_Howe", "Europe/Madrid", "UTC")] + [CHILE]
zones = st.sampled_from(ZONES)
times = st.times(timezones=st.none()).map(lambda one: one.replace(second=0, microsecond=0))
_NAIVE = datetime(2024, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - as hypothesis wants them
# When the clocks of Chile, Madrid and Lord Howe change, and the day around it.
CHANGES = (
    "2026-04-05T03:00+00:00",
    "2026-09-06T04:00+00:00",
    "2026-03-29T01:00+00:00",
    "2026-10-25T01:00+00:00",
    "2026-04-04T15:00+00:00",
    "2026-10-03T15:30+00:00",
)
around_changes = st.builds(
    lambda change, minutes: datetime.fromisoformat(change) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-1500, 1500),
)
instants = st.datetimes(*_NAIVE, timezones=st.just(UTC)) | around_changes
SATURDAY = date(2026, 11, 28)


def _shift(person: str, weekday: Weekday, starts: str, ends: str) -> Shift:
    hours = Hours(time.fromisoformat(starts), time.fromisoformat(ends))
    return Shift(f"{person}{weekday}{starts}", person, weekday, hours)


def _names(roster: Roster, at: datetime, zone: ZoneInfo = CHILE) -> list[str]:
    return [duty.staff_id for duty in on_call(roster, at, zone)]


def _chile(day: date, at: str) -> datetime:
    return instant(day, time.fromisoformat(at), CHILE)


@given(st.lists(times, min_size=1, max_size=4, unique=True), instants, zones)
def test_a_week_without_gaps_always_has_a_person_on_call(
    handovers: list[time], at: datetime, zone: ZoneInfo
) -> None:
    """Over midnight, Sunday and both changes of the clocks: never nobody, and one alone unless
    they change hands at a time that the clocks skip."""
    turns = sorted(handovers)
    pairs = zip(turns, [*turns[1:], turns[0]], strict=True)
    hours = [Hours(starts, ends) for starts, ends in pairs]
    shifts = tuple(Shift(f"{d}{h}", f"{d}{h}", d, h) for d in Weekday for h in hours)
    on_duty = on_call(Roster(shifts), at, zone)
    assert on_duty
    assert all(duty.until > at for duty in on_duty)
    assert len(on_duty) == 1 or min(handovers) < time(3)


@given(times, times, st.sampled_from(Weekday), instants, zones)
def test_a_shift_serves_from_its_start_to_its_end(
    starts: time, ends: time, weekday: Weekday, at: datetime, zone: ZoneInfo
) -> None:
    """On duty exactly while one of its weeks runs."""
    shift = Shift("one", "bruno", weekday, Hours(starts, ends))
    today = at.astimezone(zone).date()
    weeks = [today + timedelta(days=n) for n in range(-8, 9)]
    spans = [
        shift.hours.of(day, zone)
        for day in weeks
        if list(Weekday)[day.weekday()] is weekday
    ]  # fmt: skip
    serves = any(begin <= at < end for begin, end in spans)
    assert bool(on_call(Roster((shift,)), at, zone)) is serves


@given(instants, st.integers(1, 1000), st.integers(0, 1000), times, zones)
def test_an_override_wins_over_every_week(
    begins: datetime, minutes: int, into: int, handover: time, zone: ZoneInfo
) -> None:
    """That person alone has the duty, from the first instant until the last."""
    week = tuple(Shift(d, "bruno", d, Hours(handover, handover)) for d in Weekday)
    ends = begins + timedelta(minutes=minutes)
    instead = Override("o", "carla", begins, ends, begins)
    at = begins + timedelta(minutes=into)
    expected = ["carla"] if into < minutes else ["bruno"]
    assert _names(Roster(week, (instead,)), at, zone) == expected


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    """Sunday's night shift is on call early on Monday, and not early on Sunday."""
    roster = Roster((_shift("bruno", Weekday.SUNDAY, "20:00", "08:00"),))
    sunday, monday = SATURDAY + timedelta(days=1), SATURDAY + timedelta(days=2)
    assert _names(roster, _chile(sunday, "03:00")) == []
    assert _names(roster, _chile(sunday, "20:00")) == ["bruno"]
    assert _names(roster, _chile(monday, "07:59")) == ["bruno"]
    assert _names(roster, _chile(monday, "08:00")) == []


def test_this_saturday_it_is_somebody_else() -> None:
    """One night by exception; next week is as it was, and nobody else is called."""
    roster = Roster(
        (_shift("dora", Weekday.SATURDAY, "20:00", "08:00"),),
        (
            Override(
                "o",
                "bruno",
                _chile(SATURDAY, "20:00"),
                _chile(SATURDAY + timedelta(days=1), "08:00"),
                _chile(SATURDAY, "10:00"),
            ),
        ),
    )
    assert _names(roster, _chile(SATURDAY, "23:00")) == ["bruno"]
    assert _names(roster, _chile(SATURDAY + timedelta(days=7), "23:00")) == ["dora"]


def test_who_takes_over_last_has_the_duty() -> None:
    """And when that ends, who had it before has it again."""
    noon = _chile(SATURDAY, "12:00")
    hour = timedelta(hours=1)
    first = Override("a", "bruno", noon, noon + 8 * hour, noon)
    second = Override("b", "dora", noon + 2 * hour, noon + 4 * hour, noon + 2 * hour)
    roster = Roster((), (first, second))
    assert [_names(roster, noon + n * hour) for n in (1, 3, 5, 8)] == [
        ["bruno"],
        ["dora"],
        ["bruno"],
        [],
    ]


def test_two_on_call_are_both_on_call() -> None:
    """Each once, though the shifts of one of them overlap; the longer one says until when."""
    roster = Roster(
        (
            _shift("bruno", Weekday.SATURDAY, "08:00", "14:00"),
            _shift("dora", Weekday.SATURDAY, "08:00", "20:00"),
            _shift("bruno", Weekday.SATURDAY, "10:00", "16:00"),
        )
    )
    duties = on_call(roster, _chile(SATURDAY, "11:00"), CHILE)
    assert [(one.staff_id, one.until) for one in duties] == [
        ("bruno", _chile(SATURDAY, "16:00")),
        ("dora", _chile(SATURDAY, "20:00")),
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 4, 4), 13), (date(2026, 9, 5), 11), (SATURDAY, 12)],
    ids=["the clocks go back", "the clocks go forward", "no change"],
)
def test_a_night_is_as_long_as_it_really_is(day: date, hours: int) -> None:
    """Chile changes its clocks on a Saturday at midnight: twelve hours by the wall are not always
    twelve."""
    begins, ends = Hours(time(20), time(8)).of(day, CHILE)
    assert ends - begins == timedelta(hours=hours)
