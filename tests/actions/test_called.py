"""The ladder is exhausted and the supervisor's phone rings: what became of the call is written
down, shown, and followed until somebody has the case."""

import dataclasses

from sqlalchemy import func, select

from bot.actions.called import follow_call, press_key, report_call
from bot.actions.calling import place_call
from bot.actions.escalating import climb_ladder
from bot.actions.undelivered import give_up, withhold
from bot.core.audit import AuditKind, ChainIntact, verify_chain
from bot.core.call import ENDS_WITHIN, Call, CallReport, CallState, LineStatus, Reply, Spoken, Voice
from bot.core.deed import Deed
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.staff import Language, Role, Staff
from bot.core.watch import Late, find_late
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.call_rows import calls_due, calls_of, latest_calls
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import due_escalations, escalation_by_id, open_escalations
from bot.store.late_rows import oldest_due
from bot.store.outbox_rows import claim_message
from bot.store.overview import overview
from bot.store.said_rows import due_messages, message_by_id
from bot.store.staff_rows import enrol, remove_staff
from tests.actions.conftest import QuietWard

SOFIA, TOMAS = "+56922220001", "+56922220002"
BUSY, NO_ANSWER = CallReport(LineStatus.BUSY, None), CallReport(LineStatus.NO_ANSWER, None)
UP, DONE = CallReport(LineStatus.IN_PROGRESS, None), CallReport(LineStatus.COMPLETED, None, 31)


def _supervisor(ward: QuietWard, name: str = "Sofía", phone: str = SOFIA) -> Staff:
    with ward.transaction() as tx:
        return enrol(
            tx,
            name=name,
            role=Role.SUPERVISOR,
            language=Language.ES,
            phone=phone,
            slack_user=f"U0{name.upper()}",
            actor="test",
        )


def _exhausted(ward: QuietWard) -> str:
    """The escalation of an emergency whose ladder is exhausted a moment ago; every message of it
    was taken by its vendor."""
    ward.rules = dataclasses.replace(ward.rules, calls_phones=True)
    ward.says("fiebre de 39 y confusa")
    for _ in range(3):
        ward.advance(minutes=6)
        _climb(ward)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.status is EscalationStatus.EXHAUSTED
    return escalation.id


def _climb(ward: QuietWard) -> None:
    with ward.store.snapshot() as snapshot:
        due = due_escalations(snapshot, ward.now)
    for id in due:
        with ward.transaction() as tx:
            climb_ladder(tx, id, ward.rules)


def _calls(ward: QuietWard) -> list[Call]:
    """Newest first."""
    with ward.store.snapshot() as snapshot:
        return latest_calls(snapshot, 50)


def _reported(ward: QuietWard, call: Call, *reports: CallReport) -> None:
    for report in reports:
        with ward.transaction() as tx:
            assert report_call(tx, call.id, report, ward.rules)


def _follow(ward: QuietWard) -> int:
    """How many calls the sweep had to follow."""
    with ward.store.snapshot() as snapshot:
        due = calls_due(snapshot, ward.now)
    for id in due:
        with ward.transaction() as tx:
            follow_call(tx, id, ward.rules)
    ward.post_everything()
    return len(due)


def _pressed(ward: QuietWard, call: Call, key: str, *, last: bool = False) -> Spoken:
    with ward.transaction() as tx:
        return press_key(tx, call.id, key, ward.rules, last=last)


def _alerts(ward: QuietWard) -> int:
    """How often the admins were told that nobody took it by phone."""
    with ward.store.snapshot() as snapshot:
        ids = [r.id for r in snapshot.all(select(t.outbox.c.id))]
        facts = [message_by_id(snapshot, id).message.facts for id in ids]
    return sum(one.get("problem") == "calls_unanswered" for one in facts)


def _events(ward: QuietWard, kind: AuditKind) -> list[dict[str, object]]:
    with ward.store.snapshot() as snapshot:
        records = list(audit_records(snapshot))
    assert isinstance(verify_chain(records), ChainIntact)
    return [{"actor": r.event.actor, **r.event.details} for r in records if r.event.kind is kind]


