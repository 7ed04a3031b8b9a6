"""A protocol question in the thread: answered there, without touching any case."""

from bot.core.message import Message, MessageKind
from bot.core.protocol.answer import Answer
from bot.core.protocol.refusal import RefusalReason
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.outbox_rows import queue_message
from bot.store.transaction import Transaction

# Refusals that a nurse must read even where the words also go to the clinicians of a case.
_SAID_ALWAYS = (RefusalReason.DRUG_DOSE, RefusalReason.STAGING, RefusalReason.NEEDS_CLINICIAN)


def answer_question(
    tx: Transaction, thread: Thread, staff: Staff, inbound_id: str, answer: Answer, *, alone: bool
) -> bool:
    """Whether that was all there is to do. A question refused in an open case is also words for
    that case: `alone` says that there is none, and no danger in the words."""
    if answer.answered or alone or answer.reason in _SAID_ALWAYS:
        message = Message(MessageKind.ANSWER, f"answer:{inbound_id}", {"text": answer.text})
        queue_message(tx, thread, message, staff.language)
    return answer.answered or alone
