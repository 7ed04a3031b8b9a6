"""An answer to one of Vigia's questions goes to the case, and refines its decision."""

from bot.actions.cards import refresh_cards
from bot.actions.case_meant import cases_named
from bot.actions.chosen import Chosen
from bot.actions.deciding import decide_again, decide_on_words
from bot.actions.filing import file_words
from bot.actions.questions import VERB, ask_next, put_question
from bot.core.body_site import LONGEST_SITE, BodySite, find_site, sites_without_side
from bot.core.case import Case, CaseStatus
from bot.core.choice import TYPED_WITHIN, choices_in
from bot.core.commands import is_courtesy
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind
from bot.core.patient_code import find_patient_code, labels_code, looks_like_code
from bot.core.protocol.question import is_question
from bot.core.questions import ASKED_IN, MOST_TRIES, OTHER, SKIP, Question, meaning_of
from bot.core.rules import Rules
from bot.core.scales.asked import find_scale
from bot.core.staff import Staff
from bot.core.typed_answer import is_about, is_bare
from bot.store.answer_rows import Asked, add_question, answer_question, ask_again, question_by_id
from bot.store.case_rows import (
    case_by_id,
    know_patient,
    learn_patient,
    learn_site,
    move_case,
    open_case,
    open_cases_in,
)
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import place_inbound
from bot.store.offer_rows import close_offer
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import Outgoing
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Transaction


def take_answer(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    """One of the answers that were offered."""
    asked = question_by_id(tx, chosen.id)
    actor = f"staff:{chosen.staff.id}"
    if not answer_question(tx, asked, chosen.value, actor):
        return
    case = case_by_id(tx, asked.case_id)
    if case.status is CaseStatus.CLOSED:
        _after_closing(tx, case, asked, chosen.value, actor, rules)
        return
    if chosen.value == OTHER:
        further = add_question(tx, case.id, Question.OTHER_SITE)
        if further:
            put_question(tx, case, further)
        return
    if chosen.value in set(BodySite):
        learn_site(tx, case, chosen.value, actor)
    # In Slack the question itself shows what was chosen.
    shown = chosen.offer.thread.channel is Channel.SLACK
    noted = None if shown or chosen.value == SKIP else {"word": chosen.value}
    _refine(tx, asked, chosen.value, noted, rules)


def _after_closing(
    tx: Transaction, case: Case, asked: Asked, answer: str, actor: str, rules: Rules
) -> None:
    """A danger gets a case of its own; anything else changes nothing any more."""
    if not meaning_of(asked.question, answer).flag:
        _note(tx, case, asked, {"problem": "closed"})
        return
    after = open_case(
        tx, thread_id=case.thread_id, nurse_id=case.nurse_id, patient_id=case.patient_id
    )
    if case.site:
        learn_site(tx, after, case.site, actor)
    put = add_question(tx, after.id, asked.question)
    if put:
        answer_question(tx, put, answer, actor)
    decide_on_words(tx, after, rules)
    move_case(tx, case_by_id(tx, after.id), CaseStatus.AWAITING_PERSON, actor)


def hear_answer(
    tx: Transaction, offer: Outgoing, staff: Staff, inbound_id: str, text: str, rules: Rules
) -> bool:
    """Words in answer to a question that takes words. Whether they were that, and nothing else."""
    verb, id, _ = choices_in(offer.message.facts)[0].parts
    if verb != VERB:
        return False
    asked, actor = question_by_id(tx, id), f"staff:{staff.id}"
    case = case_by_id(tx, asked.case_id)
    if asked.answer is not None or case.status is CaseStatus.CLOSED:
        return False
    if any(named.id != case.id for named in cases_named(tx, text)):
        return False
    answer, noted = None, None
    if asked.question is Question.PATIENT_CODE:
        code = find_patient_code(text, rules.patient_code)
        if code is None:
            return looks_like_code(text) and _refuse_code(tx, case, asked, offer, actor, rules)
        learn_patient(tx, case, know_patient(tx, code, actor), actor)
        answer, noted = "given", {"code": "given"}
    elif asked.question in (Question.BODY_SITE, Question.OTHER_SITE):
        site = find_site(text)
        said = " ".join(text.split())
        asks = "?" in said or find_scale(said, rules.patient_code) is not None
        other = asks or is_courtesy(said) or labels_code(said) or is_bare(said)
        names = any(map(str.isalpha, said)) and not other
        free = asked.question is Question.OTHER_SITE and len(said) <= LONGEST_SITE and names
        answer = site or (said if free else None)
        if answer:
            learn_site(tx, case, answer, actor)
            noted = {"site": answer}
    if answer is None:
        return False
    answer_question(tx, asked, answer, actor)
    close_offer(tx, offer.id, actor)
    place_inbound(tx, inbound_id, offer.thread.id, case.id, actor)
    _refine(tx, asked, answer, noted, rules)
    return True


def ask_once_more(
    tx: Transaction, offer: Outgoing, staff: Staff, inbound_id: str, text: str, rules: Rules
) -> bool:
    """Words that seem to be meant for an answer and are none are noted in the case, and it is asked
    about again. Whether they were that."""
    verb, id, _ = choices_in(offer.message.facts)[0].parts
    if verb != VERB:
        return False
    asked, actor = question_by_id(tx, id), f"staff:{staff.id}"
    case = case_by_id(tx, asked.case_id)
    waits = asked.answer is None and asked.tries < MOST_TRIES and case.status in ASKED_IN
    half = asked.question is Question.BODY_SITE and bool(sites_without_side(text))
    if not waits or is_question(text) or not (half or is_about(asked.question, text)):
        return False
    if any(named.id != case.id for named in cases_named(tx, text)):
        return False
    file_words(tx, case, inbound_id, text, staff, offer.thread, rules)
    close_offer(tx, offer.id, actor)
    ask_again(tx, asked)
    put_question(tx, case, asked, again=True)
    return True


def _refine(
    tx: Transaction, asked: Asked, answer: str, noted: dict[str, str] | None, rules: Rules
) -> None:
    """The danger first; then the decision with the answer in it; then the next question."""
    case = case_by_id(tx, asked.case_id)
    told = bool(meaning_of(asked.question, answer).flag) and decide_on_words(tx, case, rules)
    told |= decide_again(tx, case_by_id(tx, case.id), rules)
    called = escalation_of(tx, case.id)
    if called and not told:
        refresh_cards(tx, case_by_id(tx, case.id), called, rules)
    if ask_next(tx, case.id, rules, noted=None if told else noted):
        return
    if noted and not told:
        _note(tx, case, asked, noted)
    # Another case of this conversation may have waited for its turn.
    waiting = open_cases_in(tx, case.thread_id, tx.now - TYPED_WITHIN)
    any(ask_next(tx, other.id, rules) for other in waiting if other.id != case.id)


def _refuse_code(
    tx: Transaction, case: Case, asked: Asked, offer: Outgoing, actor: str, rules: Rules
) -> bool:
    close_offer(tx, offer.id, actor)
    if asked.tries < MOST_TRIES:
        ask_again(tx, asked)
        put_question(tx, case, asked, again=True)
    else:
        answer_question(tx, asked, SKIP, actor)
        noted = {"problem": "code"}
        if not ask_next(tx, case.id, rules, noted=noted):
            _note(tx, case, asked, noted)
    return True


def _note(tx: Transaction, case: Case, asked: Asked, noted: dict[str, str]) -> None:
    facts = {"code": case.code, "noted": noted}
    message = Message(MessageKind.ANSWER_NOTED, f"answer_noted:{asked.id}", facts)
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, message, nurse.language, case_id=case.id)
