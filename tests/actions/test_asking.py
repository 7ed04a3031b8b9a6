"""A nurse asks a protocol question in the chat."""

import pytest
from sqlalchemy import func, select

from bot.actions.intake import receive
from bot.core.inbound import Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.protocol.question import is_question
from bot.store import tables as t
from bot.wiring import advisor
from tests.actions.conftest import NURSE, QuietWard


def _asks(ward: QuietWard, text: str) -> None:
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


def _kinds(ward: QuietWard) -> list[str]:
    with ward.store.snapshot() as snapshot:
        rows = snapshot.all(select(t.outbox.c.kind).order_by(t.outbox.c.queued_at, t.outbox.c.id))
    return [row.kind for row in rows]


def _count(ward: QuietWard, table) -> int:  # type: ignore[no-untyped-def]
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(table)))


def _words_of_cases(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        query = select(func.count()).where(t.inbound.c.case_id.is_not(None))
        return int(snapshot.value(query))


def test_a_question_in_the_middle_of_a_case_leaves_it_alone(ward: QuietWard) -> None:
    """The answer goes to the thread; the case gets no words and nobody is called."""
    ward.says("Sacro", photos=1)
    _asks(ward, "cada cuanto giro a un paciente en riesgo?")
    assert MessageKind.ANSWER in _kinds(ward)
    assert MessageKind.TEXT_ADDED not in _kinds(ward)
    assert _words_of_cases(ward) == 1
    assert _count(ward, t.cases) == 1
    assert _count(ward, t.escalations) == 0


def test_a_danger_in_a_question_is_answered_and_still_triaged(ward: QuietWard) -> None:
    """Whatever the question, a red flag calls a person."""
    _asks(ward, "tiene fiebre de 39 y esta confusa, cada cuanto la giro?")
    assert _count(ward, t.escalations) == 1
    assert _words_of_cases(ward) == 1


def test_a_question_about_the_person_also_reaches_the_case(ward: QuietWard) -> None:
    """It is refused in words, and the words go to the case, where clinicians read them."""
    ward.says("Sacro", photos=1)
    _asks(ward, "le puedo dar el alta a mi paciente?")
    kinds = _kinds(ward)
    assert MessageKind.ANSWER in kinds
    assert MessageKind.TEXT_ADDED in kinds
    assert _words_of_cases(ward) == 2


def test_a_question_out_of_scope_is_refused_without_opening_a_case(ward: QuietWard) -> None:
    """Outside a case the refusal is the whole answer."""
    _asks(ward, "quien gano el partido de ayer?")
    assert _kinds(ward) == [MessageKind.ANSWER]
    assert _count(ward, t.cases) == 0


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("cada cuanto se gira", True),
        ("hola buenas, cuantos grados la cabecera", True),
        ("sirve el picarón", True),
        ("how often to turn", True),
        ("Sacro, 3 cm?", True),
        ("Sacro 3 cm, esfacelo", False),
        ("sin fiebre desde ayer", False),
        ("the wound smells", False),
        ("", False),
    ],
)
def test_a_question_is_told_from_a_report(text: str, asks: bool) -> None:
    """By its mark, or by the word it opens with."""
    assert is_question(text) is asks
