"""A phone call to a person of the last rung."""

from bot.core.call import ENDS_WITHIN, Call, CallState
from bot.core.case import Case
from bot.core.escalation import Escalation
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.staff import Staff
from bot.store.call_rows import add_call
from bot.store.outbox_rows import queue_message
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction


def place_call(
    tx: Transaction, case: Case, escalation: Escalation, person: Staff, number: int, actor: str
) -> None:
    """Once for each number; its end is followed in a row of its own."""
    id = _say(tx, Channel.PHONE, case, escalation, person, number)
    if id is None:
        return
    call = Call(
        id=id,
        escalation_id=escalation.id,
        staff_id=person.id,
        urgency=escalation.urgency,
        number=number,
        state=CallState.PLACED,
        placed_at=tx.now,
        end_by=tx.now + ENDS_WITHIN,
    )
    add_call(tx, call, actor)


def send_text(
    tx: Transaction, case: Case, escalation: Escalation, person: Staff, number: int
) -> None:
    _say(tx, Channel.SMS, case, escalation, person, number)


def _say(
    tx: Transaction,
    channel: Channel,
    case: Case,
    escalation: Escalation,
    person: Staff,
    number: int,
) -> str | None:
    """It names the case and nothing of the patient."""
    facts = {
        "code": case.code,
        "spelled": " ".join(case.code),
        "urgency": escalation.urgency,
    }
    thread = thread_at(tx, channel, Address(person.phone or ""), staff_id=person.id)
    key = f"{channel}:{escalation.id}:{escalation.urgency}:{person.id}"
    key = key if number == 1 else f"{key}:{number}"
    message = Message(MessageKind.CALLED_OUT, key, facts, alarm=True)
    return queue_message(tx, thread, message, person.language, case_id=case.id)
