"""What cannot be sent goes another way, what is long arrives whole, a press finds its case."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.bridge import say_to_nurse
from bot.actions.deciding import decide_case
from bot.actions.reminding import remind
from bot.channels.slack.messenger import SlackMessenger
from bot.core.assessment import NotAssessed
from bot.core.audit import AuditKind
from bot.core.case import (
    FETCH_LEASE,
    MAX_ATTEMPTS,
    MAX_FETCHES,
    READING_LEASE,
    PhotoStatus,
)
from bot.core.choice import choices_in
from bot.core.deed import Deed
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind, OutboxStatus
from bot.core.ports import Address
from bot.core.staff import Language, Role
from bot.core.work import Work
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import open_escalations
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import (
    assessments_of_case,
    claim_photo,
    media_to_forget,
    photo_by_id,
)
from bot.store.reminder_rows import plan_reminder, reminder_of
from bot.store.said_rows import message_by_id
from bot.store.staff_rows import all_staff, enrol, remove_staff, staff_by_sender
from bot.store.thread_rows import thread_at
from bot.web.sandbox.nurse import Nurse
from jobs import assess, delete_media, fetch
from jobs.sweep import tick
from jobs.vision.readers import load_reader
from tests.channels.said import A_LONG_SCORE, EVERY_FLAG, FULLEST, LONG
from tests.journeys.conftest import NURSE, Ward
from tests.protocol.test_delivery import _ARRIVED, Post, post
from tests.protocol.test_house import twilio_knock

__all__ = ["post"]
_DANGER = "UCI-204 con fiebre de 39 y confusa"


def _cards(post: Post) -> list[tuple[str, str | None, int]]:
    """Every card that was to be posted anew: its state, why it failed, how often it was tried."""
    table = t.outbox
    query = (
        select(table.c.status, table.c.failed_because, table.c.attempts)
        .where(table.c.kind == MessageKind.CARD, table.c.replaces.is_(None))
        .order_by(table.c.seq)
    )
    with post.house.store.snapshot() as snapshot:
        return [(row.status, row.failed_because, row.attempts) for row in snapshot.all(query)]


@pytest.mark.parametrize("reason", ["is_archived", "not_in_channel", "channel_not_found"])
def test_case_18_a_card_that_cannot_be_posted_is_tried_once_and_the_next_rung_is_called(
    ward: Ward, post: Post, reason: str
) -> None:
    """No second attempt; the admins read it; the charge nurse has the card within the minute."""
    workspace = ward.sandbox.workspace
    match reason:
        case "is_archived":
            workspace.archive("emergencias")
        case "not_in_channel":
            workspace.remove_bot("emergencias")
        case _:
            ward.sandbox.faults.always("chat.postMessage", error=reason, subject="emergencias")
    ward.nurse().sends_text(_DANGER)
    for _ in range(4):
        post.sends_what_is_due()
        post.later(seconds=10)
    first, second = _cards(post)
    assert first == (OutboxStatus.FAILED, reason, 1)
    assert second[0] is OutboxStatus.SENT
    ward.doctor().sees("EMERGENCIA", in_channel="especialistas")
    ward.doctor().sees("un aviso no llegó a su canal", in_channel="sistema-alertas")


def test_case_18_with_a_revoked_token_every_rung_is_tried_once_and_then_the_phone_rings(
    ward: Ward, post: Post
) -> None:
    """Slack refuses all of it, the alerts too: the last rung is called, and /admin shows why."""
    supervisor = "+56922220001"
    with post.house.acting() as tx:
        enrol(
            tx,
            name="Sofía Lagos",
            role=Role.SUPERVISOR,
            language=Language.ES,
            phone=supervisor,
            slack_user="U0SUPERV",
            actor="test",
        )
    revoked = SlackMessenger(bot_token="xoxb-revoked", api_base=ward.sandbox.slack_api_base)
    post.house = dataclasses.replace(post.house, slack=revoked)
    ward.nurse().sends_text(_DANGER)
    for _ in range(8):
        post.sends_what_is_due()
        post.later(seconds=2)
    assert set(_cards(post)) == {(OutboxStatus.FAILED, "invalid_auth", 1)}
    with post.house.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        unseen = snapshot.all(select(t.audit).where(t.audit.c.kind == AuditKind.MESSAGE_FAILED))
    assert escalation.status is EscalationStatus.EXHAUSTED
    assert unseen
    assert ward.sandbox.switchboard.calls(supervisor)
    ward.nurse().sees("Actúe ahora")


def test_what_one_person_alone_may_see_follows_them_out_of_the_channel(
    ward: Ward, post: Post
) -> None:
    """They left after they pressed: it comes in their direct messages, once."""
    with post.house.acting() as tx:
        thread = thread_at(tx, Channel.SLACK, Address("#emergencias"))
        facts = {"name": "Carla Soto"}
        told = Message(MessageKind.ALREADY_TAKEN, "pressed", facts, only_to="U0DOCTOR")
        queue_message(tx, thread, told, Language.ES)
    ward.sandbox.faults.always("chat.postEphemeral", error="user_not_in_channel")
    for _ in range(3):
        post.sends_what_is_due()
        post.later(seconds=5)
    ward.doctor().sees("Carla Soto")
    assert [state for state, _ in post.states(MessageKind.ALREADY_TAKEN)] == [
        OutboxStatus.FAILED,
        OutboxStatus.SENT,
    ]
    assert post.states(MessageKind.ALERT) == []


def test_a_question_is_answered_even_where_the_protocols_cannot_be_read(
    ward: Ward, post: Post, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the command and in the chat: what happened, that nothing was lost, whom to ask."""
    (tmp_path / "protocolo.pdf.json").write_text('{"name": "protocolo.pdf", "vers')
    monkeypatch.setenv("VIGIA_PROTOCOLS_DIR", str(tmp_path))
    asked = "cada cuánto giro al paciente?"
    doctor = ward.doctor()
    assert doctor.commands("/vigia", f"preguntar {asked}", "emergencias").ok
    ward.nurse().sends_text(asked)
    post.sends_what_is_due()
    assert "nada se perdió" in doctor.sees_only_me("No puedo leer los protocolos").text
    assert "nada se perdió" in ward.nurse().sees("No puedo leer los protocolos").text
    assert post.states(MessageKind.ALERT) == []


