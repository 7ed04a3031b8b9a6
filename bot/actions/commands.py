"""A nurse asks something of Vigia itself: it is answered in the thread, and no case is touched
unless a person is asked for."""

from bot.actions.bridge import note_from_nurse
from bot.actions.escalating import call_facts, call_person, keep_waiting
from bot.actions.on_call import duty_facts
from bot.actions.reminding import reminders_here, stop_reminders
from bot.core.case import Case, CaseStatus
from bot.core.commands import PERSON_URGENCY, Command, CommandKind
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel
from bot.core.ladder import EscalationKind
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.staff import Language, Staff
from bot.core.thread import Thread
from bot.store.case_rows import (
    case_by_code,
    latest_decision,
    open_case,
    open_cases_of,
)
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import place_inbound
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import photos_of_case
from bot.store.staff_rows import speak, staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Transaction

_MOST_LISTED = 8


def obey(
    tx: Transaction,
    command: Command,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    text: str,
    meant: Case | None,
    replied_to: str | None,
    rules: Rules,
) -> None:
    """`meant` is the open case that the message belongs to, where there is one; `replied_to` the
    vendor's id of the message that it answers."""
    key = f"command:{inbound_id}"
    match command.kind:
        case CommandKind.HELP:
            _say(tx, thread, staff.language, Message(MessageKind.HELP, key))
        case CommandKind.LANGUAGE:
            _switch(tx, command.language, staff, thread, key)
        case CommandKind.CASE:
            named = case_by_code(tx, command.code or "")
            # Whose case it is stays unsaid: an unknown code and another's get the same answer.
            cases = [named] if named and named.nurse_id == staff.id else []
            _tell_state(tx, cases, staff, thread, key, code=command.code)
        case CommandKind.STATUS if meant:
            _tell_state(tx, [meant], staff, thread, key, hint=True)
        case CommandKind.STATUS | CommandKind.MY_CASES:
            hint = command.kind is CommandKind.STATUS
            _tell_state(tx, open_cases_of(tx, staff.id), staff, thread, key, hint=hint)
        case CommandKind.STOP_REMINDERS:
            here = None if command.of_all else reminders_here(tx, replied_to, thread)
            stopped = stop_reminders(tx, staff, command.code, here)
            _say(tx, thread, staff.language, Message(MessageKind.REMINDER_SET, key, stopped))
        case CommandKind.ON_CALL:
            in_slack = thread.channel is Channel.SLACK
            facts = duty_facts(tx, staff, rules.site.zone, tx.now, in_slack=in_slack)
            _say(tx, thread, staff.language, Message(MessageKind.ON_CALL, key, facts))
        case CommandKind.PERSON:
            _call(tx, staff, thread, inbound_id, text, meant, rules)


def _switch(
    tx: Transaction, language: Language | None, staff: Staff, thread: Thread, key: str
) -> None:
    if language:
        speak(tx, staff.id, language)
    told = Message(MessageKind.LANGUAGE, key, {"switched": language is not None})
    _say(tx, thread, language or staff.language, told)


def _tell_state(
    tx: Transaction,
    cases: list[Case],
    staff: Staff,
    thread: Thread,
    key: str,
    *,
    code: str | None = None,
    hint: bool = False,
) -> None:
    """`hint`: whoever waits reads how a person is called."""
    facts = states_of(tx, cases, asked=code) | {"hint": hint}
    _say(tx, thread, staff.language, Message(MessageKind.CASES, key, facts))


def states_of(tx: Transaction, cases: list[Case], *, asked: str | None = None) -> dict[str, object]:
    """How each case stands. `asked` is the code that was asked for, if one was."""
    listed = cases[:_MOST_LISTED]
    return {
        "asked": asked,
        "cases": [_state(tx, case) for case in listed],
        "more": len(cases) - len(listed),
    }


def _state(tx: Transaction, case: Case) -> dict[str, object]:
    return {
        "code": case.code,
        **shown_state(tx, case),
        "taken_by": taker_of(tx, case),
        "minutes": int((tx.now - case.opened_at).total_seconds() // 60),
    }


def shown_state(tx: Transaction, case: Case) -> dict[str, object]:
    """A photo that could not be read was answered, and says nothing of the wound: its urgency
    would reassure."""
    decision = latest_decision(tx, case.id)
    unread = decision is not None and dict(decision.inputs)["result"]["not_assessed"]
    if unread and case.status is CaseStatus.ANSWERED:
        return {"status": "not_assessed", "urgency": None}
    return {"status": case.status, "urgency": decision.urgency if decision else None}


def _call(
    tx: Transaction,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    text: str,
    meant: Case | None,
    rules: Rules,
) -> None:
    """The words go to the clinicians with the call; without one case to put them in, the call
    gets a case of its own."""
    case = meant or _called_before(tx, staff, thread)
    case = case or open_case(tx, thread_id=thread.id, nurse_id=staff.id, patient_id=None)
    place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
    before = escalation_of(tx, case.id)
    has_taker = before and before.status is EscalationStatus.ACKNOWLEDGED
    # Who has the case is the person asked for: a new call would take it from them.
    escalation = (
        before
        if before and has_taker
        else call_person(
            tx,
            case,
            PERSON_URGENCY,
            EscalationKind.HUMAN_REVIEW,
            rules,
            rules.table.thresholds.review_within,
        )
    )
    # A case whose photo is still being read goes on saying so.
    if meant is None or case.status is not CaseStatus.READING:
        keep_waiting(tx, case, escalation)
    if before:
        # A new card shows the words already; an old one gets them as a reply.
        note_from_nurse(tx, case, staff, inbound_id, text, rules)
    facts = {"code": case.code} | call_facts(tx, escalation, rules)
    told = Message(MessageKind.PERSON_CALLED, f"person_called:{inbound_id}", facts)
    place = thread if meant is None else thread_by_id(tx, case.thread_id)
    queue_message(tx, place, told, staff.language, case_id=case.id)


def _called_before(tx: Transaction, staff: Staff, thread: Thread) -> Case | None:
    """Who asks again is still waiting for the same person."""
    mine = (case for case in open_cases_of(tx, staff.id) if case.thread_id == thread.id)
    return next((c for c in mine if not photos_of_case(tx, c.id) and escalation_of(tx, c.id)), None)


def taker_of(tx: Transaction, case: Case) -> str | None:
    """The name of whoever has the case."""
    escalation = escalation_of(tx, case.id)
    taken = escalation is not None and escalation.acknowledged_by
    return staff_by_id(tx, taken).name if taken else None


def _say(tx: Transaction, thread: Thread, language: Language, message: Message) -> None:
    queue_message(tx, thread, message, language)
