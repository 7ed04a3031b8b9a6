"""Braden, PUSH and NEWS2 asked in the thread, one question at a time. No case is disturbed, except
by a total that means danger."""

from bot.actions.chosen import Chosen
from bot.actions.scored import finish
from bot.core.case import Case
from bot.core.choice import Choice, choice_facts
from bot.core.inbound import InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.scales.asked import AskedScale, asks_to_stop
from bot.core.scales.number import number_in
from bot.core.scales.scale import (
    Question,
    load_scales,
    next_question,
)
from bot.core.scales.sitting import Sitting
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import (
    case_by_code,
    case_by_id,
    know_patient,
)
from bot.store.offer_rows import close_offer, offers_in
from bot.store.outbox_rows import queue_message
from bot.store.scale_rows import (
    keep_answer,
    open_sitting,
    sitting_by_id,
    start_sitting,
    stop_sitting,
)
from bot.store.transaction import Transaction


def start_scale(
    tx: Transaction,
    asked: AskedScale,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    meant: Case | None,
    rules: Rules,
) -> None:
    """`meant` is the open case that the message belongs to, where there is one."""
    actor = f"staff:{staff.id}"
    case = meant
    if asked.case_code:
        case = case_by_code(tx, asked.case_code)
        if case is None or case.nurse_id != staff.id:
            # Whose case it is stays unsaid: an unknown code and another's get the same answer.
            facts = {"asked": asked.case_code, "cases": [], "more": 0}
            _say(tx, thread, staff, Message(MessageKind.CASES, f"scale:{inbound_id}", facts))
            return
    patient_id = know_patient(tx, asked.patient_code, actor) if asked.patient_code else None
    if patient_id and case and case.patient_id != patient_id:
        case = None
    waiting = open_sitting(tx, thread.id, tx.now)
    if waiting:
        _stop(tx, waiting, actor)
    sitting = start_sitting(
        tx,
        asked.scale,
        thread_id=thread.id,
        staff_id=staff.id,
        case=case,
        patient_id=patient_id,
        actor=actor,
    )
    _go_on(tx, sitting, {}, staff, thread, rules)


def take_typed(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    rules: Rules,
) -> bool:
    """Whether the message was a number for the scale that is being asked here, or stopped it."""
    if message.attachments or message.button_payload:
        return False
    sitting = open_sitting(tx, thread.id, tx.now)
    if sitting is None:
        return False
    if asks_to_stop(message.text):
        _stop(tx, sitting, f"staff:{staff.id}")
        facts = {"scale": sitting.scale, "answers": len(sitting.answers)}
        _say(tx, thread, staff, Message(MessageKind.SCALE_STOPPED, f"scale:{inbound_id}", facts))
        return True
    question = next_question(load_scales()[sitting.scale], sitting.answers)
    given = number_in(message.text)
    # A question that was asked after this one has the number.
    newer = offers_in(tx, thread.id, since=sitting.asked_at, open_only=True)
    if question is None or question.choices or given is None or newer:
        return False
    try:
        question.score(given)
    except ValueError:
        key = f"scale:{sitting.id}:{question.key}:{inbound_id}"
        _ask(tx, sitting, question, key, staff, thread, again=True)
    else:
        _go_on(tx, sitting, {**sitting.answers, question.key: given}, staff, thread, rules)
    return True


def answer_scale(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    """One of the answers that a question offered."""
    sitting = sitting_by_id(tx, chosen.id)
    key, _, given = chosen.value.partition("=")
    question = next_question(load_scales()[sitting.scale], sitting.answers)
    if sitting.ended_at is not None or question is None or question.key != key:
        return
    answers = {**sitting.answers, key: given}
    _go_on(tx, sitting, answers, chosen.staff, chosen.offer.thread, rules)


def _go_on(
    tx: Transaction,
    sitting: Sitting,
    answers: dict[str, str],
    staff: Staff,
    thread: Thread,
    rules: Rules,
) -> None:
    actor = f"staff:{staff.id}"
    question = next_question(load_scales()[sitting.scale], answers)
    if question is None:
        finish(tx, sitting, answers, staff, thread, rules)
        return
    asked = _ask(tx, sitting, question, f"scale:{sitting.id}:{question.key}", staff, thread)
    keep_answer(tx, sitting, answers, asked if question.choices else None, actor)


def _ask(
    tx: Transaction,
    sitting: Sitting,
    question: Question,
    key: str,
    staff: Staff,
    thread: Thread,
    *,
    again: bool = False,
) -> str | None:
    keys = [one.key for one in load_scales()[sitting.scale].questions]
    facts = {
        "scale": sitting.scale,
        "question": question.key,
        "at": keys.index(question.key) + 1,
        "of": len(keys),
        "code": case_by_id(tx, sitting.case_id).code if sitting.case_id else None,
        "unit": question.unit,
        "least": int(question.least),
        "most": int(question.most),
        "again": again,
        "choices": choice_facts(
            Choice(
                f"scale:{sitting.id}:{question.key}={choice.key}", f"{sitting.scale}.{choice.key}"
            )
            for choice in question.choices
        ),
    }
    message = Message(MessageKind.SCALE_QUESTION, key, facts)
    return queue_message(tx, thread, message, staff.language, case_id=sitting.case_id)


def _stop(tx: Transaction, sitting: Sitting, actor: str) -> None:
    stop_sitting(tx, sitting, actor)
    if sitting.offer_id:
        close_offer(tx, sitting.offer_id, actor)


def _say(tx: Transaction, thread: Thread, staff: Staff, message: Message) -> None:
    queue_message(tx, thread, message, staff.language)
