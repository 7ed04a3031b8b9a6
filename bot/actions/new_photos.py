"""New photos of a nurse: the case that they belong to waits for them to be read."""

from bot.actions.arrived import Arrived
from bot.actions.deciding import decide_on_words
from bot.actions.filing import take_up_voices
from bot.actions.linking import could_continue, link_choices
from bot.actions.questions import learn, tell_code_form
from bot.actions.reminding import follow_up, reminder_meant
from bot.core.case import READ_WITHIN, Case, CaseStatus
from bot.core.choice import choice_facts
from bot.core.inbound import Attachment
from bot.core.message import Message, MessageKind
from bot.core.patient_code import find_patient_code
from bot.core.rules import Rules
from bot.store.case_rows import await_decision, case_by_id, know_patient, move_case, open_case
from bot.store.inbound_rows import place_inbound
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import announce_photo
from bot.store.transaction import Transaction


def take_photos(
    tx: Transaction,
    here: Arrived,
    fresh: list[Attachment],
    found: Case | list[Case],
    rules: Rules,
) -> Case:
    """`found` is the case that they show, or the open ones that they might. The case that has them
    now."""
    reminder = reminder_meant(tx, here.message, here.thread, rules)
    if reminder:
        case = follow_up(tx, reminder, here.staff, here.thread)
    else:
        case = found if isinstance(found, Case) else new_case(tx, here, rules)
    place_inbound(tx, here.id, here.thread.id, case.id, here.actor)
    learn(tx, case, here.message.text, rules)
    case = case_by_id(tx, case.id)
    elsewhere = [] if isinstance(found, Case) else found
    alike = could_continue(tx, case, elsewhere, here.thread, rules)
    _announce(tx, here, case, fresh, alike)
    decide_on_words(tx, case, rules)
    tell_code_form(tx, case, here.message.text, rules)
    take_up_voices(tx, case, here.thread, here.staff)
    return case


def new_case(tx: Transaction, here: Arrived, rules: Rules) -> Case:
    code = find_patient_code(here.message.text, rules.patient_code)
    patient_id = know_patient(tx, code, here.actor) if code else None
    return open_case(tx, thread_id=here.thread.id, nurse_id=here.staff.id, patient_id=patient_id)


def _announce(
    tx: Transaction, here: Arrived, case: Case, photos: list[Attachment], alike: list[Case]
) -> None:
    """`alike` are the open cases whose wound it may show."""
    channel, actor = here.message.channel, here.actor
    ids = [announce_photo(tx, case.id, channel, photo.source, actor) for photo in photos]
    if case.status is CaseStatus.ANSWERED:
        move_case(tx, case, CaseStatus.READING, actor)
    else:
        await_decision(tx, case, tx.now + READ_WITHIN, actor)
    received = Message(
        MessageKind.RECEIVED,
        f"received:{ids[0]}",
        {
            "code": case.code,
            "photos": len(ids),
            "follows": case_by_id(tx, case.follows).code if case.follows else None,
            "alike": [{"code": one.code, "site": one.site} for one in alike],
            "choices": choice_facts(link_choices(case, alike) if alike else ()),
        },
    )
    queue_message(tx, here.thread, received, here.staff.language, case_id=case.id)