def test_a_call_that_nobody_answers_is_made_three_times_and_then_the_admins_are_told(
    ward: QuietWard,
) -> None:
    """With pauses, each end written down; the escalation stays red, and one SMS is enough."""
    _supervisor(ward)
    escalation = _exhausted(ward)
    for number, (report, said) in enumerate(
        ((NO_ANSWER, "no contestó"), (BUSY, "ocupado"), (NO_ANSWER, "no contestó")), 1
    ):
        call = _calls(ward)[0]
        assert call.number == number
        _reported(ward, call, CallReport(LineStatus.RINGING, None))
        assert "Sofía" in ward.card()
        assert "suena" in ward.card()
        _reported(ward, call, report, report)
        assert said in ward.card()
        assert _alerts(ward) == (number == 3)
        assert _follow(ward) == 0
        ward.advance(minutes=2)
        assert _follow(ward) == (number < 3)
    assert len(_calls(ward)) == 3
    assert "(llamada 3)" in ward.card()
    assert "por teléfono tampoco lo tomó nadie" in ward.read(MessageKind.ALERT)
    with ward.store.snapshot() as snapshot:
        after = escalation_by_id(snapshot, escalation)
        texts = [
            message_by_id(snapshot, r.id).thread.channel
            for r in snapshot.all(
                select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.CALLED_OUT)
            )
        ]
    assert after
    assert after.status is EscalationStatus.EXHAUSTED
    assert sorted(texts) == [Channel.PHONE] * 3 + [Channel.SMS]
    assert [e["number"] for e in _events(ward, AuditKind.CALL_PLACED)] == [1, 2, 3]
    reported = _events(ward, AuditKind.CALL_REPORTED)
    assert [e["said"] for e in reported] == [
        "ringing", "no-answer", "ringing", "busy", "ringing", "no-answer",
    ]  # fmt: skip


def test_a_voicemail_is_never_an_answer(ward: QuietWard) -> None:
    """It picks up and listens to the end: the person is called again."""
    _supervisor(ward)
    _exhausted(ward)
    (call,) = _calls(ward)
    _reported(ward, call, UP, CallReport(None, Voice.MACHINE), DONE)
    assert "buzón de voz" in ward.card()
    assert "contestó" not in ward.card()
    ward.advance(minutes=1)
    assert _follow(ward) == 1
    assert [one.number for one in _calls(ward)] == [2, 1]


def test_who_answers_and_presses_nothing_is_called_again(ward: QuietWard) -> None:
    """Nobody has the case yet; the card and the admin's page say that a person answered."""
    _supervisor(ward)
    _exhausted(ward)
    (call,) = _calls(ward)
    _reported(ward, call, UP, CallReport(None, Voice.PERSON), DONE)
    assert "contestó" in ward.card()
    with ward.store.snapshot() as snapshot:
        (shown,) = overview(snapshot).calls
    assert (shown.name, shown.call.state) == ("Sofía", CallState.ANSWERED)
    ward.advance(minutes=1)
    assert _follow(ward) == 1
    assert len(_calls(ward)) == 2


def test_pressing_1_takes_the_case_as_the_button_does(ward: QuietWard) -> None:
    """The card and the nurse learn who, and that it was by phone; no more calls are made. The same
    key brought twice changes nothing."""
    sofia = _supervisor(ward)
    escalation = _exhausted(ward)
    (call,) = _calls(ward)
    _reported(ward, call, UP)
    for _ in range(2):
        assert _pressed(ward, call, "1").reply is Reply.TAKEN
    with ward.store.snapshot() as snapshot:
        taken = escalation_by_id(snapshot, escalation)
        told = snapshot.value(
            select(func.count()).select_from(t.outbox).where(t.outbox.c.kind == MessageKind.TAKEN)
        )
    assert taken
    assert (taken.status, taken.acknowledged_by) == (EscalationStatus.ACKNOWLEDGED, sofia.id)
    assert told == 1
    assert "Sofía (supervisora) tomó el caso por teléfono" in ward.read(MessageKind.TAKEN)
    assert "*Sofía* (por teléfono)" in ward.card()
    _reported(ward, call, CallReport(None, Voice.MACHINE), DONE)
    ward.advance(minutes=10)
    assert _follow(ward) == 0
    assert _alerts(ward) == 0
    (acknowledged,) = _events(ward, AuditKind.ESCALATION_ACKNOWLEDGED)
    assert acknowledged["actor"] == f"staff:{sofia.id}"
    assert _calls(ward)[0].state is CallState.ANSWERED


