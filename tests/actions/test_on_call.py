"""Who is named and called: those on call, everybody where nobody is, and nobody at night for what
can wait."""

import dataclasses
from datetime import UTC, datetime, time, timedelta

import pytest
from click.testing import CliRunner

from bot.__main__ import vigia
from bot.actions.escalating import call_person, climb_ladder
from bot.actions.on_call import NoDuty, TakenOver, override, set_week, take_over, who_is_on_call
from bot.actions.reminding import remind
from bot.core.assessment import Category
from bot.core.audit import AuditKind, ChainIntact, verify_chain
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel
from bot.core.ladder import EscalationKind
from bot.core.message import MessageKind
from bot.core.on_call import Weekday
from bot.core.staff import Language, Role, Staff
from bot.core.urgency import Urgency
from bot.core.wall_clock import Hours
from bot.store.audit_rows import audit_records
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import due_escalations, open_escalations
from bot.store.late_rows import oldest_due
from bot.store.reminder_rows import reminder_of, reminders_due
from bot.store.said_rows import cards_of, due_messages, latest_message, message_by_id
from bot.store.staff_rows import all_staff, enrol, remove_staff
from tests.actions.conftest import QuietWard

# A wound that a person sees, and that can wait until morning.
WAITS = "UCI-204 herida en mucosa nasal"
ALWAYS = Hours(time(8), time(8))
# One in the morning in Chile, and the end of that night.
NIGHT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def _enrolled(
    ward: QuietWard, name: str, role: Role, slack: str | None, phone: str | None = None
) -> Staff:
    with ward.transaction() as tx:
        return enrol(
            tx,
            name=name,
            role=role,
            language=Language.ES,
            phone=phone,
            slack_user=slack,
            actor="test",
        )


def _is_on_call(ward: QuietWard, person: Staff) -> None:
    with ward.transaction() as tx:
        assert set_week(tx, person, tuple(Weekday), ALWAYS, "test") == 7


def _open(ward: QuietWard):  # type: ignore[no-untyped-def]
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    return escalation


def _sweep(ward: QuietWard) -> int:
    """How many escalations were due."""
    with ward.store.snapshot() as snapshot:
        due = due_escalations(snapshot, ward.now)
    for id in due:
        with ward.transaction() as tx:
            climb_ladder(tx, id, ward.rules)
    return len(due)


def _named(ward: QuietWard) -> list[list[str]]:
    """Whom each card that was posted names, the oldest card first."""
    with ward.store.snapshot() as snapshot:
        cards = cards_of(snapshot, _open(ward).case_id)
    return [list(card.message.facts["mentions"]) for card in cards]  # type: ignore[call-overload]


def _called(ward: QuietWard) -> list[str]:
    """The numbers that are to be rung."""
    with ward.store.snapshot() as snapshot:
        waiting = [message_by_id(snapshot, id) for _, id in due_messages(snapshot, ward.now)]
    return [one.thread.address.to for one in waiting if one.thread.channel is Channel.PHONE]


def test_the_card_names_whoever_is_on_call(ward: QuietWard) -> None:
    """Of two doctors the one who has the duty; the other may rest."""
    _is_on_call(ward, _enrolled(ward, "Dora", Role.PHYSICIAN, "U0DORA"))
    ward.says("fiebre de 39 y confusa")
    assert _named(ward) == [["U0DORA", "U0CHARGE"]]
    assert "<@U0DORA>" in ward.card()


def test_where_nobody_is_on_call_everybody_of_the_role_is_named(ward: QuietWard) -> None:
    """No schedule, a gap in it, a colleague who left: an emergency never names nobody."""
    dora = _enrolled(ward, "Dora", Role.PHYSICIAN, "U0DORA")
    with ward.transaction() as tx:
        set_week(tx, dora, (Weekday.SUNDAY,), ALWAYS, "test")
    ward.says("fiebre de 39 y confusa")
    assert _named(ward) == [["U0DOCTOR", "U0DORA", "U0CHARGE"]]


def test_who_left_or_cannot_be_reached_does_not_stand_alone_on_call(ward: QuietWard) -> None:
    """One has no Slack, the other's enrolment ended: the doctor who is there is named."""
    _is_on_call(ward, _enrolled(ward, "Raúl", Role.PHYSICIAN, None, "+56922220009"))
    left = _enrolled(ward, "Dora", Role.PHYSICIAN, "U0DORA")
    _is_on_call(ward, left)
    with ward.transaction() as tx:
        remove_staff(tx, left.id, "test")
    ward.says("fiebre de 39 y confusa")
    assert _named(ward) == [["U0DOCTOR", "U0CHARGE"]]


