"""An answer waits a moment for a model's words, and goes by itself where none come."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.actions.asking import phrasing_task, settle_answer
from bot.actions.intake import receive
from bot.core.audit import AuditKind
from bot.core.inbound import Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.protocol.phrasing import PATIENCE
from bot.core.work import Work
from bot.store import tables as t
from bot.store.escalation_rows import open_escalations
from bot.store.outbox_rows import claim_message, mark_retry
from bot.store.said_rows import due_messages, message_by_id
from bot.wiring import advisor
from tests.actions.conftest import NURSE, QuietWard

_TURNING = "cada cuanto giro a un paciente en riesgo?"


@pytest.fixture
def phrasing(ward: QuietWard) -> QuietWard:
    ward.rules = replace(ward.rules, phrases_answers=True)
    return ward


def _asks(ward: QuietWard, text: str = _TURNING) -> list[tuple[Work, str]]:
    """The bells that rang."""
    message = InboundMessage(
        provider_id=f"SMask{text}",
        channel=Channel.WHATSAPP,
        sender=NURSE,
        address=Address(NURSE),
        text=text,
        attachments=(),
        sent_at=ward.now,
        replied_to=None,
    )
    with ward.transaction() as tx:
        receive(tx, message, ward.rules, advisor().ask(text))
        return tx.rings


def _answer_id(ward: QuietWard) -> str:
    with ward.store.snapshot() as snapshot:
        query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.ANSWER)
        return str(snapshot.value(query))


def _is_due(ward: QuietWard, id: str) -> bool:
    with ward.store.snapshot() as snapshot:
        return (Work.DELIVER_MESSAGE, id) in due_messages(snapshot, ward.now)


def _changes(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        query = select(t.audit.c.seq).where(t.audit.c.kind == AuditKind.MESSAGE_CHANGED)
        return len(snapshot.all(query))


def test_without_the_setting_nothing_waits(ward: QuietWard) -> None:
    """The authored answer is due at once, its facts are its text, and no model's bell rings."""
    rings = _asks(ward)
    id = _answer_id(ward)
    assert Work.PHRASE_ANSWER not in {work for work, _ in rings}
    assert _is_due(ward, id)
    with ward.store.snapshot() as snapshot:
        assert set(message_by_id(snapshot, id).message.facts) == {"text"}
        assert phrasing_task(snapshot, id) is None


def test_the_authored_answer_waits_and_then_goes_by_itself(phrasing: QuietWard) -> None:
    """Its deadline stands in its row: nobody need hear the bell."""
    rings = _asks(phrasing)
    id = _answer_id(phrasing)
    assert (Work.PHRASE_ANSWER, id) in rings
    assert not _is_due(phrasing, id)
    assert "cada 2 o cada 3 horas" in phrasing.read(MessageKind.ANSWER)
    phrasing.advance(seconds=PATIENCE.total_seconds())
    assert _is_due(phrasing, id)


@pytest.mark.parametrize("text", ["Gire cada 3 horas [R7].", None])
def test_what_is_settled_goes_at_once(phrasing: QuietWard, text: str | None) -> None:
    """In the model's words, or as authored; the question stays behind in neither."""
    _asks(phrasing)
    id, authored = _answer_id(phrasing), phrasing.read(MessageKind.ANSWER)
    with phrasing.transaction() as tx:
        assert settle_answer(tx, id, text, "worded" if text else "http_500")
        assert (Work.DELIVER_MESSAGE, id) in tx.rings
    assert _is_due(phrasing, id)
    assert phrasing.read(MessageKind.ANSWER) == (text or authored)
    with phrasing.store.snapshot() as snapshot:
        assert set(message_by_id(snapshot, id).message.facts) == {"text"}
    assert _changes(phrasing) == 1


def test_a_second_run_changes_nothing(phrasing: QuietWard) -> None:
    """The first words stand."""
    _asks(phrasing)
    id = _answer_id(phrasing)
    for text, is_first in (("Primero [R7].", True), ("Segundo [R7].", False)):
        with phrasing.transaction() as tx:
            assert settle_answer(tx, id, text, "worded") is is_first
    assert phrasing.read(MessageKind.ANSWER) == "Primero [R7]."
    assert _changes(phrasing) == 1


@pytest.mark.parametrize("came_back", [False, True])
def test_words_that_come_late_are_not_believed(phrasing: QuietWard, came_back: bool) -> None:
    """What is being sent, or may have arrived, keeps the words that it was sent with."""
    _asks(phrasing)
    id, authored = _answer_id(phrasing), phrasing.read(MessageKind.ANSWER)
    phrasing.advance(seconds=PATIENCE.total_seconds())
    with phrasing.transaction() as tx:
        outgoing = claim_message(tx, id)
        assert outgoing
        if came_back:
            mark_retry(tx, outgoing, phrasing.now, "timeout", uncertain=True)
    with phrasing.transaction() as tx:
        assert not settle_answer(tx, id, "Tarde [R7].", "worded")
    assert phrasing.read(MessageKind.ANSWER) == authored
    assert _changes(phrasing) == 0


@pytest.mark.parametrize(
    "text", ["quien gano el partido de ayer?", "le puedo dar el alta a mi paciente?"]
)
def test_a_refusal_waits_for_no_model(phrasing: QuietWard, text: str) -> None:
    """It is authored word for word, and due at once."""
    rings = _asks(phrasing, text)
    assert Work.PHRASE_ANSWER not in {work for work, _ in rings}
    assert _is_due(phrasing, _answer_id(phrasing))


def test_a_danger_in_a_question_waits_for_no_model(phrasing: QuietWard) -> None:
    """It is answered from the protocols and a person is called, both at once."""
    text = "se usan antibioticos con fiebre y celulitis?"
    assert advisor().ask(text).grounds
    rings = _asks(phrasing, text)
    assert Work.PHRASE_ANSWER not in {work for work, _ in rings}
    assert _is_due(phrasing, _answer_id(phrasing))
    with phrasing.store.snapshot() as snapshot:
        assert len(open_escalations(snapshot)) == 1