def _queue(
    post: Post, kind: MessageKind, facts: dict[str, Any], *, to: str, channel: Channel
) -> str:
    with post.house.acting() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        thread = thread_at(tx, channel, Address(to), staff_id=nurse.id)
        id = queue_message(tx, thread, Message(kind, f"{kind}:{to}", facts), Language.ES)
    assert id
    return id


def test_a_clinicians_words_full_of_emoji_reach_the_nurse(ward: Ward, post: Post) -> None:
    """Twilio counts each of them as two."""
    case_id = post.queues()
    with post.house.acting() as tx:
        case, doctor = case_by_id(tx, case_id), staff_by_sender(tx, Channel.SLACK, "U0DOCTOR")
        assert doctor
        say_to_nurse(tx, case, doctor, "Bien hecho. " * 60 + "👍" * 600, "test")
    for _ in range(3):
        post.sends_what_is_due()
    ward.sandbox.settle()
    assert {state for state, _ in post.states(MessageKind.FROM_CLINICIAN)} <= _ARRIVED
    assert sum(one.text.count("👍") for one in ward.nurse().received) == 600
    assert ward.sandbox.violations == []


@pytest.mark.parametrize("flags", [EVERY_FLAG, A_LONG_SCORE], ids=["every_flag", "long_score"])
def test_case_20_the_longest_result_arrives_whole_in_both_chats(
    ward: Ward, post: Post, flags: list[dict[str, str]]
) -> None:
    """Every danger sign there is, or a score whose vital signs span a page: what to do is there."""
    facts = FULLEST | {"flags": flags}
    _queue(post, MessageKind.RESULT, facts, to=NURSE, channel=Channel.WHATSAPP)
    _queue(post, MessageKind.RESULT, facts, to="#heridas", channel=Channel.SLACK)
    post.sends_what_is_due()
    on_phone = ward.nurse().sees("lo más probable").text
    in_slack = ward.doctor().sees("lo más probable", in_channel="heridas").text
    for text in (on_phone, in_slack):
        assert "1. " in text
        assert "decide un profesional" in text
        assert "más, que también quedaron en el caso" in text
    assert ward.sandbox.violations == []


