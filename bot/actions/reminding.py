"""The next photo is asked for in its thread; where none comes, the wound nurse is told."""

from bot.actions.chosen import Chosen
from bot.core.body_site import find_site
from bot.core.case import Case, CaseStatus
from bot.core.choice import Choice, choice_facts
from bot.core.decision import Decision
from bot.core.history import is_same_wound
from bot.core.inbound import Channel, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.patient_code import find_patient_code
from bot.core.ports import Address
from bot.core.reminder import (
    ANSWERED_WITHIN,
    NEEDS_NO_PHOTO,
    SNOOZES,
    STOP,
    WAITING,
    Reminder,
    ReminderStatus,
)
from bot.core.rules import Rules
from bot.core.staff import Role, Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id, move_case, open_case, patient_code_of
from bot.store.history_rows import earlier_cases
from bot.store.label_rows import closing_of
from bot.store.outbox_rows import queue_message
from bot.store.reminder_rows import (
    move_reminder,
    plan_reminder,
    reminder_by_id,
    reminder_of,
    reminders_asked_in,
    reminders_of_nurse,
    reminders_of_thread,
)
from bot.store.said_rows import message_sent_as
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_at, thread_by_id
from bot.store.transaction import Transaction

VERB = "remind"
_ACTOR = "system:remind"


def plan_next_photo(tx: Transaction, case: Case, decision: Decision, rules: Rules) -> None:
    """When the decision asks for one; what can wait, not in the quiet hours. A new look at the
    same wound is what an earlier reminder waited for."""
    for one in earlier_cases(tx, case):
        if is_same_wound(one.case, case):
            answer_reminder(tx, one.case.id)
    if decision.rephoto_after:
        due = tx.now + decision.rephoto_after
        plan_reminder(tx, case.id, rules.quiet_until(decision.urgency, due) or due, _ACTOR)


def answer_reminder(tx: Transaction, case_id: str) -> None:
    """The photo that it waits for has come."""
    waiting = reminder_of(tx, case_id)
    if waiting:
        move_reminder(tx, waiting, ReminderStatus.ANSWERED, _ACTOR)


def reminder_meant(
    tx: Transaction, message: InboundMessage, thread: Thread, rules: Rules
) -> Reminder | None:
    """The one that this photo answers: replied to, named by the patient's code, or asked in the
    Slack thread of its case. A photo that says nothing may show another patient."""
    if message.replied_to:
        said = message_sent_as(tx, message.channel, message.replied_to)
        if said is None or said.message.kind is not MessageKind.REMINDER or not said.case_id:
            return None
        here = said.thread.address.to == thread.address.to
        return reminder_of(tx, said.case_id) if here else None
    site, code = find_site(message.text), find_patient_code(message.text, rules.patient_code)
    own_thread = thread.channel is Channel.SLACK and thread.address.thread is not None
    meant = []
    for one in reminders_asked_in(tx, thread.id):
        case = case_by_id(tx, one.case_id)
        elsewhere = site and case.site and site != case.site
        is_named = code == patient_code_of(tx, case) if code else own_thread
        if is_named and not elsewhere:
            meant.append(one)
    return meant[0] if len(meant) == 1 else None


def follow_up(tx: Transaction, answered: Reminder, staff: Staff, thread: Thread) -> Case:
    """A case of its own for the new look, so that the two can be compared."""
    before, actor = case_by_id(tx, answered.case_id), f"staff:{staff.id}"
    move_reminder(tx, answered, ReminderStatus.ANSWERED, actor)
    if before.status is CaseStatus.ANSWERED:
        move_case(tx, before, CaseStatus.CLOSED, actor)
    return open_case(
        tx,
        thread_id=thread.id,
        nurse_id=staff.id,
        patient_id=before.patient_id,
        follows=before,
    )


def remind(tx: Transaction, id: str, rules: Rules) -> None:
    """Asks for the photo when its time has come, and tells the wound nurse when none came."""
    reminder = reminder_by_id(tx, id)
    if reminder is None or reminder.status not in WAITING:
        return
    case = case_by_id(tx, reminder.case_id)
    closed = closing_of(tx, case.id)
    if closed and closed.closing in NEEDS_NO_PHOTO:
        move_reminder(tx, reminder, ReminderStatus.STOPPED, _ACTOR)
    elif reminder.status is ReminderStatus.PLANNED and reminder.due_at <= tx.now:
        _ask(tx, reminder, case)
    elif reminder.answer_by and reminder.answer_by <= tx.now:
        _tell_wound_nurse(tx, reminder, case, rules)


