"""What was read and what was written become a decision, its words, and a call where needed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.cards import post_pictures, refresh_cards
from bot.actions.comparing import compare
from bot.actions.escalating import call_facts, call_person, keep_waiting
from bot.actions.evidence import Gathered, gather, is_being_read
from bot.actions.questions import ask_next
from bot.actions.reminding import plan_next_photo
from bot.core.assessment import SEEN_FROM, Reading
from bot.core.case import Case, CaseStatus, Photo
from bot.core.decision import Decision, History, kind_of
from bot.core.escalation import Escalation
from bot.core.message import Message, MessageKind
from bot.core.questions import Evidence
from bot.core.redflags import RedFlag
from bot.core.rules import Rules
from bot.core.wound_kinds import WoundKind
from bot.store.case_rows import (
    add_decision,
    await_decision,
    case_by_id,
    decisions_of,
    latest_decision,
    move_case,
)
from bot.store.escalation_rows import escalation_of
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import cards_of
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Transaction

_ACTOR = "system:decide"


def decide_on_words(tx: Transaction, case: Case, rules: Rules) -> bool:
    """A red flag in the nurse's words or answers calls a person at once, before a photo is read.
    Whether it did."""
    known_so_far = gather(tx, case, rules.table)
    flags = known_so_far.flags
    if not flags:
        return False
    # What the photo showed stays on the card of whoever is called now.
    is_read = bool(known_so_far.photos) and _decided_already(tx, case, known_so_far.photos)
    used = known_so_far if is_read else _words_of(known_so_far)
    decision, reading = used.evidence.decided(rules.table), used.evidence.reading
    known = escalation_of(tx, case.id)
    # What no person has to see waits for the photo; without one, a person sees it in any case.
    calls = decision.needs_human or decision.escalation is not None
    if not calls and known_so_far.photos:
        return False
    if known and decision.urgency.rank >= known.urgency.rank:
        refresh_cards(tx, case, known, rules)
        return False
    _record(tx, case, decision, used, reading)
    escalation = _call(tx, case, decision, rules)
    # A photo that is being read still ends in its own decision.
    if case.status is not CaseStatus.READING:
        keep_waiting(tx, case, escalation)
    nurse = staff_by_id(tx, case.nurse_id)
    notice = Message(
        MessageKind.RED_FLAG,
        f"red_flag:{case.id}:{decision.urgency}",
        _told(tx, case, decision, reading, flags, escalation, rules)
        | {"photo": bool(known_so_far.photos) and not is_read},
        alarm=True,
    )
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, notice, nurse.language, case_id=case.id)
    return True


def decide_case(tx: Transaction, case_id: str, rules: Rules) -> Decision | None:
    """Decides on all photos of the case, or None while one is still being read in good time, or
    where nothing has changed since the last decision."""
    case = case_by_id(tx, case_id)
    known = gather(tx, case, rules.table)
    reading = known.evidence.reading
    if reading is None or case.status is CaseStatus.CLOSED:
        await_decision(tx, case, None, _ACTOR)
        return None
    overdue = case.decide_by is not None and tx.now >= case.decide_by
    if is_being_read(known.photos) and not overdue:
        return None
    if _decided_already(tx, case, known.photos):
        await_decision(tx, case, None, _ACTOR)
        return None
    decision = known.evidence.decided(rules.table)
    _record(tx, case, decision, known, reading)
    await_decision(tx, case, None, _ACTOR)
    called = _call_or_close(tx, case_by_id(tx, case_id), decision, rules)
    _tell_nurse(tx, case, decision, known, called, rules)
    compare(tx, case, known, rules)
    plan_next_photo(tx, case, decision, rules)
    # Who was only asked to send the photo again has nothing to answer yet.
    if reading.categories or called:
        ask_next(tx, case_id, rules)
    return decision


def decide_again(tx: Transaction, case: Case, rules: Rules) -> bool:
    """An answer came after the photos were decided on: decided with it, and told where it changed
    something. Less urgent than before it never gets. Whether the nurse was told."""
    known = gather(tx, case, rules.table)
    before = latest_decision(tx, case.id)
    reading = known.evidence.reading
    if reading is None or before is None or not _decided_already(tx, case, known.photos):
        return False
    decision = known.evidence.decided(rules.table)
    compare(tx, case, known, rules)
    # A case that was stated to continue another has a history that no word of its own tells.
    made_from = _made_from(known) | {"history": sorted(decision.marks)}
    nothing_new = all(before.inputs.get(name) == made_from[name] for name in made_from)
    if nothing_new or decision.urgency.rank > before.urgency.rank:
        return False
    _record(tx, case, decision, known, reading)
    last, result = before.inputs["result"], _result(decision, reading)
    if all(last[name] == result[name] for name in ("row", "urgency", "act_within", "needs_human")):
        return False
    called = _call_or_close(tx, case, decision, rules)
    notice = Message(
        MessageKind.REFINED,
        f"refined:{case.id}:{before.number + 1}",
        _told(tx, case, decision, reading, known.flags, called, rules),
        alarm=decision.escalation is not None,
    )
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, notice, nurse.language, case_id=case.id)
    plan_next_photo(tx, case, decision, rules)
    return True


def _call_or_close(
    tx: Transaction, case: Case, decision: Decision, rules: Rules
) -> Escalation | None:
    known = escalation_of(tx, case.id)
    if not (decision.needs_human or decision.escalation is not None or known is not None):
        move_case(tx, case, CaseStatus.ANSWERED, _ACTOR)
        return None
    escalation = _call(tx, case, decision, rules)
    keep_waiting(tx, case, escalation)
    for card in cards_of(tx, case.id):
        post_pictures(tx, case, rules, under=card.id)
    return escalation


def _call(tx: Transaction, case: Case, decision: Decision, rules: Rules) -> Escalation:
    kind, within = kind_of(decision), decision.act_within
    return call_person(tx, case, decision.urgency, kind, rules, within, decision.notify)


def _tell_nurse(
    tx: Transaction,
    case: Case,
    decision: Decision,
    known: Gathered,
    called: Escalation | None,
    rules: Rules,
) -> None:
    reading, assessment = known.evidence.reading, known.assessment
    assert reading is not None
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    last = latest_decision(tx, case.id)
    number = last.number if last else 0
    kind = MessageKind.RESULT if reading.categories else MessageKind.NOT_ASSESSED
    facts = _told(tx, case, decision, reading, known.flags, called, rules)
    earlier = (made.inputs["photos"] for made in decisions_of(tx, case.id) if made.number < number)
    told_of = frozenset[str]().union(*earlier)
    facts |= {
        "photos": len(known.photos) - len(known.unread),
        "unread": len(known.unread - told_of),
    }
    told = Message(kind, f"{kind}:{case.id}:{number}", facts)
    queue_message(tx, thread, told, nurse.language, case_id=case.id)
    if assessment and assessment.has_overlay and reading.categories:
        overlay = Message(
            MessageKind.OVERLAY,
            f"overlay:{assessment.id}",
            {"code": case.code},
            picture=f"overlay:{assessment.id}",
        )
        queue_message(tx, thread, overlay, nurse.language, case_id=case.id)


def _told(
    tx: Transaction,
    case: Case,
    decision: Decision,
    reading: Reading | None,
    flags: tuple[RedFlag, ...],
    called: Escalation | None,
    rules: Rules,
) -> dict[str, object]:
    """Everything the templates need, as keys and numbers."""
    calls = decision.needs_human or decision.escalation is not None
    call = call_facts(tx, called, rules) if called and calls else {"called": None}
    return _result(decision, reading) | {
        "code": case.code,
        "flags": [{"kind": flag.kind, "words": flag.words} for flag in flags],
        **call,
    }


def _result(decision: Decision, reading: Reading | None) -> dict[str, object]:
    categories = reading.categories if reading else None
    if WoundKind.MUCOSAL in decision.kinds:
        categories = None
    return {
        "row": decision.row,
        "urgency": decision.urgency,
        "act_within": int(decision.act_within.total_seconds() // 60),
        "needs_human": decision.needs_human,
        "shown": [
            {"category": category, "percent": round(100 * categories.probabilities[category])}
            for category in decision.shown
        ]
        if categories
        else [],
        "distribution": [
            {"category": category, "percent": round(100 * p)} for category, p in categories.ranked
        ]
        if categories
        else [],
        "deep_percent": round(100 * categories.p_deep) if categories else None,
        "also_plausible": [
            category
            for category, _ in categories.ranked
            if category in reading.plausible and category not in decision.shown
        ]
        if reading and categories and decision.shown
        else [],
        "tissue": [
            {"tissue": tissue, "percent": round(100 * p)}
            for tissue, p in reading.tissue.items()
            if p >= SEEN_FROM
        ]
        if reading
        else [],
        "history": sorted(decision.marks),
        "wound": sorted(decision.kinds),
        "notices": sorted(reading.notices) if reading else [],
        "not_assessed": reading.reason if reading else None,
        "model": reading.model if reading else None,
        "actions": [
            {"key": action.key, "citations": list(action.citations)} for action in decision.actions
        ],
        "rephoto_after": (
            int(decision.rephoto_after.total_seconds() // 60) if decision.rephoto_after else None
        ),
        "table_version": decision.table_version,
        "signed": decision.signed,
    }


def _record(
    tx: Transaction,
    case: Case,
    decision: Decision,
    known: Gathered,
    reading: Reading | None,
) -> None:
    """Keeps the inputs beside the decision, so that it can be replayed. Words and answers stay
    sealed in their own rows: here they are named by id."""
    inputs = _made_from(known) | {
        "flags": [flag.kind for flag in known.flags],
        "history": sorted(decision.marks),
        "why": list(decision.why),
        "result": _result(decision, reading),
    }
    add_decision(
        tx,
        case.id,
        row=decision.row,
        urgency=decision.urgency,
        needs_human=decision.needs_human,
        table_version=decision.table_version,
        signed=decision.signed,
        inputs=inputs,
    )


def _made_from(known: Gathered) -> dict[str, object]:
    return {
        "photos": {photo.id: photo.status for photo in known.photos},
        "texts": [id for id, _ in known.texts],
        "scores": [score.id for score in known.scores],
        "answers": [one.id for one in known.answers],
    }


def _words_of(known: Gathered) -> Gathered:
    """What was said alone, while its photos are still being read."""
    said = Evidence(None, known.flags, History(known.evidence.history.failed_photos), frozenset())
    return replace(known, photos=(), evidence=said)


def _decided_already(tx: Transaction, case: Case, photos: Sequence[Photo]) -> bool:
    now = {photo.id: photo.status for photo in photos}
    return any(made.inputs["photos"] == now for made in decisions_of(tx, case.id))