def test_case_20_long_words_cross_in_parts_and_in_order(ward: Ward, post: Post) -> None:
    """A nurse's page to the card, a clinician's 2,000 letters to the phone: every word."""
    ward.nurse().sends_text(_DANGER)
    post.sends_what_is_due()
    page = " ".join(f"{number}. {LONG}" for number in range(60))
    assert len(page) > 5000
    ward.nurse().sends_text(page)
    for _ in range(12):
        post.sends_what_is_due()
        post.later(seconds=4)
    doctor = ward.doctor()
    card = doctor.sees("EMERGENCIA", in_channel="emergencias")
    under = [p for p in doctor.screen("emergencias") if p.thread_ts == card.ts]
    said = " ".join(p.text.partition(":\n")[2] for p in under if "escribe" in p.text)
    assert _words(said.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")) == _words(
        page
    )
    doctor.presses("Tomar el caso", on=card)
    post.sends_what_is_due()
    answer = " ".join(f"{number}. {LONG}" for number in range(20))[:1999]
    doctor.presses(f"vigia_{Deed.MESSAGE}", on=card.now)
    form = doctor.sees_modal("Lo que leerá enfermería")
    doctor.submits(form, {"text": {"value": {"type": "plain_text_input", "value": answer}}})
    for _ in range(8):
        post.sends_what_is_due()
        post.later(seconds=7)
    assert ward.sandbox.settle()
    parts = [m.text.partition(":\n")[2] for m in ward.nurse().received if "escribe:" in m.text]
    assert len(parts) == 2
    assert _words(" ".join(parts)) == _words(answer)
    assert [v for v in ward.sandbox.violations if "rate" not in v.code] == []


def _words(text: str) -> list[str]:
    return text.split()


def test_a_photo_whose_worker_dies_every_time_is_given_up(ward: Ward, post: Post) -> None:
    """Its bytes may be the cause: it kills no worker for ever; the admins, the nurse and a
    clinician are told."""
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    with post.house.store.snapshot() as snapshot:
        photo = str(snapshot.value(select(t.photos.c.id)))
    for _ in range(MAX_FETCHES):
        with post.house.acting() as tx:
            assert claim_photo(tx, photo, PhotoStatus.ANNOUNCED, FETCH_LEASE, "system:dies")
        post.later(seconds=FETCH_LEASE.total_seconds() + 1)
    fetch.run(post.house, photo)
    with post.house.store.snapshot() as snapshot:
        lost = photo_by_id(snapshot, photo)
    assert lost.status is PhotoStatus.LOST
    assert [state for state, _ in post.states(MessageKind.ALERT)] == [OutboxStatus.QUEUED]
    with post.house.acting() as tx:
        decide_case(tx, lost.case_id, post.house.rules)
    for _ in range(3):
        post.sends_what_is_due()
        post.later(seconds=5)
    ward.nurse().sees("foto no evaluada")
    assert post.states(MessageKind.CARD)[0] == (OutboxStatus.SENT, None)


def test_a_reading_whose_worker_dies_every_time_ends_with_the_nurse_and_a_clinician(
    ward: Ward, post: Post
) -> None:
    """Nothing reads it a fourth time: she hears that it was not assessed, a person sees it."""
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    with post.house.store.snapshot() as snapshot:
        photo = photo_by_id(snapshot, str(snapshot.value(select(t.photos.c.id))))
    fetch.run(post.house, photo.id)
    for _ in range(MAX_ATTEMPTS):
        with post.house.acting() as tx:
            assert claim_photo(tx, photo.id, PhotoStatus.STORED, READING_LEASE, "system:dies")
        post.later(seconds=READING_LEASE.total_seconds() + 1)
    assess.run(post.house, load_reader(), photo.id)
    with post.house.acting() as tx:
        assert assessments_of_case(tx, photo.case_id)[0].reading.reason is NotAssessed.MODEL_FAILED
        decide_case(tx, photo.case_id, post.house.rules)
    for _ in range(4):
        post.sends_what_is_due()
        post.later(seconds=5)
    ward.nurse().sees("foto no evaluada")
    assert post.states(MessageKind.CARD)[0] == (OutboxStatus.SENT, None)