def take_reply(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    """The nurse postpones it, or wants no more of it."""
    reminder = reminder_by_id(tx, chosen.id)
    if reminder is None:
        return
    case, actor = case_by_id(tx, reminder.case_id), f"staff:{chosen.staff.id}"
    facts: dict[str, object] = {"codes": [case.code], "minutes": None}
    if chosen.value == STOP:
        moved = move_reminder(tx, reminder, ReminderStatus.STOPPED, actor)
    else:
        wait = SNOOZES[chosen.value]
        due = tx.now + wait
        moved = move_reminder(tx, reminder, ReminderStatus.PLANNED, actor, due_at=due)
        facts["minutes"] = int(wait.total_seconds() // 60)
    if not moved:
        facts = {"codes": [], "minutes": None, "asked": case.code}
    key = f"reminder_set:{chosen.offer.id}"
    told = Message(MessageKind.REMINDER_SET, key, facts)
    queue_message(tx, chosen.offer.thread, told, chosen.staff.language, case_id=case.id)


def reminders_here(
    tx: Transaction, replied_to: str | None, thread: Thread
) -> list[Reminder] | None:
    """Those of the case that was replied to, or of the Slack thread of a case: who says "stop"
    there speaks of that wound, and a colleague may stand in. None where all are meant."""
    if replied_to:
        said = message_sent_as(tx, thread.channel, replied_to)
        if said is None or not said.case_id or said.thread.address.to != thread.address.to:
            return None
        found = reminder_of(tx, said.case_id)
        return [found] if found else []
    own_thread = thread.channel is Channel.SLACK and thread.address.thread is not None
    return (reminders_of_thread(tx, thread.id) or None) if own_thread else None


def stop_reminders(
    tx: Transaction, staff: Staff, code: str | None, here: list[Reminder] | None
) -> dict[str, object]:
    """Stops those of the case with this code, else those of `here`, else all of this nurse's; what
    is said of it."""
    mine = reminders_of_nurse(tx, staff.id)
    reach = {one.id: one for one in (*(here or ()), *mine)}
    codes = {one.id: case_by_id(tx, one.case_id).code for one in reach.values()}
    if code:
        meant = [one for one in reach.values() if codes[one.id] == code]
    else:
        meant = mine if here is None else here
    stopped = [
        one
        for one in meant
        if one.status in WAITING
        and move_reminder(tx, one, ReminderStatus.STOPPED, f"staff:{staff.id}")
    ]
    one_case = code or here is not None
    return {
        "codes": [codes[one.id] for one in stopped],
        "minutes": None,
        "asked": code or (codes[here[0].id] if here else None),
        "others": one_case and any(one not in stopped for one in mine),
    }


def _ask(tx: Transaction, reminder: Reminder, case: Case) -> None:
    nurse = staff_by_id(tx, case.nurse_id)
    # Who left is not asked: the wound nurse is told as soon as the sweep comes again.
    until = tx.now + ANSWERED_WITHIN if nurse.active else tx.now
    asked = move_reminder(tx, reminder, ReminderStatus.ASKED, _ACTOR, answer_by=until)
    if not asked or not nurse.active:
        return
    choices = (Choice(f"{VERB}:{reminder.id}:{word}", word) for word in (*SNOOZES, STOP))
    facts = {
        "code": case.code,
        "site": case.site,
        "patient": patient_code_of(tx, case),
        "closed": case.status is CaseStatus.CLOSED,
        "choices": choice_facts(choices),
    }
    message = Message(MessageKind.REMINDER, f"reminder:{reminder.id}:{reminder.asked}", facts)
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, message, nurse.language, case_id=case.id)


def _tell_wound_nurse(tx: Transaction, reminder: Reminder, case: Case, rules: Rules) -> None:
    if not move_reminder(tx, reminder, ReminderStatus.MISSED, _ACTOR):
        return
    facts = {
        "code": case.code,
        "site": case.site,
        "patient": patient_code_of(tx, case),
        "nurse": staff_by_id(tx, case.nurse_id).name,
        "due_at": reminder.due_at.isoformat(),
    }
    thread = thread_at(tx, Channel.SLACK, Address(rules.ladders.channel_of(Role.WOUND_NURSE)))
    key = f"reminder_missed:{reminder.id}:{reminder.asked}"
    message = Message(MessageKind.REMINDER_MISSED, key, facts)
    queue_message(tx, thread, message, rules.language, case_id=case.id)
