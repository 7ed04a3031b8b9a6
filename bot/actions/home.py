"""What a person sees on the home tab: their cases, what waits for somebody, or counts alone."""

from collections.abc import Sequence

from bot.actions.commands import shown_state
from bot.actions.on_call import told_beside
from bot.core.body_site import BodySite
from bot.core.case import Case
from bot.core.deed import Deed
from bot.core.escalation import UNTAKEN, Escalation, is_overdue
from bot.core.inbound import Channel
from bot.core.ladder import Ladder
from bot.core.message import MessageKind
from bot.core.permissions import SIGHTS, Sight, refusal
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id, open_cases_of, patient_code_of
from bot.store.escalation_rows import escalation_of, escalations_held_by, open_escalations
from bot.store.inbound_rows import texts_of_case
from bot.store.overview import overview
from bot.store.photo_rows import photos_of_case
from bot.store.said_rows import cards_of, latest_message
from bot.store.staff_rows import staff_by_id, staff_by_sender
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Snapshot, Transaction

# A case takes two of the hundred blocks that Slack allows.
MOST_WAITING, MOST_HELD, MOST_SENT = 20, 12, 10


def home_facts(tx: Transaction, slack_user: str, rules: Rules) -> dict[str, object]:
    """As keys and numbers. `role` is None for somebody who is not enrolled."""
    staff = staff_by_sender(tx, Channel.SLACK, slack_user)
    if staff is None:
        return {"role": None}
    sights = SIGHTS[staff.role]
    waiting = in_order_of_need(tx) if Sight.WARD in sights else []
    held = cases_held_by(tx, staff) if Sight.HELD in sights else []
    theirs = {case.id for case in held}
    sent = [case for case in open_cases_of(tx, staff.id) if case.id not in theirs]
    called = [case_by_id(tx, one.case_id) for one in waiting[:MOST_WAITING]]
    return {
        "name": staff.name,
        "role": staff.role,
        "at": tx.now.isoformat(),
        "queues": queue_counts(tx) if Sight.QUEUES in sights else None,
        "waiting": _part(tx, staff, called, len(waiting), rules) if Sight.WARD in sights else None,
        "held": (
            _part(tx, staff, held[:MOST_HELD], len(held), rules) if Sight.HELD in sights else None
        ),
        "sent": (
            _part(tx, staff, sent[:MOST_SENT], len(sent), rules) if Sight.SENT in sights else None
        ),
    }


def in_order_of_need(tx: Transaction) -> list[Escalation]:
    """Those nobody has taken: the overdue ones first, then by when they are due."""
    return sorted(
        open_escalations(tx), key=lambda one: (not is_overdue(one, tx.now), one.rung_due_at)
    )


def cases_held_by(snapshot: Snapshot, staff: Staff) -> list[Case]:
    return [case_by_id(snapshot, one.case_id) for one in escalations_held_by(snapshot, staff.id)]


def queue_counts(tx: Transaction) -> dict[str, object]:
    seen = overview(tx)
    return {
        "open": len(seen.escalations),
        "overdue": sum(is_overdue(one.escalation, tx.now) for one in seen.escalations),
        "unsent": seen.unsent,
        "oldest_unsent": seen.oldest_unsent.isoformat() if seen.oldest_unsent else None,
        "pending_photos": seen.pending_photos,
    }


def _part(
    tx: Transaction, staff: Staff, cases: Sequence[Case], count: int, rules: Rules
) -> dict[str, object]:
    items = [_item(tx, staff, case, rules) for case in cases]
    return {"cases": items, "count": count, "more": count - len(items)}


def _item(tx: Transaction, staff: Staff, case: Case, rules: Rules) -> dict[str, object]:
    escalation = escalation_of(tx, case.id)
    place, ts = _where(tx, staff, case)
    item: dict[str, object] = {
        "code": case.code,
        **shown_state(tx, case),
        "opened_at": case.opened_at.isoformat(),
        "patient": patient_code_of(tx, case),
        # Words of a nurse's own for a place may say more than the place.
        "site": case.site if case.site in set(BodySite) else None,
        "place": place,
        "ts": ts,
        "words": None if photos_of_case(tx, case.id) else _first_words(tx, case),
        "escalation": None,
    }
    if escalation is None:
        return item
    following = escalation.rung + 1
    ladder = rules.ladders.ladder(escalation.urgency, escalation.kind)
    waits = escalation.status in UNTAKEN
    taker = escalation.acknowledged_by
    return item | {
        "urgency": escalation.urgency,
        "escalation": escalation.id,
        "state": escalation.status,
        "overdue": is_overdue(escalation, tx.now),
        "due_at": escalation.rung_due_at.isoformat(),
        "held": escalation.held,
        "role": ladder.rung(escalation.rung).role,
        "beside": told_beside(tx, escalation, rules.site.zone),
        "handed_to": _handed_to(tx, case, escalation, ladder) if waits else None,
        "next_role": (
            ladder.rungs[following].role if waits and following < len(ladder.rungs) else None
        ),
        "taken_by": staff_by_id(tx, taker).name if taker else None,
        "mine": taker == staff.id,
        "taken_at": (
            escalation.acknowledged_at.isoformat() if escalation.acknowledged_at else None
        ),
        "take": waits and refusal(Deed.TAKE, staff.role, case.status, holds=False) is None,
    }


def _handed_to(tx: Transaction, case: Case, escalation: Escalation, ladder: Ladder) -> str | None:
    """The colleague whose answer is awaited, until the ladder climbs."""
    told = latest_message(tx, case.id, MessageKind.DONE_UNDER_CARD)
    if told is None or told.message.facts["deed"] != Deed.HAND_OVER:
        return None
    # A rung that was named since has another time to answer.
    due = told.queued_at + ladder.rung(escalation.rung).acknowledge_within
    return str(told.message.facts["to"]) if escalation.rung_due_at == due else None


def _first_words(tx: Transaction, case: Case) -> str | None:
    """What a case without a photo is about."""
    return next((text for _, text in texts_of_case(tx, case.id)), None)


def _where(tx: Transaction, staff: Staff, case: Case) -> tuple[str | None, str | None]:
    """Where in Slack the case is talked about: its latest card, or for who sent it, their own
    thread. A nurse may not be in the clinicians' channels."""
    posted = [card for card in cards_of(tx, case.id) if card.provider_id and card.place]
    if posted and Sight.WARD in SIGHTS[staff.role]:
        return posted[-1].place, posted[-1].provider_id
    thread = thread_by_id(tx, case.thread_id)
    return (thread.address.to, thread.address.thread) if _is_linked(thread) else (None, None)


def _is_linked(thread: Thread) -> bool:
    return thread.channel is Channel.SLACK and thread.address.thread is not None
