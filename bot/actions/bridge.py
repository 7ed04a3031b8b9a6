"""Words cross between the nurse's thread and the clinicians', each marked with who wrote them."""

from bot.core.case import Case
from bot.core.inbound import InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.splitting import split_text
from bot.core.staff import Staff
from bot.store.outbox_rows import cards_of, queue_message
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_at, thread_by_id
from bot.store.transaction import Transaction

# WhatsApp takes 1,600 characters in all, and each part says who wrote it.
LONGEST_NOTE = 1400


def note_from_clinician(
    tx: Transaction,
    case: Case,
    staff: Staff,
    message: InboundMessage,
    inbound_id: str,
    rules: Rules,
) -> None:
    """What a clinician writes under the card goes to the nurse, unless it is marked to stay among
    clinicians. What stays, and what cannot be passed on, its author is told."""
    mark = rules.site.private_mark
    private = message.text.lstrip().startswith(mark)
    if private:
        _stayed(tx, message, staff, inbound_id, "private", mark)
    elif message.attachments:
        _stayed(tx, message, staff, inbound_id, "attachment", mark)
    if message.text.strip() and not private:
        say_to_nurse(tx, case, staff, message.text, inbound_id)


def _stayed(
    tx: Transaction, message: InboundMessage, staff: Staff, inbound_id: str, why: str, mark: str
) -> None:
    thread = thread_at(tx, message.channel, Address(message.address.to))
    told = Message(
        MessageKind.STAYED_HERE,
        f"stayed_here:{inbound_id}",
        {"why": why, "mark": mark},
        only_to=message.sender,
    )
    queue_message(tx, thread, told, staff.language)


def say_to_nurse(tx: Transaction, case: Case, staff: Staff, text: str, key: str) -> None:
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    for number, part in enumerate(split_text(text, LONGEST_NOTE)):
        note = Message(
            MessageKind.FROM_CLINICIAN,
            f"from_clinician:{key}:{number}",
            {"code": case.code, "name": staff.name, "text": part},
        )
        queue_message(tx, thread, note, nurse.language, case_id=case.id)


def note_from_nurse(tx: Transaction, case: Case, inbound_id: str, text: str, rules: Rules) -> None:
    """What the nurse writes later goes under every card of the case."""
    if not text.strip():
        return
    nurse = staff_by_id(tx, case.nurse_id)
    for card in cards_of(tx, case.id):
        note = Message(
            MessageKind.FROM_NURSE,
            f"from_nurse:{inbound_id}:{card.id}",
            {"code": case.code, "name": nurse.name, "text": text},
            under=card.id,
            alarm=True,
        )
        queue_message(tx, card.thread, note, rules.language, case_id=case.id)