def test_what_waits_for_a_nurse_who_left_stays_here_and_the_charge_nurse_is_told(
    ward: Ward, post: Post
) -> None:
    """Neither her phone nor her Slack shows any more of the patient; the card goes to the doctor
    as ever and says that she is gone; her next message is answered like a stranger's."""
    ward.nurse().sends_text(_DANGER)
    with post.house.acting() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        remove_staff(tx, nurse.id, "test")
    # The answer to her greeting may still be on its way to her phone.
    assert ward.sandbox.settle()
    seen = len(ward.nurse().received)
    for _ in range(6):
        post.sends_what_is_due()
        post.later(seconds=5)
    ward.sandbox.settle()
    assert len(ward.nurse().received) == seen
    assert post.states(MessageKind.RED_FLAG) == [(OutboxStatus.FAILED, "not_enrolled")]
    ward.doctor().sees("ya no está en Vigia", in_channel="emergencias").presses("Tomar el caso")
    for _ in range(6):
        post.sends_what_is_due()
        post.later(seconds=5)
    assert len(post.states(MessageKind.NURSE_GONE)) == 1
    told = ward.doctor().sees("quien lo envió", in_channel="especialistas").text
    assert "UCI-204" in told
    assert len(ward.nurse().received) == seen
    ward.nurse().sends_text("hola")
    post.sends_what_is_due()
    ward.nurse().sees("no está inscrito")


def test_case_37_media_that_twilio_will_not_delete_are_deleted_later(
    ward: Ward, post: Post
) -> None:
    """The photo is sealed here; Twilio fails twice; the sweep asks again until it is gone."""
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    with post.house.store.snapshot() as snapshot:
        photo = str(snapshot.value(select(t.photos.c.id)))
    fetch.run(post.house, photo)
    assert _is_stored(post, photo)
    ward.sandbox.faults.next("media.delete_plain", status=503, times=2)
    for _ in range(2):
        assert _to_forget(post) == [photo]
        delete_media.run(post.house, photo)
        assert _to_forget(post) == []
        post.later(minutes=11)
    assert ("delete_media", photo) in [(str(work), id) for work, id in tick(post.house)]
    delete_media.run(post.house, photo)
    asked = [r.status for r in ward.sandbox.record.requests("media.delete_plain")]
    assert asked == [503, 503, 204]
    post.later(days=1)
    assert _to_forget(post) == []
    assert _is_stored(post, photo)


def test_case_37_media_that_twilio_refuses_to_delete_are_told_to_the_admins(
    ward: Ward, post: Post
) -> None:
    """Once a day, however many there are and however often it is tried."""
    for caption in ("Sacro", "Talón"):
        ward.nurse().sends_photo(draw_wound(), caption=caption)
    with post.house.store.snapshot() as snapshot:
        photos = [str(row.id) for row in snapshot.all(select(t.photos.c.id))]
    for photo in photos:
        fetch.run(post.house, photo)
    ward.sandbox.faults.always("media.delete_plain", status=403)
    post.stands_still()
    days = set()
    for _ in range(2):
        days.add(post.house.clock().date())
        for photo in _to_forget(post):
            delete_media.run(post.house, photo)
        post.later(minutes=11)
        assert _to_forget(post) == []
        post.later(hours=7)
    assert sorted(_to_forget(post)) == sorted(photos)
    assert len(post.states(MessageKind.ALERT)) == len(days)
    ward.sandbox.faults.clear()
    for photo in photos:
        delete_media.run(post.house, photo)
    post.later(days=1)
    assert _to_forget(post) == []