def test_another_key_is_asked_again_once(ward: QuietWard) -> None:
    """And then there is a goodbye: nobody has the case."""
    _supervisor(ward)
    escalation = _exhausted(ward)
    (call,) = _calls(ward)
    for key in ("2", "*", ""):
        assert _pressed(ward, call, key).reply is Reply.AGAIN
        assert _pressed(ward, call, key, last=True).reply is Reply.GOODBYE
    with ward.store.snapshot() as snapshot:
        open_still = escalation_by_id(snapshot, escalation)
    assert open_still
    assert open_still.status is EscalationStatus.EXHAUSTED
    assert _pressed(ward, call, "1", last=True).reply is Reply.TAKEN


def test_a_case_that_somebody_has_is_not_taken_by_phone(ward: QuietWard) -> None:
    """Who pressed hears who has it; nothing changes, and the refusal is audited."""
    sofia = _supervisor(ward)
    escalation = _exhausted(ward)
    (call,) = _calls(ward)
    with ward.store.snapshot() as snapshot:
        known = escalation_by_id(snapshot, escalation)
    assert known
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, known.case_id, escalation)
    said = _pressed(ward, call, "1")
    assert (said.reply, said.facts["name"]) == (Reply.ALREADY_TAKEN, "Bruno")
    (refused,) = _events(ward, AuditKind.PRESS_REFUSED)
    assert (refused["actor"], refused["reason"]) == (f"staff:{sofia.id}", "already_taken")
    assert "*Bruno*" in ward.card()
    assert "por teléfono" not in ward.card()
    _reported(ward, call, DONE)
    ward.advance(minutes=5)
    _follow(ward)
    assert len(_calls(ward)) == 1


def test_a_closed_case_and_a_person_who_left_are_refused_in_words(ward: QuietWard) -> None:
    """By the same table as a press in Slack."""
    sofia = _supervisor(ward)
    escalation = _exhausted(ward)
    (call,) = _calls(ward)
    with ward.store.snapshot() as snapshot:
        known = escalation_by_id(snapshot, escalation)
    assert known
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, known.case_id, escalation)
    with ward.transaction() as tx:
        form = ward.presses("U0DOCTOR", tx, known.case_id, escalation, Deed.CLOSE)
    assert form
    with ward.transaction() as tx:
        ward.fills("U0DOCTOR", tx, known.case_id, form, outcome="referred")
    assert _pressed(ward, call, "1").facts["reason"] == "closed"
    with ward.transaction() as tx:
        remove_staff(tx, sofia.id, "test")
    assert _pressed(ward, call, "1").facts["reason"] == "not_enrolled"
    reasons = [e["reason"] for e in _events(ward, AuditKind.PRESS_REFUSED)]
    assert reasons == ["closed", "not_enrolled"]


def test_a_key_of_no_call_is_refused(ward: QuietWard) -> None:
    """And a report of none is only noted in the log."""
    with ward.transaction() as tx:
        assert press_key(tx, "0" * 32, "1", ward.rules, last=False).reply is Reply.REFUSED
        assert not report_call(tx, "0" * 32, BUSY, ward.rules)
    (refused,) = _events(ward, AuditKind.PRESS_REFUSED)
    assert refused["reason"] == "forged"


def test_a_call_whose_end_is_not_told_is_made_again(ward: QuietWard) -> None:
    """Its row knows until when; a sweep that does not look is late, and the auditor sees it."""
    _supervisor(ward)
    _exhausted(ward)
    (call,) = _calls(ward)
    ward.advance(minutes=7)
    with ward.store.snapshot() as snapshot:
        late = find_late(oldest_due(snapshot, ward.now), ward.now)
    assert late[Late.CALL] == call.placed_at + ENDS_WITHIN
    assert _follow(ward) == 1
    assert "sin noticia de cómo terminó" in ward.card()
    ward.advance(minutes=1)
    assert _follow(ward) == 1
    assert [one.number for one in _calls(ward)] == [2, 1]


def test_a_call_that_has_not_gone_out_is_not_called_again(ward: QuietWard) -> None:
    """Its time begins anew: a second one would only wait behind it."""
    _supervisor(ward)
    ward.rules = dataclasses.replace(ward.rules, calls_phones=True)
    ward.says("fiebre de 39 y confusa")
    for _ in range(3):
        ward.advance(minutes=6)
        _climb(ward)
    ward.advance(minutes=6)
    with ward.store.snapshot() as snapshot:
        (due,) = calls_due(snapshot, ward.now)
    with ward.transaction() as tx:
        follow_call(tx, due, ward.rules)
    (call,) = _calls(ward)
    assert (call.state, call.end_by) == (CallState.PLACED, ward.now + ENDS_WITHIN)


