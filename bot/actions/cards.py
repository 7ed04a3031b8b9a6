"""The escalation card in Slack: posted at each rung, rewritten whenever the case changes."""

from operator import attrgetter

from bot.actions.card_facts import card_facts
from bot.actions.on_call import called_now
from bot.core.case import Case
from bot.core.escalation import Escalation
from bot.core.inbound import Channel
from bot.core.ladder import Rung
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.store.outbox_rows import cards_of, queue_message, queue_rewriting
from bot.store.passed_file_rows import voices_of_case
from bot.store.photo_rows import assessments_of_case, photos_of_case
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction, new_id


def post_card(
    tx: Transaction, case: Case, escalation: Escalation, rung: Rung, rules: Rules
) -> None:
    """A new card in the rung's channel, naming the people of its role who are on call; nobody
    where that is held back."""
    thread = thread_at(tx, Channel.SLACK, Address(rung.channel))
    called = called_now(tx, rung.role, rules.site.zone, attrgetter("slack_user"))
    mentions = [] if escalation.held else [person.slack_user for person in called]
    facts = card_facts(tx, case, escalation, rules) | {"mentions": mentions, "role": rung.role}
    # A repeat at the last rung has the same rung number, but another time to answer.
    due = escalation.rung_due_at.isoformat()
    card = Message(
        MessageKind.CARD, f"card:{escalation.id}:{escalation.rung}:{due}", facts, alarm=True
    )
    posted = queue_message(tx, thread, card, rules.language, case_id=case.id)
    if posted:
        post_pictures(tx, case, rules, under=posted)
        post_voices(tx, case, rules, under=posted)


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


def post_voices(tx: Transaction, case: Case, rules: Rules, *, under: str) -> None:
    """The nurse's voice notes, in the card's thread, each once."""
    card = next(card for card in cards_of(tx, case.id) if card.id == under)
    for voice in voices_of_case(tx, case.id):
        name = staff_by_id(tx, voice.staff_id).name
        message = Message(
            MessageKind.NURSE_VOICE,
            f"nurse_voice:{under}:{voice.id}",
            {"code": case.code, "name": name, "number": voice.number},
            picture=f"file:{voice.id}",
            under=under,
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
        queue_rewriting(tx, card.thread, message, rules.language, case_id=case.id)