def test_case_40_a_strangers_photo_is_deleted_at_twilio_too(ward: Ward, post: Post) -> None:
    """As she is told: Twilio fails twice, the sweep asks again, and then nothing of it is left,
    here neither; what waits meanwhile says nothing of who sent it."""
    with post.house.acting() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        remove_staff(tx, nurse.id, "test")
    ward.nurse().sends_photo(draw_wound(), caption="fiebre 39")
    ward.sandbox.faults.next("media.delete_plain", status=503, times=2)
    asked = []
    for _ in range(4):
        post.later(minutes=11)
        due = [id for work, id in tick(post.house) if work is Work.DELETE_MEDIA]
        asked.append(len(due))
        with post.house.store.engine.connect() as connection:
            kept = str(connection.execute(select(t.unkept_media)).all())
        assert NURSE not in kept
        assert "Media" not in kept
        for id in due:
            delete_media.run(post.house, id)
    assert asked == [1, 1, 1, 0]
    with post.house.store.snapshot() as snapshot:
        assert snapshot.all(select(t.unkept_media)) == []
        assert snapshot.all(select(t.photos)) == []
    statuses = [r.status for r in ward.sandbox.record.requests("media.delete_plain")]
    assert statuses == [503, 503, 204]


def _is_stored(post: Post, photo: str) -> bool:
    with post.house.store.snapshot() as snapshot:
        return photo_by_id(snapshot, photo).status is PhotoStatus.STORED


def _to_forget(post: Post) -> list[str]:
    with post.house.store.snapshot() as snapshot:
        return media_to_forget(snapshot, post.house.clock())


def _question_of(post: Post, case_id: str) -> tuple[str, str, str]:
    """Of a case's reminder: the outbox row, its sid at Twilio, the payload of its last button."""
    query = select(t.outbox.c.id).where(
        t.outbox.c.case_id == case_id, t.outbox.c.kind == MessageKind.REMINDER
    )
    with post.house.store.snapshot() as snapshot:
        row = message_by_id(snapshot, str(snapshot.value(query)))
    return row.id, row.provider_id or "", choices_in(row.message.facts)[-1].payload


def _press(ward: Ward, sid: str, payload: str, replied_to: str, sender: str = NURSE) -> int:
    return twilio_knock(
        ward,
        "/webhooks/whatsapp",
        MessageSid=sid,
        From=f"whatsapp:{sender}",
        Body="No recordar más",
        ButtonText="No recordar más",
        ButtonPayload=payload,
        MessageType="button",
        OriginalRepliedMessageSid=replied_to,
        NumMedia="0",
    ).status_code


def test_case_39_a_button_answers_the_case_it_was_offered_for(ward: Ward, post: Post) -> None:
    """Two wounds ask for a photo; the button of the older one stops that one alone, and a stranger
    to it cannot press it."""
    cases = [_reminded(post), _reminded(post)]
    for _ in range(3):
        post.sends_what_is_due()
        post.later(seconds=7)
    older = _question_of(post, cases[0])
    other, _ = ward.another_nurse(39)
    assert _press(ward, "SM" + "a" * 32, older[2], older[1], sender=other.phone) == 200
    assert _reminders(post) == {cases[0]: "asked", cases[1]: "asked"}
    for _ in range(2):
        assert _press(ward, "SM" + "b" * 32, older[2], older[1]) == 200
    assert _reminders(post) == {cases[0]: "stopped", cases[1]: "asked"}
    for _ in range(3):
        post.later(seconds=7)
        post.sends_what_is_due()
    assert ward.sandbox.settle()
    stopped = [m.text for m in _received(ward) if "Sin más recordatorios" in m.text]
    assert len(stopped) == 1
    assert _code(post, cases[0]) in stopped[0]


def _received(ward: Ward) -> Any:
    nurse: Nurse = ward.nurse()
    return nurse.received


def _code(post: Post, case_id: str) -> str:
    with post.house.store.snapshot() as snapshot:
        return str(snapshot.value(select(t.cases.c.code).where(t.cases.c.id == case_id)))


def _reminded(post: Post) -> str:
    case_id = post.queues()
    with post.house.acting() as tx:
        plan_reminder(tx, case_id, tx.now - timedelta(seconds=1), "test")
        planned = reminder_of(tx, case_id)
        assert planned
        remind(tx, planned.id, post.house.rules)
    return case_id


def _reminders(post: Post) -> dict[str, str]:
    with post.house.store.snapshot() as snapshot:
        rows = snapshot.all(select(t.reminders.c.case_id, t.reminders.c.status))
    return {row.case_id: str(row.status) for row in rows}
