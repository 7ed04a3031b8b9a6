"""The ladders: one for every urgency and kind, climbed by rungs, quiet at night where it may."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decision import History, decide, kind_of, load_table
from bot.core.decision_table import Row
from bot.core.escalation import (
    Climbed,
    EscalationStatus,
    Exhausted,
    Named,
    answer_due,
    climb,
    hasten,
    raise_escalation,
    raise_urgency,
    widen,
)
from bot.core.ladder import EscalationKind, Ladder, Ladders, load_ladders
from bot.core.permissions import MAY_TAKE
from bot.core.quiet_hours import NEVER_HELD_BACK, QuietHours
from bot.core.redflags import RedFlag, RedFlagKind
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.core.wall_clock import Hours
from bot.settings import CHECKOUT

CHILE = ZoneInfo("America/Santiago")
_TEXT = (CHECKOUT / "bot" / "core" / "ladder.toml").read_text("utf-8")
LADDERS = load_ladders(_TEXT)
TABLE = load_table((CHECKOUT / "bot" / "core" / "decision_table.toml").read_text("utf-8"))
EVERY = list(product(Urgency, EscalationKind))
NIGHT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # One in the morning in Chile.
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NEVER_TOO_LATE = timedelta(days=7)

_NAIVE = datetime(2025, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - as hypothesis wants them
instants = st.datetimes(*_NAIVE, timezones=st.just(UTC))
minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


def _quiet_until(ladders: Ladders, urgency: Urgency, at: datetime) -> datetime | None:
    assert ladders.quiet_hours
    return ladders.quiet_hours.until(urgency, at, CHILE)


def _raised(urgency: Urgency, kind: EscalationKind, at: datetime):  # type: ignore[no-untyped-def]
    ladder = LADDERS.ladder(urgency, kind)
    quiet = _quiet_until(LADDERS, urgency, at)
    act_by = at + NEVER_TOO_LATE
    return raise_escalation("e", "c", urgency, kind, ladder, at, act_by, quiet), ladder


@pytest.mark.parametrize(("urgency", "kind"), EVERY)
def test_every_urgency_and_kind_has_a_ladder_that_ends_with_the_supervisor(
    urgency: Urgency, kind: EscalationKind
) -> None:
    """Whoever is asked for, and however soon, somebody comes after them."""
    ladder = LADDERS.ladder(urgency, kind)
    assert len(ladder.rungs) >= 2
    assert ladder.rungs[-1].role is Role.SUPERVISOR


@pytest.mark.parametrize("row", [row for row in TABLE.rows if row.escalation], ids=lambda r: r.id)
def test_everybody_whom_the_table_names_is_told_at_once(row: Row) -> None:
    """The ladder begins with one of them, and the others are told beside."""
    assert row.escalation
    ladder = LADDERS.ladder(row.urgency, row.escalation)
    raised = raise_escalation(
        "e", "c", row.urgency, row.escalation, ladder, MORNING, MORNING, None, row.notify
    )
    told = {ladder.rungs[0].role, *raised.told_beside}
    assert told == MAY_TAKE.intersection(row.notify)
    climbed = climb(raised, ladder, raised.rung_due_at, None)
    assert isinstance(climbed, Climbed)
    assert climbed.escalation.told_beside == ()


def test_kinds_go_where_they_are_awaited() -> None:
    """High risk to its channel and nursing, a specialist's question to the specialists first, a
    review to the clinical team, an emergency through all three."""
    where = {
        (urgency, kind): [rung.channel for rung in LADDERS.ladder(urgency, kind).rungs]
        for urgency, kind in EVERY
    }
    team = "#equipo-medico"
    assert where[Urgency.URGENT, EscalationKind.HUMAN_REVIEW] == [team] * 3
    assert where[Urgency.URGENT, EscalationKind.SPECIALIST_REVIEW] == ["#especialistas", team, team]
    assert where[Urgency.URGENT, EscalationKind.HIGH_RISK] == ["#riesgo-alto"] * 2 + [team]
    emergency = ["#emergencias", "#especialistas", team]
    assert where[Urgency.EMERGENCY, EscalationKind.EMERGENCY] == emergency
    nursing = [rung.role for rung in LADDERS.ladder(Urgency.URGENT, EscalationKind.HIGH_RISK).rungs]
    assert nursing[:2] == [Role.WOUND_NURSE, Role.CHARGE_NURSE]


def test_a_file_without_kinds_serves_them_all() -> None:
    """A site's own ladders from before there were kinds are read as they are."""
    only = {one: Ladder(LADDERS.by_urgency[one].rungs, timedelta(minutes=5)) for one in Urgency}
    assert {Ladders(only, {}, "#x").ladder(*one) for one in EVERY} == set(only.values())


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: row.id)
def test_every_row_that_calls_a_person_names_its_kind(row) -> None:  # type: ignore[no-untyped-def]
    """And that kind has a ladder at the row's urgency."""
    if row.escalation:
        assert LADDERS.ladder(row.urgency, row.escalation).rungs


