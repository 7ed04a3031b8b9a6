"""A second reader was heard, or was not heard in time: what that changes."""

from bot.actions.cards import post_pictures, refresh_cards
from bot.actions.escalating import call_facts, call_person, keep_waiting
from bot.core.case import CaseStatus
from bot.core.ladder import EscalationKind
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.second_opinion import Agreement, Opinion, compare
from bot.core.urgency import most_urgent
from bot.store.case_rows import case_by_id, latest_decision
from bot.store.escalation_rows import escalation_of
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import assessments_of_case, photo_by_id
from bot.store.said_rows import cards_of
from bot.store.second_opinion_rows import save_second
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Transaction

_ACTOR = "system:second_reader"


def weigh(tx: Transaction, photo_id: str, opinion: Opinion | None, rules: Rules) -> None:
    """Another depth calls a person; everything else is only shown. The first answer stands."""
    case = case_by_id(tx, photo_by_id(tx, photo_id).case_id)
    readings = {a.photo_id: a.reading for a in assessments_of_case(tx, case.id)}
    first = readings[photo_id].categories
    agreement = compare(first, opinion) if first else Agreement.NO_ANSWER
    if not save_second(tx, photo_id, agreement, opinion, _ACTOR):
        return
    if case.status is CaseStatus.CLOSED:
        return
    if agreement is Agreement.OTHER_DEPTH:
        decision = latest_decision(tx, case.id)
        least = rules.table.thresholds.review_urgency
        urgency = most_urgent(decision.urgency, least) if decision else least
        within = rules.table.thresholds.review_within
        kind = EscalationKind.SPECIALIST_REVIEW
        escalation = call_person(tx, case, urgency, kind, rules, within)
        keep_waiting(tx, case, escalation)
        for card in cards_of(tx, case.id):
            post_pictures(tx, case, rules, under=card.id)
        notice = Message(
            MessageKind.SECOND_OPINION,
            f"second_opinion:{photo_id}",
            {"code": case.code} | call_facts(tx, escalation, rules),
        )
        nurse = staff_by_id(tx, case.nurse_id)
        thread = thread_by_id(tx, case.thread_id)
        queue_message(tx, thread, notice, nurse.language, case_id=case.id)
    elif known := escalation_of(tx, case.id):
        refresh_cards(tx, case, known, rules)
