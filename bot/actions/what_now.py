"""Who asks what to do now reads again what was decided in her case: no new reading, and never that
all is well."""

from datetime import timedelta

from bot.actions.arrived import Arrived
from bot.actions.chosen import Chosen
from bot.actions.commands import states_of
from bot.actions.escalating import call_facts
from bot.actions.evidence import is_being_read
from bot.actions.filing import ask_which_case
from bot.core.case import Case, CaseStatus
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id, decisions_of, open_cases_of
from bot.store.escalation_rows import escalation_of
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import photos_of_case
from bot.store.transaction import Transaction

VERB = "steps"


def tell_steps(
    tx: Transaction, here: Arrived, found: Case | list[Case], code: str | None, rules: Rules
) -> bool:
    """Of the case that is meant, or of the only open one; else it is asked which. `code` is the one
    that was said. False where nothing was decided that could be said again."""
    clear = isinstance(found, Case)
    cases = [found] if isinstance(found, Case) else found
    if not cases:
        cases = open_cases_of(tx, here.staff.id)
        clear = len(cases) == 1 and not (code or here.message.replied_to)
    if not any(_steps(tx, case, rules) for case in cases):
        return False
    if clear:
        _tell(tx, cases[0], here.staff, here.thread, here.id, rules)
    else:
        ask_which_case(tx, cases, here.id, here.staff, here.thread, {}, verb=VERB)
    return True


def steps_of_chosen(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    case = case_by_id(tx, chosen.value)
    _tell(tx, case, chosen.staff, chosen.offer.thread, chosen.id, rules)


def _tell(
    tx: Transaction, case: Case, staff: Staff, thread: Thread, inbound_id: str, rules: Rules
) -> None:
    """Where there is nothing to say again, how the case stands."""
    steps = _steps(tx, case, rules)
    kind = MessageKind.STEPS if steps else MessageKind.CASES
    facts = steps or states_of(tx, [case]) | {"hint": True}
    message = Message(kind, f"what_now:{inbound_id}", facts)
    queue_message(tx, thread, message, staff.language, case_id=case.id)


def _steps(tx: Transaction, case: Case, rules: Rules) -> dict[str, object] | None:
    """As they were told, with the minutes that are left and who is called by now."""
    decisions = decisions_of(tx, case.id)
    if case.status is CaseStatus.CLOSED or not decisions:
        return None
    last = decisions[-1].inputs
    result = last["result"]
    # The urgency of what nobody could see would reassure.
    if result["not_assessed"] and not last["flags"]:
        return None
    # What was decided again to the same end was not told again.
    since = min(
        made.made_at
        for made in decisions
        if made.inputs["photos"] == last["photos"]
        and made.inputs["result"]["act_within"] == result["act_within"]
    )
    left = since + timedelta(minutes=result["act_within"]) - tx.now
    called = escalation_of(tx, case.id)
    call = call_facts(tx, called, rules) if called else {"called": None}
    return {
        "code": case.code,
        "urgency": result["urgency"],
        "act_within": max(0, left // timedelta(minutes=1)),
        "actions": result["actions"],
        "reading": is_being_read(photos_of_case(tx, case.id)),
        **call,
    }