def test_a_decision_says_what_kind_of_person_it_asks_for() -> None:
    """Sepsis an emergency; what names no kind is for the clinical team."""
    sepsis = decide(None, (RedFlag(RedFlagKind.CONFUSION, ""),), History(), TABLE)
    assert kind_of(sepsis) is EscalationKind.EMERGENCY
    assert kind_of(decide(None, (), History(), TABLE)) is EscalationKind.HUMAN_REVIEW


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("[ladder.emergency]", "[ladder.emergencies]", "emergencies"),
        ("[ladder.urgent.high_risk]", "[ladder.urgent.high-risk]", "high-risk"),
        ("acknowledge_within_minutes = 5 ", "acknowledge_within_minutes = 0 ", "no time"),
        ('["priority", "routine"]', '["priority", "urgent"]', "never hold back"),
        ('["priority", "routine"]', '["emergency"]', "never hold back"),
        ('to = "07:00"', 'to = "22:00"', "12 hours"),
        ('to = "07:00"', 'to = "10:01"', "12 hours"),
    ],
)
def test_an_impossible_ladder_is_refused(right: str, wrong: str, complaint: str) -> None:
    """A slip in the file stops the start, not an alarm."""
    assert right in _TEXT
    with pytest.raises(ValueError, match=complaint):
        load_ladders(_TEXT.replace(right, wrong, 1))


def test_without_its_block_nothing_is_held_back() -> None:
    """A site that wants no quiet hours leaves them out."""
    block = _TEXT.index("[quiet_hours]")
    rest = _TEXT[:block] + _TEXT[_TEXT.index("[ladder.emergency]") :]
    assert load_ladders(rest).quiet_hours is None


@given(
    minutes_of_day, minutes_of_day, st.frozensets(st.sampled_from(Urgency)), instants,
    st.sampled_from(EVERY),
)  # fmt: skip
def test_quiet_hours_never_silence_what_is_urgent(
    starts: time,
    ends: time,
    holds_back: frozenset[Urgency],
    at: datetime,
    asked: tuple[Urgency, EscalationKind],
) -> None:
    """Whatever a site writes: it is refused, or an urgent case names its people at once, on every
    rung and at any hour."""
    try:
        quiet = QuietHours(Hours(starts, ends), holds_back)
    except ValueError:
        return
    urgency, kind = asked
    until = quiet.until(urgency, at, CHILE)
    ladder = LADDERS.ladder(urgency, kind)
    act_by = at + NEVER_TOO_LATE
    raised = raise_escalation("e", "c", urgency, kind, ladder, at, act_by, until)
    if urgency in NEVER_HELD_BACK:
        assert not raised.held
        assert raised.rung_due_at == at + ladder.rungs[0].acknowledge_within
    elif raised.held:
        assert urgency in holds_back
        assert at < raised.rung_due_at <= at + timedelta(hours=13)


@given(instants, st.sampled_from(EVERY))
def test_the_answer_that_was_promised_is_waited_for(
    at: datetime, asked: tuple[Urgency, EscalationKind]
) -> None:
    """Nobody is passed over before the time that the nurse was told, and at night nobody is due
    before the morning."""
    raised, ladder = _raised(*asked, at)
    promised = answer_due(raised, ladder)
    assert promised >= at + ladder.rungs[0].acknowledge_within
    named = climb(raised, ladder, raised.rung_due_at, None)
    if raised.held:
        assert isinstance(named, Named)
        assert (named.escalation.rung, named.escalation.rung_due_at) == (0, promised)
        assert not named.escalation.held
    else:
        assert isinstance(named, Climbed)
        assert raised.rung_due_at == promised


@given(instants, st.sampled_from(EVERY))
def test_whoever_is_silent_every_rung_is_named_by_day(
    at: datetime, asked: tuple[Urgency, EscalationKind]
) -> None:
    """Until the ladder is exhausted each rung has its card with names, and never in the quiet
    hours where they hold it back."""
    escalation, ladder = _raised(*asked, at)
    told = [] if escalation.held else [(0, at)]
    while escalation.status is not EscalationStatus.EXHAUSTED or escalation.held:
        now = escalation.rung_due_at
        happened = climb(escalation, ladder, now, _quiet_until(LADDERS, asked[0], now))
        assert isinstance(happened, Named | Climbed | Exhausted)
        escalation = happened.escalation
        if not escalation.held:
            told.append((escalation.rung, now))
    assert {rung for rung, _ in told} == set(range(len(ladder.rungs)))
    assert not any(_quiet_until(LADDERS, asked[0], now) for _, now in told)


