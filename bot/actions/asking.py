"""A protocol question in the thread: answered there, without touching any case. Where a model may
word the answer, the authored words wait a moment for it, then go by themselves. What is asked by
Slack's command is searched when it is sent: Slack waits three seconds for a command."""

from dataclasses import dataclass

from bot.core.inbound import Channel, SlashCommand
from bot.core.message import Message, MessageKind, OutboxStatus
from bot.core.protocol.answer import Answer
from bot.core.protocol.phrasing import PATIENCE, PhrasingTask
from bot.core.protocol.refusal import RefusalReason
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.core.work import Work
from bot.store.outbox_rows import queue_message, settle_words
from bot.store.said_rows import message_by_id
from bot.store.thread_rows import direct_address, thread_at
from bot.store.transaction import Snapshot, Transaction

# Refusals that a nurse must read even where the words also go to the clinicians of a case.
_SAID_ALWAYS = (
    RefusalReason.DRUG_DOSE,
    RefusalReason.STAGING,
    RefusalReason.NEEDS_CLINICIAN,
    RefusalReason.LIBRARY_BROKEN,
)
_TASK = "to_word"
_QUESTION, _RESPONSE_URL = "question", "response_url"
_ACTOR = "system:phrase_answer"


@dataclass(frozen=True, slots=True)
class Unsearched:
    """A question whose answer is searched when it is sent."""

    question: str


def answer_question(
    tx: Transaction,
    thread: Thread,
    staff: Staff,
    inbound_id: str,
    answer: Answer | Unsearched,
    *,
    alone: bool,
    asked: str | None = None,
) -> bool:
    """Whether that was all there is to do. A question refused in an open case is also words for
    that case: `alone` says that there is none, and no danger in the words. `asked` is the question
    where a model may word the answer."""
    if isinstance(answer, Unsearched):
        facts = {_QUESTION: answer.question}
        message = Message(MessageKind.ANSWER, f"answer:{inbound_id}", facts)
        queue_message(tx, thread, message, staff.language)
        return alone
    if answer.answered or alone or answer.reason in _SAID_ALWAYS:
        _say(tx, thread, staff, inbound_id, answer, asked)
    return answer.answered or alone


def _say(
    tx: Transaction,
    thread: Thread,
    staff: Staff,
    inbound_id: str,
    answer: Answer,
    asked: str | None,
) -> None:
    facts: dict[str, object] = {"text": answer.text}
    not_before = None
    if asked and answer.grounds:
        facts[_TASK] = PhrasingTask(asked, answer.language, answer.grounds).facts()
        not_before = tx.now + PATIENCE
    message = Message(MessageKind.ANSWER, f"answer:{inbound_id}", facts)
    id = queue_message(tx, thread, message, staff.language, not_before=not_before)
    if id and not_before:
        tx.ring(Work.PHRASE_ANSWER, id)


def answer_command(tx: Transaction, used: SlashCommand, staff: Staff, question: str) -> None:
    """Where it was typed, to that person alone; where Slack takes no answer there any more, in
    their direct messages."""
    address = direct_address(tx, staff.id, used.user)
    thread = thread_at(tx, Channel.SLACK, address, staff_id=staff.id)
    facts = {_QUESTION: question, _RESPONSE_URL: used.response_url}
    message = Message(MessageKind.ANSWER, f"answer:{used.provider_id}", facts)
    queue_message(tx, thread, message, staff.language)


def question_of(message: Message) -> str | None:
    """What is still to be searched in the protocols before this can be said."""
    question = message.facts.get(_QUESTION)
    return str(question) if question else None


def response_url_of(message: Message) -> str | None:
    url = message.facts.get(_RESPONSE_URL)
    return str(url) if url else None


def phrasing_task(snapshot: Snapshot, id: str) -> PhrasingTask | None:
    """What is to be worded of this message, while it still waits for it."""
    outgoing = message_by_id(snapshot, id)
    task = outgoing.message.facts.get(_TASK)
    if not isinstance(task, dict) or outgoing.status is not OutboxStatus.QUEUED:
        return None
    return PhrasingTask.of(task)


def settle_answer(tx: Transaction, id: str, text: str | None, outcome: str) -> bool:
    """It goes now, as `text` or in its authored words. Whether it had not gone already."""
    if phrasing_task(tx, id) is None:
        return False
    authored = message_by_id(tx, id).message.facts["text"]
    return settle_words(tx, id, {"text": text or authored}, outcome, _ACTOR)