def test_a_call_that_twilio_refuses_is_tried_again_and_told_once(ward: QuietWard) -> None:
    """The admins learn at once that it did not go out, and at the end that nobody answered."""
    _supervisor(ward)
    ward.rules = dataclasses.replace(ward.rules, calls_phones=True)
    ward.says("fiebre de 39 y confusa")
    for _ in range(3):
        ward.advance(minutes=6)
        _climb(ward)
    for _ in range(3):
        with ward.transaction() as tx:
            for _, id in due_messages(tx, ward.now):
                outgoing = claim_message(tx, id)
                if outgoing and outgoing.thread.channel is Channel.PHONE:
                    give_up(tx, outgoing, "bad_address", ward.rules)
        ward.advance(minutes=2)
        with ward.store.snapshot() as snapshot:
            due_calls = calls_due(snapshot, ward.now)
        for id in due_calls:
            with ward.transaction() as tx:
                follow_call(tx, id, ward.rules)
    assert [one.state for one in _calls(ward)] == [CallState.FAILED] * 3
    assert _alerts(ward) == 1
    with ward.store.snapshot() as snapshot:
        ids = [r.id for r in snapshot.all(select(t.outbox.c.id))]
        problems = [message_by_id(snapshot, id).message.facts.get("problem") for id in ids]
    assert problems.count("message_undelivered") == 1


def test_a_phone_on_duty_that_passed_to_a_colleague_still_rings(ward: QuietWard) -> None:
    """Sofía was called on it before she gave it back and left; now Tomás is."""
    sofia = _supervisor(ward)
    exhausted = _exhausted(ward)
    _supervisor(ward, phone=TOMAS)
    tomas = _supervisor(ward, "Tomás", SOFIA)
    with ward.transaction() as tx:
        remove_staff(tx, sofia.id, "test")
        escalation = escalation_by_id(tx, exhausted)
        assert escalation
        place_call(tx, case_by_id(tx, escalation.case_id), escalation, tomas, 1, "test")
    (call,) = (one for one in _calls(ward) if one.staff_id == tomas.id)
    with ward.transaction() as tx:
        outgoing = claim_message(tx, call.id)
        assert outgoing
        assert not withhold(tx, outgoing, ward.rules)


def test_the_admins_are_told_when_the_last_of_all_phones_stayed_silent(ward: QuietWard) -> None:
    """Two supervisors: while one may still answer, nobody says that nobody did."""
    _supervisor(ward)
    _supervisor(ward, "Tomás", TOMAS)
    escalation = _exhausted(ward)
    for _ in range(3):
        with ward.store.snapshot() as snapshot:
            ringing = [one for one in calls_of(snapshot, escalation) if one.end_by]
        assert len(ringing) == 2
        for call in ringing:
            assert _alerts(ward) == 0
            _reported(ward, call, NO_ANSWER)
        ward.advance(minutes=2)
        _follow(ward)
    assert _alerts(ward) == 1


def test_a_case_that_was_handed_over_is_not_rung_for_by_the_old_calls(ward: QuietWard) -> None:
    """It waits on its rung again; when nobody takes it there either, its ladder calls anew."""
    sofia = _supervisor(ward)
    tomas = _supervisor(ward, "Tomás", TOMAS)
    escalation = _exhausted(ward)
    with ward.store.snapshot() as snapshot:
        first, second = calls_of(snapshot, escalation)
        known = escalation_by_id(snapshot, escalation)
    assert known
    mine, other = (first, second) if first.staff_id == sofia.id else (second, first)
    _reported(ward, other, NO_ANSWER)
    assert _pressed(ward, mine, "1").reply is Reply.TAKEN
    with ward.transaction() as tx:
        form = ward.presses("U0SOFÍA", tx, known.case_id, escalation, Deed.HAND_OVER)
    assert form
    with ward.transaction() as tx:
        assert ward.fills("U0SOFÍA", tx, known.case_id, form, to=tomas.id, note="") == {}
    ward.advance(minutes=1)
    assert _follow(ward) == 1
    assert len(_calls(ward)) == 2
    ward.advance(minutes=2)
    _climb(ward)
    with ward.store.snapshot() as snapshot:
        made = [(one.staff_id, one.number) for one in calls_of(snapshot, escalation)]
    assert sorted(made) == sorted((who.id, n) for who in (sofia, tomas) for n in (1, 2))