def test_nobody_is_said_to_be_told_where_nobody_is(ward: QuietWard) -> None:
    """A site without a charge nurse: neither the card nor the nurse reads that one was told."""
    with ward.transaction() as tx:
        (elena,) = all_staff(tx, Role.CHARGE_NURSE)
        remove_staff(tx, elena.id, "test")
    ward.says("fiebre de 39 y confusa")
    assert _named(ward) == [["U0DOCTOR"]]
    assert "médico de turno, enfermera jefe" not in ward.card()
    with ward.store.snapshot() as snapshot:
        told = latest_message(snapshot, _open(ward).case_id, MessageKind.RED_FLAG)
    assert told
    assert (told.message.facts["called"], told.message.facts["beside"]) == (Role.PHYSICIAN, [])


def test_a_doctor_takes_the_duty_over(ward: QuietWard) -> None:
    """For some hours they alone are named; then the week counts again. Each step is audited."""
    dora = _enrolled(ward, "Dora", Role.PHYSICIAN, "U0DORA")
    _is_on_call(ward, dora)
    zone = ward.rules.site.zone
    with ward.transaction() as tx:
        (bruno,) = (one for one in all_staff(tx, Role.PHYSICIAN) if one.name == "Bruno")
        taken = take_over(tx, bruno, 4, zone)
        assert isinstance(taken, TakenOver)
        assert (taken.until, taken.relieved) == (ward.now + timedelta(hours=4), (dora,))
        (now,) = who_is_on_call(tx, zone, tx.now)[Role.PHYSICIAN]
    assert (now.person, now.until, now.by_override) == (bruno, taken.until, True)
    ward.says("fiebre de 39 y confusa")
    assert _named(ward) == [["U0DOCTOR", "U0CHARGE"]]
    ward.advance(hours=4)
    with ward.store.snapshot() as snapshot:
        (later,) = who_is_on_call(snapshot, zone, ward.now)[Role.PHYSICIAN]
        events = list(audit_records(snapshot))
    assert (later.person, later.by_override) == (dora, False)
    assert isinstance(verify_chain(events), ChainIntact)
    said = [one.event for one in events if one.event.kind is AuditKind.ON_CALL_OVERRIDDEN]
    assert [(one.actor, one.details["staff"]) for one in said] == [(f"staff:{bruno.id}", bruno.id)]


@pytest.mark.parametrize(
    ("role", "hours", "why"),
    [
        (Role.NURSE, 4, NoDuty.ROLE),
        (Role.ADMIN, 4, NoDuty.ROLE),
        (Role.PHYSICIAN, 0, NoDuty.HOURS),
        (Role.PHYSICIAN, 25, NoDuty.HOURS),
    ],
)
def test_not_everybody_can_have_a_duty(
    ward: QuietWard, role: Role, hours: int, why: NoDuty
) -> None:
    """Only who may take a case, and no longer than a day."""
    with ward.transaction() as tx:
        person = enrol(
            tx,
            name="Iván",
            role=role,
            language=Language.ES,
            phone=None,
            slack_user="U0IVAN",
            actor="test",
        )
        assert take_over(tx, person, hours, ward.rules.site.zone) is why
        yesterday = tx.now - timedelta(days=1)
        assert override(tx, person, yesterday, tx.now, "test") in (NoDuty.ROLE, NoDuty.PAST)
        assert not any(who_is_on_call(tx, ward.rules.site.zone, tx.now).values())


