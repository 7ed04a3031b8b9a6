"""A scale has its total: told, kept, drawn over time, and a person called where it means danger."""

from bot.actions.cards import refresh_cards
from bot.actions.deciding import decide_on_words
from bot.core.case import OPEN_CASES, Case, CaseStatus
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.scales.scale import ScaleName, load_scales, result, with_bands
from bot.core.scales.sitting import ANSWERED_WITHIN, Sitting, danger_of
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id, move_case, open_case, open_cases_in
from bot.store.escalation_rows import escalation_of
from bot.store.outbox_rows import queue_message
from bot.store.scale_rows import (
    ask_for_chart,
    belong_to_case,
    score_sitting,
    scored_before,
    sitting_by_id,
    start_sitting,
)
from bot.store.transaction import Transaction


def finish(
    tx: Transaction,
    sitting: Sitting,
    answers: dict[str, str],
    staff: Staff,
    thread: Thread,
    rules: Rules,
) -> None:
    actor = f"staff:{staff.id}"
    scale = load_scales()[sitting.scale]
    scored = result(scale, answers)
    if not score_sitting(tx, sitting, answers, scored, actor):
        return
    totals = scored_before(tx, sitting)
    facts = {
        "scale": sitting.scale,
        "total": scored.total,
        "meaning": scored.meaning,
        "before": totals[-2].total if len(totals) > 1 else None,
        "code": case_by_id(tx, sitting.case_id).code if sitting.case_id else None,
        "kept_for": "case" if sitting.case_id else "patient" if sitting.patient_id else None,
        "site": _of_site(sitting.scale, answers, rules),
    }
    told = Message(MessageKind.SCALE_RESULT, f"scale:{sitting.id}:total", facts)
    queue_message(tx, thread, told, staff.language)
    if len(totals) > 1:
        ask_for_chart(tx, sitting, actor)
    _raise_danger(tx, sitting_by_id(tx, sitting.id), rules, actor)


def _of_site(name: ScaleName, answers: dict[str, str], rules: Rules) -> dict[str, object] | None:
    """What the total means by the site's own bands, beside the guideline."""
    site = rules.site
    if name is not ScaleName.BRADEN or not site.name:
        return None
    own = result(with_bands(load_scales()[name], site.braden), answers)
    return {
        "name": site.name,
        "meaning": own.meaning,
        "source": own.source,
        "signed": site.signed,
    }


def _raise_danger(tx: Transaction, sitting: Sitting, rules: Rules, actor: str) -> None:
    """A total that means danger calls a person, in a case of its own where there is none open."""
    case = _case_of(tx, sitting)
    if danger_of(sitting) and case:
        belong_to_case(tx, sitting, case.id, actor)
        decide_on_words(tx, case, rules)
    elif danger_of(sitting) and sitting.staff_id:
        case = open_case(
            tx,
            thread_id=sitting.thread_id,
            nurse_id=sitting.staff_id,
            patient_id=sitting.patient_id,
        )
        belong_to_case(tx, sitting, case.id, actor)
        decide_on_words(tx, case, rules)
        move_case(tx, case, CaseStatus.AWAITING_PERSON, actor)
    escalation = escalation_of(tx, case.id) if case else None
    if case and escalation:
        refresh_cards(tx, case, escalation, rules)


def _case_of(tx: Transaction, sitting: Sitting) -> Case | None:
    """Its own while that is open; else the one that a danger in the answers has opened."""
    case = case_by_id(tx, sitting.case_id) if sitting.case_id else None
    if case and case.status in OPEN_CASES:
        return case
    candidates = open_cases_in(tx, sitting.thread_id, tx.now - ANSWERED_WITHIN)
    same = [one for one in candidates if one.patient_id in (None, sitting.patient_id)]
    return same[0] if len(candidates) == len(same) == 1 else None


def record_scale(
    tx: Transaction, name: ScaleName, answers: dict[str, str], case: Case, rules: Rules, actor: str
) -> list[Sitting]:
    """Keeps a scale that was asked outside the chat; every total of the case, oldest first."""
    sitting = start_sitting(
        tx, name, thread_id=case.thread_id, staff_id=None, case=case, patient_id=None, actor=actor
    )
    scored = result(load_scales()[name], answers)
    score_sitting(tx, sitting, answers, scored, actor)
    _raise_danger(tx, sitting_by_id(tx, sitting.id), rules, actor)
    return scored_before(tx, sitting)
