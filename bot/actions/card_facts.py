"""What the card of a case says, as keys and numbers."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import timedelta
from math import ceil

from bot.actions.evidence import gather
from bot.core.call import Call
from bot.core.case import Case
from bot.core.deed import Deed
from bot.core.escalation import Escalation, EscalationStatus
from bot.core.history import is_same_wound
from bot.core.message import MessageKind
from bot.core.permissions import offered
from bot.core.questions import AT_THE_BEDSIDE
from bot.core.rules import Rules
from bot.core.second_opinion import Agreement, Opinion
from bot.store.call_rows import calls_of
from bot.store.case_rows import latest_decision, patient_code_of
from bot.store.history_rows import earlier_cases
from bot.store.label_rows import closing_of, labels
from bot.store.said_rows import latest_message
from bot.store.second_opinion_rows import seconds_of_case
from bot.store.staff_rows import staff_by_id
from bot.store.transaction import Transaction

# A card is read at a glance: the latest looks say where the wound is going.
_LOOKS_SHOWN = 3
_CALLS_SHOWN = 4
_UNSEEN_DEEDS = frozenset({Deed.NEW_PHOTO, Deed.MESSAGE, Deed.HAND_OVER})


def card_facts(
    tx: Transaction, case: Case, escalation: Escalation, rules: Rules
) -> dict[str, object]:
    ladder = rules.ladders.ladder(escalation.urgency, escalation.kind)
    decision = latest_decision(tx, case.id)
    known = gather(tx, case, rules.table)
    calls = calls_of(tx, escalation.id)
    taken = escalation.status is EscalationStatus.ACKNOWLEDGED
    following = escalation.rung + 1
    result = dict(decision.inputs)["result"] if decision else None
    given = labels(tx, case.id)
    nurse = staff_by_id(tx, case.nurse_id)
    judged = bool(given and decision and given[-1].decision == decision.number)
    # What somebody has judged is corrected, not confirmed over their head.
    has_category = bool(result and result["shown"]) and not judged
    return {
        "code": case.code,
        "escalation": escalation.id,
        "urgency": escalation.urgency,
        "state": escalation.status,
        "raised_at": escalation.raised_at.isoformat(),
        "act_by": escalation.act_by.isoformat(),
        "due_at": escalation.rung_due_at.isoformat(),
        "repeat_after": ceil(ladder.repeat_after / timedelta(minutes=1)),
        "next_role": (
            ladder.rungs[following].role if not taken and following < len(ladder.rungs) else None
        ),
        "held_for": ladder.rung(escalation.rung).role if escalation.held else None,
        "taken_by": (
            staff_by_id(tx, escalation.acknowledged_by).name if escalation.acknowledged_by else None
        ),
        "taken_at": (
            escalation.acknowledged_at.isoformat() if escalation.acknowledged_at else None
        ),
        "by_phone": taken
        and any(call.took_at == escalation.acknowledged_at for call in calls if call.took_at),
        "calls": _calls(tx, calls),
        "nurse": nurse.name,
        "nurse_gone": not nurse.active,
        "patient": patient_code_of(tx, case),
        "site": case.site,
        "answers": [
            {"question": one.question, "answer": one.answer}
            for one in known.answers
            if one.question in AT_THE_BEDSIDE
        ],
        "earlier": _earlier(tx, case),
        "words": [text for _, text in known.texts],
        "photos": len(known.photos),
        "failed": known.evidence.history.failed_photos,
        "flags": [{"kind": flag.kind, "words": flag.words} for flag in known.flags],
        "result": result,
        "label": _label(tx, case),
        "closing": _closing(tx, case),
        "last": _last_deed(tx, case, taken=taken),
        "deeds": list(offered(case.status, taken=taken, has_category=has_category)),
        "scores": [
            {"scale": score.scale, "total": score.total, "meaning": score.meaning}
            for score in known.scores
        ],
        "second": [_second(*heard) for heard in seconds_of_case(tx, case.id)],
    }


def _last_deed(tx: Transaction, case: Case, *, taken: bool) -> dict[str, object] | None:
    """What somebody did last, where nothing else on the card shows it: it is told in words under
    the pressed card alone."""
    told = latest_message(tx, case.id, MessageKind.DONE_UNDER_CARD)
    if told is None or told.message.facts["deed"] not in _UNSEEN_DEEDS:
        return None
    facts = told.message.facts
    if facts["deed"] == Deed.HAND_OVER and taken:
        return None
    return {
        "deed": facts["deed"],
        "by": facts["name"],
        "to": facts.get("to"),
        "at": told.queued_at.isoformat(),
    }


def _calls(tx: Transaction, calls: Sequence[Call]) -> list[dict[str, object]]:
    """The last one to each person, of those who were called last."""
    latest = {call.staff_id: call for call in calls}
    shown = sorted(latest.values(), key=lambda call: call.placed_at)[-_CALLS_SHOWN:]
    return [
        {
            "name": staff_by_id(tx, call.staff_id).name,
            "at": call.placed_at.isoformat(),
            "state": call.state,
            "number": call.number,
        }
        for call in shown
    ]


def _earlier(tx: Transaction, case: Case) -> list[dict[str, object]]:
    """The patient's last cases, the latest first: by a clinician's label where one was given."""
    looks: list[dict[str, object]] = []
    for one in reversed(earlier_cases(tx, case)[-_LOOKS_SHOWN:]):
        given = labels(tx, one.case.id)
        likeliest, p = one.reading.categories.ranked[0] if one.reading.categories else (None, 0.0)
        looks.append(
            {
                "at": one.case.opened_at.isoformat(),
                "site": one.case.site,
                "same": is_same_wound(one.case, case),
                "judged": bool(given),
                "category": given[-1].label.category if given else likeliest,
                "percent": round(100 * p),
            }
        )
    return looks


def _label(tx: Transaction, case: Case) -> dict[str, object] | None:
    given = labels(tx, case.id)
    if not given:
        return None
    last = given[-1]
    return {
        "kind": last.label.kind,
        "category": last.label.category,
        "tissue": last.label.tissue,
        "by": staff_by_id(tx, last.by).name,
    }


def _closing(tx: Transaction, case: Case) -> dict[str, object] | None:
    closed = closing_of(tx, case.id)
    if closed is None:
        return None
    return {
        "closing": closed.closing,
        "by": staff_by_id(tx, closed.by).name,
        "at": closed.at.isoformat(),
    }


def _second(agreement: Agreement, opinion: Opinion | None) -> dict[str, object]:
    likeliest = opinion.categories.ranked[0] if opinion and opinion.categories else None
    return {
        "agreement": agreement,
        "model": opinion.model if opinion else None,
        "category": likeliest[0] if likeliest else None,
        "described": list(astuple(opinion.description)) if opinion else [],
    }