def test_an_unanswered_emergency_climbs_by_night_then_calls_on_call_and_then_everybody(
    ward: QuietWard,
) -> None:
    """Three rungs name those on call; the supervisor on call is rung first, and when that phone
    stays silent too the others, each once."""
    ward.now = NIGHT
    ward.rules = dataclasses.replace(ward.rules, calls_phones=True)
    on_duty = _enrolled(ward, "Sofía", Role.SUPERVISOR, "U0SOFIA", "+56922220001")
    _enrolled(ward, "Tomás", Role.SUPERVISOR, "U0TOMAS", "+56922220002")
    _is_on_call(ward, on_duty)
    ward.says("fiebre de 39 y confusa")
    for _ in range(3):
        ward.post_everything()
        ward.advance(minutes=6)
        assert _sweep(ward) == 1
    assert _open(ward).status is EscalationStatus.EXHAUSTED
    # The last rung is named once when it is reached and again when all is exhausted.
    assert _named(ward) == [
        ["U0DOCTOR", "U0CHARGE"],
        ["U0CHARGE"],
        ["U0SOFIA"],
        ["U0SOFIA"],
    ]
    assert _called(ward) == ["+56922220001"]
    ward.advance(minutes=3)
    assert _sweep(ward) == 1
    assert _called(ward) == ["+56922220001", "+56922220002"]
    ward.advance(minutes=3)
    assert _sweep(ward) == 1
    assert len(_called(ward)) == 2


def test_a_quiet_night_for_a_wound_that_can_wait(ward: QuietWard) -> None:
    """The card is there and names nobody; the nurse learns when they will be told and until when
    they must answer; in the morning they are named and have their time."""
    ward.now = NIGHT
    ward.sends_seen_as(WAITS, Category.II)
    raised = _open(ward)
    assert raised.urgency is Urgency.PRIORITY
    assert _named(ward) == [[]]
    assert "De noche no se menciona a nadie" in ward.card()
    told = ward.read(MessageKind.RESULT)
    assert "el aviso sale en 6 h (enfermera de heridas) y pide respuesta en menos de 8 h." in told
    ward.advance(hours=5, minutes=59)
    assert _sweep(ward) == 0
    ward.now = MORNING
    assert _sweep(ward) == 1
    named = _open(ward)
    assert (named.rung, named.held) == (0, False)
    assert named.rung_due_at == NIGHT + timedelta(hours=8)
    assert _named(ward) == [[], ["U0WOUND1"]]
    assert "De noche" not in ward.card()
    ward.now = named.rung_due_at
    assert _sweep(ward) == 1
    assert _named(ward)[-1] == ["U0DOCTOR"]


def test_a_night_after_a_ladder_that_ended_promises_no_hourly_call(ward: QuietWard) -> None:
    """No card says that it is repeated every hour once the night holds the next time back."""
    ward.now = NIGHT - timedelta(hours=7)
    case_id = ward.sends_seen_as("sacro", Category.II)
    with ward.transaction() as tx:
        asked = Urgency.PRIORITY, EscalationKind.SPECIALIST_REVIEW
        call_person(tx, case_by_id(tx, case_id), *asked, ward.rules, timedelta(hours=24))
    ward.post_everything()
    for _ in range(3):
        ward.now = _open(ward).rung_due_at
        assert _sweep(ward) == 1
        ward.post_everything()
    assert "se repite cada 1 h" in ward.card()
    with ward.store.snapshot() as snapshot:
        before = {card.id for card in cards_of(snapshot, case_id)}
    ward.now = _open(ward).rung_due_at
    assert _sweep(ward) == 1
    assert _open(ward).held
    assert "se repite a las" in ward.card()
    with ward.store.snapshot() as snapshot:
        due = (message_by_id(snapshot, id).message for _, id in due_messages(snapshot, ward.now))
        assert {one.replaces for one in due} - {None} == before


def test_what_waits_for_the_morning_is_not_late(ward: QuietWard) -> None:
    """The auditor has nothing to tell while the rung sleeps."""
    ward.now = NIGHT
    ward.sends_seen_as(WAITS, Category.II)
    with ward.store.snapshot() as snapshot:
        assert oldest_due(snapshot, ward.now)["escalation"] == MORNING  # type: ignore[index]


def test_an_emergency_at_night_names_people_at_once(ward: QuietWard) -> None:
    """And so does a wound of the quiet night that turns into one."""
    ward.now = NIGHT
    ward.sends_seen_as(WAITS, Category.II)
    ward.advance(minutes=5)
    ward.says("ahora tiene fiebre de 39,5 y está confusa")
    assert _named(ward) == [[], ["U0DOCTOR", "U0CHARGE"]]
    assert (_open(ward).kind, _open(ward).held) == (EscalationKind.EMERGENCY, False)
    told = (
        "Avisado: médico de turno y enfermera jefe de turno; se espera respuesta en menos de 5 min"
    )
    assert told in ward.read(MessageKind.RED_FLAG)