def test_a_channel_out_of_reach_does_not_wait_for_the_morning() -> None:
    """Its card is nowhere: the next channel gets it at once, and names its people by day."""
    raised, ladder = _raised(Urgency.PRIORITY, EscalationKind.HUMAN_REVIEW, NIGHT)
    climbed = climb(raised, ladder, NIGHT, MORNING, unreachable=True)
    assert isinstance(climbed, Climbed)
    assert (climbed.escalation.rung, climbed.escalation.held) == (1, True)
    assert climbed.escalation.rung_due_at == MORNING


def test_what_gets_urgent_at_night_is_held_back_no_longer() -> None:
    """A wound that waits for the morning names people as soon as it is an emergency."""
    raised, _ = _raised(Urgency.PRIORITY, EscalationKind.HUMAN_REVIEW, NIGHT)
    assert raised.held
    asked = (Urgency.EMERGENCY, EscalationKind.EMERGENCY)
    quiet = _quiet_until(LADDERS, asked[0], NIGHT)
    hotter = raise_urgency(raised, *asked, LADDERS.ladder(*asked), NIGHT, NIGHT, quiet)
    assert hotter
    assert (hotter.kind, hotter.held) == (EscalationKind.EMERGENCY, False)
    assert hotter.rung_due_at == NIGHT + timedelta(minutes=5)


def test_a_ladder_made_shorter_overnight_still_names_somebody() -> None:
    """The site took a rung away while a case waited on it: the last one left is told."""
    raised, ladder = _raised(Urgency.PRIORITY, EscalationKind.HUMAN_REVIEW, NIGHT)
    shorter = Ladder(ladder.rungs[:1], ladder.repeat_after)
    named = climb(replace(raised, rung=2), shorter, MORNING, None)
    assert isinstance(named, Named)
    assert shorter.rung(named.escalation.rung) == ladder.rungs[0]


@given(instants, st.timedeltas(timedelta(0), timedelta(hours=48)))
def test_nobody_is_left_unnamed_past_the_time_to_act(at: datetime, within: timedelta) -> None:
    """Whatever is held back for the night can still be answered in time in the morning."""
    asked = (Urgency.PRIORITY, EscalationKind.HUMAN_REVIEW)
    ladder = LADDERS.ladder(*asked)
    quiet = _quiet_until(LADDERS, asked[0], at)
    raised = raise_escalation("e", "c", *asked, ladder, at, at + within, quiet)
    if raised.held:
        assert answer_due(raised, ladder) <= raised.act_by
    else:
        assert raised.rung_due_at == at + ladder.rungs[0].acknowledge_within


def test_a_shorter_time_to_act_ends_the_wait_for_the_morning() -> None:
    """A later photo asks for a person within 4 h: whoever was to be named at 7:00 is named now."""
    raised, ladder = _raised(Urgency.PRIORITY, EscalationKind.SPECIALIST_REVIEW, NIGHT)
    assert raised.held
    hastened = hasten(raised, NIGHT + timedelta(hours=4), NIGHT)
    assert hastened
    assert isinstance(climb(hastened, ladder, NIGHT, MORNING), Named)
    assert hasten(hastened, NIGHT + timedelta(hours=5), NIGHT) is None


def test_others_are_told_only_while_the_first_rung_is_waited_for() -> None:
    """Of what is as urgent; who was told, is no clinician, or comes when somebody has the case or
    the ladder has gone on, is not called by it."""
    urgent, both = Urgency.URGENT, (Role.WOUND_NURSE, Role.PHYSICIAN, Role.NURSE)
    raised, ladder = _raised(urgent, EscalationKind.HIGH_RISK, MORNING)
    wider = widen(raised, urgent, both, ladder)
    assert wider
    assert wider.beside == (Role.PHYSICIAN,)
    assert (wider.rung_due_at, wider.status) == (raised.rung_due_at, raised.status)
    assert widen(wider, urgent, both, ladder) is None
    assert widen(raised, Urgency.PRIORITY, both, ladder) is None
    assert widen(replace(raised, rung=1), urgent, both, ladder) is None
    taken = replace(raised, status=EscalationStatus.ACKNOWLEDGED)
    assert widen(taken, urgent, both, ladder) is None
