"""A photo that opened a case of its own may show the wound of another open one: the nurse says so
with one press. Nothing is merged or closed: the newer case is stated to continue the older."""

from bot.actions.cards import refresh_cards
from bot.actions.chosen import Chosen
from bot.actions.deciding import decide_again
from bot.actions.reminding import answer_reminder
from bot.core.case import Case, CaseStatus
from bot.core.choice import LITERAL, MOST_CHOICES, TYPED_WITHIN, Choice
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id, latest_decision, learn_patient, learn_site, link_case
from bot.store.escalation_rows import escalation_of
from bot.store.offer_rows import offers_in
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import photos_of_case
from bot.store.transaction import Transaction

VERB = "same"
ANOTHER = "another_wound"


def could_continue(
    tx: Transaction, case: Case, others: list[Case], thread: Thread, rules: Rules
) -> list[Case]:
    """The open cases of a wound that show no other patient and no other place. Empty where it was
    said already, or where there are too many to choose from."""
    if case.follows or (_is_asking(tx, thread) and not _shows_buttons(thread, rules)):
        return []
    alike = [
        one
        for one in others
        if _is_of_a_wound(tx, one)
        and not (case.patient_id and one.patient_id and case.patient_id != one.patient_id)
        and not (case.site and one.site and case.site != one.site)
    ]
    return alike if len(alike) < MOST_CHOICES else []


def _is_of_a_wound(tx: Transaction, case: Case) -> bool:
    """Who only asked for a person has said nothing of any."""
    return bool(photos_of_case(tx, case.id)) or latest_decision(tx, case.id) is not None


def _shows_buttons(thread: Thread, rules: Rules) -> bool:
    return thread.channel is Channel.SLACK or rules.offers_buttons


def _is_asking(tx: Transaction, thread: Thread) -> bool:
    """Two lists of numbers at once would give a typed one two meanings."""
    return bool(offers_in(tx, thread.id, since=tx.now - TYPED_WITHIN, open_only=True))


def link_choices(case: Case, alike: list[Case]) -> list[Choice]:
    offered = [Choice(f"{VERB}:{case.id}:{one.id}", f"{LITERAL}{one.code}") for one in alike]
    return [*offered, Choice(f"{VERB}:{case.id}:{ANOTHER}", ANOTHER)]


def take_link(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    case, actor = case_by_id(tx, chosen.id), f"staff:{chosen.staff.id}"
    before = case_by_id(tx, chosen.value) if chosen.value != ANOTHER else None
    thread, language = chosen.offer.thread, chosen.staff.language
    if case.status is CaseStatus.CLOSED:
        key, facts = f"press_refused:{chosen.offer.id}", {"reason": "closed"}
        queue_message(tx, thread, Message(MessageKind.PRESS_REFUSED, key, facts), language)
        return
    noted = {"code": case.code, "before": before.code if before else None}
    told = Message(MessageKind.LINKED, f"linked:{chosen.offer.id}", noted)
    queue_message(tx, thread, told, language, case_id=case.id)
    if before is None:
        return
    link_case(tx, case, before, actor)
    answer_reminder(tx, before.id)
    if before.site and case.site is None:
        learn_site(tx, case, before.site, actor)
    if before.patient_id and case.patient_id is None:
        learn_patient(tx, case, before.patient_id, actor)
    escalation = escalation_of(tx, case.id)
    if not decide_again(tx, case_by_id(tx, case.id), rules) and escalation:
        refresh_cards(tx, case_by_id(tx, case.id), escalation, rules)