def test_who_cannot_wait_for_the_morning_asks_for_a_person(ward: QuietWard) -> None:
    """One word, and the wound nurse is named in the middle of the night."""
    ward.now = NIGHT
    ward.sends_seen_as(WAITS, Category.II)
    assert "escriba *persona*" in ward.read(MessageKind.RESULT)
    ward.says("persona")
    assert _open(ward).urgency is Urgency.URGENT
    assert _named(ward)[-1] == ["U0WOUND1"]
    assert "se espera respuesta en menos de 30 min" in ward.read(MessageKind.PERSON_CALLED)


def test_a_taken_case_is_not_said_to_wait(ward: QuietWard) -> None:
    """Who looks at the channel by night has the case; a later photo is told to be theirs."""
    ward.now = NIGHT
    case_id = ward.sends_seen_as(WAITS, Category.II)
    ward.post_everything()
    with ward.transaction() as tx:
        code = case_by_id(tx, case_id).code
        ward.presses("U0WOUND1", tx, case_id, _open(ward).id)
    ward.advance(minutes=1)
    ward.sends_seen_as(f"caso {code}", Category.II)
    told = ward.read(MessageKind.RESULT)
    assert "El caso lo tiene Carla." in told
    assert "De noche" not in told
    ward.now = MORNING
    assert _sweep(ward) == 0


def test_a_reminder_waits_for_the_morning_unless_the_wound_is_urgent(ward: QuietWard) -> None:
    """The next photo of a small wound is asked for at seven; of a deep one when it is time."""
    ward.now = NIGHT - timedelta(days=1)
    small = ward.sends_seen_as("UCI-204 sacro", Category.I)
    ward.advance(seconds=1)
    deep = ward.sends_seen_as("UCI-300 talón derecho", Category.DEEP_TISSUE)
    with ward.store.snapshot() as snapshot:
        waiting, now_due = reminder_of(snapshot, small), reminder_of(snapshot, deep)
        assert waiting
        assert now_due
        assert (waiting.due_at, now_due.due_at) == (MORNING, NIGHT + timedelta(seconds=1))
        assert reminders_due(snapshot, now_due.due_at) == [now_due.id]
    ward.now = MORNING
    with ward.transaction() as tx:
        remind(tx, waiting.id, ward.rules)
    assert "UCI-204" in ward.read(MessageKind.REMINDER)


def test_the_command_shows_sets_and_removes(
    ward: QuietWard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an admin types it; a slip changes nothing and says so."""
    url = ward.store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("VIGIA_SECRET_KEY", "k" * 40)
    with ward.store.snapshot() as snapshot:
        (bruno,) = all_staff(snapshot, Role.PHYSICIAN)
        (ana,) = all_staff(snapshot, Role.NURSE)

    def oncall(*words: str) -> str:
        return CliRunner().invoke(vigia, ["oncall", *words]).output

    assert oncall("show").count("now: nobody") == 4
    assert "7 shifts" in oncall("set", bruno.id, "--from", "08:00", "--to", "08:00")
    assert "0 shifts" in oncall("set", bruno.id, "--from", "08:00", "--to", "08:00")
    when = ("--from", "2026-01-01 20:00", "--to", "2099-01-01 08:00")
    assert "Written down" in oncall("override", bruno.id, *when)
    shown = oncall("show")
    assert "now: Bruno, until 2099-01-01 08:00, by an exception" in shown
    override_id = shown.split(" 2026-01-01 20:00")[0].split()[-1]
    assert "Removed" in oncall("remove", override_id)
    assert "nothing was changed" in oncall("remove", override_id)
    assert "by an exception" not in oncall("show")
    assert "this role may not" in oncall("set", ana.id, "--from", "08:00", "--to", "20:00")
    assert "Nobody enrolled" in oncall("override", "nobody", *when)
    past = ("--from", "2020-01-01 20:00", "--to", "2020-01-02 08:00")
    assert "is over" in oncall("override", bruno.id, *past)
    with ward.store.snapshot() as snapshot:
        kinds = [one.event.kind for one in audit_records(snapshot)]
    assert kinds.count(AuditKind.ON_CALL_SET) == 7
    assert kinds.count(AuditKind.ON_CALL_REMOVED) == 1
