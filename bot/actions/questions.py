"""What is missing in a case is asked for: one question at a time, after the result and never in
place of it. A question before it would be read by nobody once the result stands below."""

from collections.abc import Iterable

from bot.actions.evidence import Gathered, gather, is_being_read
from bot.core.body_site import find_site, sites_without_side
from bot.core.case import Case
from bot.core.choice import Choice, choice_facts
from bot.core.escalation import UNTAKEN
from bot.core.message import Message, MessageKind
from bot.core.patient_code import code_form, find_patient_code, labels_code
from bot.core.questions import (
    ANSWERS,
    ASKED_IN,
    OTHER,
    PATIENCE,
    SKIP,
    Question,
    Standing,
    next_question,
)
from bot.core.rules import Rules
from bot.core.urgency import Urgency
from bot.store.answer_rows import Asked, add_question, questions_of_case, someone_is_asked
from bot.store.case_rows import case_by_id, know_patient, latest_decision, learn_patient, learn_site
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import texts_of_case
from bot.store.outbox_rows import queue_message
from bot.store.scale_rows import open_sitting
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Transaction

VERB = "answer"


def learn(tx: Transaction, case: Case, text: str, rules: Rules) -> None:
    """The body site that these words name, in place of what was known, and the patient's code
    where the case has none."""
    actor = f"staff:{case.nurse_id}"
    site, code = find_site(text), find_patient_code(text, rules.patient_code)
    if site and site != case.site:
        learn_site(tx, case, site, actor)
    if code and case.patient_id is None:
        learn_patient(tx, case, know_patient(tx, code, actor), actor)


def tell_code_form(tx: Transaction, case: Case, text: str, rules: Rules) -> None:
    """To whom wrote a patient's code that was not kept, since it is not written as the site writes
    them: once in a case."""
    known = case_by_id(tx, case.id).patient_id
    if known or not labels_code(text) or find_patient_code(text, rules.patient_code):
        return
    noted = {"problem": "not_kept", "form": code_form(rules.patient_code)}
    facts = {"code": case.code, "noted": noted}
    message = Message(MessageKind.ANSWER_NOTED, f"code_not_kept:{case.id}", facts)
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, message, nurse.language, case_id=case.id)


def ask_next(
    tx: Transaction, case_id: str, rules: Rules, *, noted: dict[str, str] | None = None
) -> bool:
    """Puts the next question of the case, where one is due and none is open. `noted` is what it
    says was understood before. Whether it asked."""
    case = case_by_id(tx, case_id)
    if case.status not in ASKED_IN or _is_emergency(tx, case):
        return False
    if someone_is_asked(tx, case.thread_id, tx.now - PATIENCE):
        return False
    if open_sitting(tx, case.thread_id, tx.now):
        return False
    asked = questions_of_case(tx, case_id)
    known = gather(tx, case, rules.table)
    if not known.photos:
        return False
    question = next_question(_standing(case, known, asked, rules), rules.table)
    put = add_question(tx, case_id, question) if question else None
    if put is None:
        return False
    put_question(tx, case, put, noted=noted)
    return True


def put_question(
    tx: Transaction,
    case: Case,
    asked: Asked,
    *,
    noted: dict[str, str] | None = None,
    again: bool = False,
) -> None:
    answers = tuple(_answers(tx, asked))
    choices = [Choice(f"{VERB}:{asked.id}:{answer}", answer) for answer in (*answers, SKIP)]
    facts = {
        "code": case.code,
        "question": asked.question,
        "choices": choice_facts(choices),
        "noted": noted,
        "again": again,
        "side_missing": answers != tuple(ANSWERS[asked.question]),
    }
    nurse = staff_by_id(tx, case.nurse_id)
    message = Message(MessageKind.QUESTION, f"question:{asked.id}:{int(again)}", facts)
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, message, nurse.language, case_id=case.id)


def _answers(tx: Transaction, asked: Asked) -> Iterable[str]:
    """Where only the side of a place is missing, only that is asked for."""
    if asked.question is Question.BODY_SITE:
        texts = (text for _, text in texts_of_case(tx, asked.case_id))
        sites = sites_without_side("\n".join(texts))
        if sites:
            return (*sites, OTHER)
    return ANSWERS[asked.question]


def _is_emergency(tx: Transaction, case: Case) -> bool:
    called, decided = escalation_of(tx, case.id), latest_decision(tx, case.id)
    if called and called.status in UNTAKEN and called.urgency is Urgency.EMERGENCY:
        return True
    return decided is not None and decided.urgency is Urgency.EMERGENCY


def _standing(case: Case, known: Gathered, asked: list[Asked], rules: Rules) -> Standing:
    return Standing(
        evidence=known.evidence,
        decided=not is_being_read(known.photos),
        asked=tuple(one.question for one in asked),
        needs_code=rules.asks_patient_code and case.patient_id is None,
        needs_site=case.site is None,
        texts=tuple(text for _, text in known.texts),
    )
