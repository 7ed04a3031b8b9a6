"""The escalation card in Slack: posted at each rung, rewritten whenever the case changes."""

from dataclasses import astuple

from bot.core.case import Case
from bot.core.escalation import Escalation, EscalationStatus, Rung
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind
from bot.core.permissions import offered
from bot.core.ports import Address
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.core.scales.sitting import danger_of
from bot.core.second_opinion import Agreement, Opinion
from bot.store.case_rows import latest_decision
from bot.store.inbound_rows import texts_of_case
from bot.store.label_rows import closing_of, labels
from bot.store.outbox_rows import cards_of, queue_message
from bot.store.photo_rows import assessments_of_case, photos_of_case
from bot.store.scale_rows import scores_of_case
from bot.store.second_opinion_rows import seconds_of_case
from bot.store.staff_rows import all_staff, staff_by_id
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction, new_id


def post_card(
    tx: Transaction, case: Case, escalation: Escalation, rung: Rung, rules: Rules
) -> None:
    """A new card in the rung's channel, naming the people of its role."""
    thread = thread_at(tx, Channel.SLACK, Address(rung.channel))
    mentions = [person.slack_user for person in all_staff(tx, rung.role) if person.slack_user]
    facts = card_facts(tx, case, escalation, rules) | {"mentions": mentions, "role": rung.role}
    # A repeat at the last rung has the same rung number, but another time to answer.
    due = escalation.rung_due_at.isoformat()
    card = Message(
        MessageKind.CARD, f"card:{escalation.id}:{escalation.rung}:{due}", facts, alarm=True
    )
    posted = queue_message(tx, thread, card, rules.language, case_id=case.id)
    if posted:
        post_pictures(tx, case, rules, under=posted)


def post_pictures(tx: Transaction, case: Case, rules: Rules, *, under: str) -> None:
    """The untouched photos and their outlines, in the card's thread, each once."""
    card = next(card for card in cards_of(tx, case.id) if card.id == under)
    overlays = {
        a.photo_id: f"overlay:{a.id}" for a in assessments_of_case(tx, case.id) if a.has_overlay
    }
    for photo in photos_of_case(tx, case.id):
        pictures = [f"photo:{photo.id}"] if photo.status in ("stored", "read") else []
        pictures += [overlays[photo.id]] if photo.id in overlays else []
        for picture in pictures:
            message = Message(
                MessageKind.CARD_PHOTO,
                f"card_photo:{under}:{picture}",
                {"code": case.code, "overlay": picture.startswith("overlay:")},
                picture=picture,
                under=under,
                alarm=True,
            )
            queue_message(tx, card.thread, message, rules.language, case_id=case.id)


def refresh_cards(tx: Transaction, case: Case, escalation: Escalation, rules: Rules) -> None:
    """Every card of the case shows what is true now."""
    facts = card_facts(tx, case, escalation, rules)
    for card in cards_of(tx, case.id):
        kept = {name: card.message.facts[name] for name in ("mentions", "role")}
        message = Message(
            MessageKind.CARD,
            f"card_update:{card.id}:{new_id()}",
            facts | kept,
            replaces=card.id,
            alarm=True,
        )
        queue_message(tx, card.thread, message, rules.language, case_id=case.id)


def card_facts(
    tx: Transaction, case: Case, escalation: Escalation, rules: Rules
) -> dict[str, object]:
    ladder = rules.ladders.ladder(escalation.urgency)
    decision = latest_decision(tx, case.id)
    words = [text for _, text in texts_of_case(tx, case.id)]
    scores = scores_of_case(tx, case.id)
    flags = [flag for text in words for flag in find_red_flags(text)]
    flags += filter(None, map(danger_of, scores))
    taken = escalation.status is EscalationStatus.ACKNOWLEDGED
    following = escalation.rung + 1
    result = dict(decision.inputs)["result"] if decision else None
    has_category = bool(result and result["shown"])
    return {
        "code": case.code,
        "escalation": escalation.id,
        "urgency": escalation.urgency,
        "state": escalation.status,
        "raised_at": escalation.raised_at.isoformat(),
        "due_at": escalation.rung_due_at.isoformat(),
        "next_role": (
            ladder.rungs[following].role if not taken and following < len(ladder.rungs) else None
        ),
        "taken_by": (
            staff_by_id(tx, escalation.acknowledged_by).name if escalation.acknowledged_by else None
        ),
        "taken_at": (
            escalation.acknowledged_at.isoformat() if escalation.acknowledged_at else None
        ),
        "nurse": staff_by_id(tx, case.nurse_id).name,
        "words": words,
        "photos": len(photos_of_case(tx, case.id)),
        "flags": [{"kind": flag.kind, "words": flag.words} for flag in flags],
        "result": result,
        "label": _label(tx, case),
        "closing": _closing(tx, case),
        "deeds": list(offered(case.status, taken=taken, has_category=has_category)),
        "scores": [
            {"scale": score.scale, "total": score.total, "meaning": score.meaning}
            for score in scores
        ],
        "second": [_second(*heard) for heard in seconds_of_case(tx, case.id)],
    }


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
