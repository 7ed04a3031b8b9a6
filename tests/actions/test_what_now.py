"""A nurse who has her result asks what to do now."""

import pytest
from sqlalchemy import func, select

from bot.actions.early_replies import hear_message
from bot.core.assessment import Category
from bot.core.deed import Deed
from bot.core.inbound import Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.protocol.answer import Answer
from bot.core.protocol.refusal import RefusalReason
from bot.core.staff import Language
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import escalation_of
from tests.actions.conftest import NURSE, QuietWard


def _count(ward: QuietWard, kind: MessageKind) -> int:
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.kind == kind)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _steps(told: str) -> list[str]:
    return [line for line in told.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]


def _code(ward: QuietWard, case_id: str) -> str:
    with ward.store.snapshot() as snapshot:
        return case_by_id(snapshot, case_id).code


@pytest.mark.parametrize("words", ["¿y ahora qué hago?", "what do I do now"])
def test_she_reads_the_steps_of_her_case_again(ward: QuietWard, words: str) -> None:
    """In the same words, with the same sources and the time that is left; nothing is noted."""
    case_id = ward.sends_seen_as("Sacro", Category.IV)
    told = ward.read(MessageKind.RESULT)
    assert "actúe en menos de 4 h." in told
    ward.advance(minutes=90)
    ward.says(words)
    again = ward.read(MessageKind.STEPS)
    assert again == ward.read()
    assert f"*Caso {_code(ward, case_id)}*" in again
    assert "actúe en menos de 2 h 30 min" in again
    assert _steps(again) == _steps(told) != []
    assert _count(ward, MessageKind.TEXT_ADDED) == 0
    with ward.store.snapshot() as snapshot:
        assert snapshot.value(select(func.count()).select_from(t.decisions)) == 1


def test_she_reads_who_has_her_case_by_now(ward: QuietWard) -> None:
    """And that what a clinician told her goes before; when the time is over, that it is now."""
    case_id = ward.sends_seen_as("Sacro", Category.IV)
    ward.says("qué hago ahora")
    assert "Avisado: enfermera de heridas" in ward.read(MessageKind.STEPS)
    ward.post_everything()
    with ward.transaction() as tx:
        escalation = escalation_of(tx, case_id)
        assert escalation
        ward.presses("U0WOUND1", tx, case_id, escalation.id, Deed.TAKE)
    ward.advance(hours=5)
    ward.says("qué hago ahora")
    again = ward.read(MessageKind.STEPS)
    assert "El caso lo tiene Carla." in again
    assert "Avisado" not in again
    assert "actúe ahora" in again
    assert "Si ya le indicó otra cosa, siga eso." in again


def test_with_two_cases_she_says_which_and_nothing_is_added_to_it(ward: QuietWard) -> None:
    """The steps of one patient are never taken for another's."""
    first = ward.sends_seen_as("Sacro", Category.IV)
    ward.advance(minutes=5)
    second = ward.sends_seen_as("Talón derecho", Category.II)
    ward.says("qué hago ahora")
    asked = ward.read(MessageKind.WHICH_CASE)
    assert "le repetiremos lo que se indicó" in asked
    assert _count(ward, MessageKind.STEPS) == 0
    ward.taps(_code(ward, first), MessageKind.WHICH_CASE)
    assert f"*Caso {_code(ward, first)}*" in ward.read(MessageKind.STEPS)
    ward.says(f"qué hago ahora con el caso {_code(ward, second)}")
    assert f"*Caso {_code(ward, second)}*" in ward.read(MessageKind.STEPS)
    assert _count(ward, MessageKind.TEXT_ADDED) == 0


def test_her_only_case_is_meant_on_the_next_shift_too(ward: QuietWard) -> None:
    """Unless she answered a message of another."""
    closed = ward.sends_seen_as("Sacro", Category.IV)
    ward.post_everything()
    told = ward.sent_as(MessageKind.RESULT)
    with ward.transaction() as tx:
        escalation = escalation_of(tx, closed)
        assert escalation
        ward.presses("U0WOUND1", tx, closed, escalation.id, Deed.TAKE)
        form = ward.presses("U0WOUND1", tx, closed, escalation.id, Deed.CLOSE)
        assert form
        assert ward.fills("U0WOUND1", tx, closed, form, outcome="healed") == {}
    ward.advance(minutes=5)
    case_id = ward.sends_seen_as("Talón derecho", Category.II)
    ward.advance(hours=13)
    ward.says("qué hago ahora", to=told)
    assert _count(ward, MessageKind.STEPS) == 0
    assert _count(ward, MessageKind.WHICH_CASE) == 1
    ward.says("qué hago ahora")
    assert f"*Caso {_code(ward, case_id)}*" in ward.read(MessageKind.STEPS)


def _asks(ward: QuietWard, id: str) -> str:
    """What she reads, where the protocols refuse it as a clinician's."""
    refusal = Answer(Language.ES, "Eso lo decide un clínico.", reason=RefusalReason.NEEDS_CLINICIAN)
    asked = InboundMessage(
        id, Channel.WHATSAPP, NURSE, Address(NURSE), "qué hago ahora", (), ward.now
    )
    with ward.transaction() as tx:
        hear_message(tx, asked, ward.rules, refusal)
    return ward.read(MessageKind.ANSWER)


def test_what_was_never_decided_is_still_refused(ward: QuietWard) -> None:
    """No case, a photo that is being read, and one that nobody could see."""
    assert "lo decide un clínico" in _asks(ward, "none")
    ward.says("Sacro", photos=1)
    assert "lo decide un clínico" in _asks(ward, "reading")
    with ward.store.snapshot() as snapshot:
        case_id = snapshot.value(select(t.cases.c.id))
    ward.has_failed_to_read(case_id)
    assert "lo decide un clínico" in _asks(ward, "unread")
    assert _count(ward, MessageKind.ANSWER) == 3
    assert _count(ward, MessageKind.STEPS) == 0


def test_a_danger_beside_the_question_is_raised_and_its_steps_are_said_again(
    ward: QuietWard,
) -> None:
    """The danger first; asked alone afterwards, what it called for while the photo is read."""
    ward.says("Sacro", photos=1)
    ward.says("tiene fiebre de 39 y está confusa, ¿qué hago ahora?")
    assert _count(ward, MessageKind.STEPS) == 0
    told = ward.read(MessageKind.RED_FLAG)
    ward.says("qué hago ahora")
    again = ward.read(MessageKind.STEPS)
    assert "*Emergencia*: actúe ahora" in again
    assert _steps(again) == _steps(told) != []
    assert "aún se está leyendo" in again
