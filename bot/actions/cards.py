"""The escalation card in Slack: posted at each rung, rewritten whenever the case changes."""

from collections.abc import Mapping
from operator import attrgetter

from bot.actions.card_facts import card_facts
from bot.actions.on_call import called_now, told_beside
from bot.core.case import Case
from bot.core.escalation import UNTAKEN, Escalation
from bot.core.inbound import Channel
from bot.core.message import UNSENT, Message, MessageKind, OutboxStatus
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.thread import Thread
from bot.core.wound_kinds import WoundKind, wound_kinds
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import texts_of_case
from bot.store.outbox_rows import queue_message, queue_rewriting, retire
from bot.store.passed_file_rows import voices_of_case
from bot.store.photo_rows import Assessment, assessments_of_case, photos_of_case
from bot.store.said_rows import Outgoing, cards_of, message_by_id
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction, new_id


def post_card(tx: Transaction, case: Case, escalation: Escalation, rules: Rules) -> None:
    """A new card in the channel of the present rung. It names the people on call of its role, and
    at the first rung of the roles that are told with it; nobody where that is held back. Not
    while the same one is still on its way."""
    ladder = rules.ladders.ladder(escalation.urgency, escalation.kind)
    rung = ladder.rung(escalation.rung)
    thread = thread_at(tx, Channel.SLACK, Address(rung.channel))
    beside = told_beside(tx, escalation, rules.site.zone)
    called = [
        person.slack_user
        for role in (rung.role, *beside)
        for person in called_now(tx, role, rules.site.zone, attrgetter("slack_user"))
    ]
    facts = card_facts(tx, case, escalation, rules) | {
        "mentions": [] if escalation.held else called,
        "role": rung.role,
        "beside": beside,
    }
    if any(_is_coming(card, thread, facts) for card in cards_of(tx, case.id)):
        return
    # A repeat at the last rung has the same rung number, but another time to answer; where others
    # are told as well, the time stays.
    due = escalation.rung_due_at.isoformat()
    key = f"card:{escalation.id}:{escalation.rung}+{len(beside)}:{due}"
    card = Message(MessageKind.CARD, key, facts, alarm=True)
    posted = queue_message(tx, thread, card, rules.language, case_id=case.id)
    if posted:
        post_pictures(tx, case, rules, under=posted)
        post_voices(tx, case, rules, under=posted)


def _is_coming(card: Outgoing, thread: Thread, facts: Mapping[str, object]) -> bool:
    """While Slack takes nothing the last rung is repeated all the same: once is enough for then."""
    same = all(card.message.facts[name] == facts[name] for name in ("urgency", "role", "mentions"))
    return same and card.status in UNSENT and card.thread.id == thread.id


def post_pictures(tx: Transaction, case: Case, rules: Rules, *, under: str) -> None:
    """The untouched photos and what was read in each, in the card's thread, each once."""
    card = next(card for card in cards_of(tx, case.id) if card.id == under)
    readings = {one.photo_id: one for one in assessments_of_case(tx, case.id)}
    kinds = wound_kinds(text for _, text in texts_of_case(tx, case.id))
    for photo in photos_of_case(tx, case.id):
        if photo.status in ("stored", "read"):
            untouched = f"photo:{photo.id}"
            _post_picture(tx, card, case, rules, untouched, untouched, {"overlay": False})
        read = readings.get(photo.id)
        if read is None:
            continue
        bars = _bars(read) if WoundKind.MUCOSAL not in kinds else []
        if bars or read.has_overlay:
            # Under one key: words that come later must not show the same outline again.
            mark = f"overlay:{read.id}"
            picture = f"bars:{read.id}" if bars else mark
            facts = {"overlay": read.has_overlay, "bars": bars}
            _post_picture(tx, card, case, rules, mark, picture, facts)


def _bars(read: Assessment) -> list[dict[str, object]]:
    """What the picture of the likely categories says, or nothing where there is none."""
    categories = read.reading.categories
    if categories is None or not read.has_bars:
        return []
    return [{"category": one, "percent": round(100 * p)} for one, p in categories.likely]


def _post_picture(
    tx: Transaction,
    card: Outgoing,
    case: Case,
    rules: Rules,
    mark: str,
    picture: str,
    facts: dict[str, object],
) -> None:
    message = Message(
        MessageKind.CARD_PHOTO,
        f"card_photo:{card.id}:{mark}",
        {"code": case.code} | facts,
        picture=picture,
        under=card.id,
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


def post_anew(tx: Transaction, rewriting: Outgoing, reason: str, rules: Rules) -> None:
    """In place of a card that Slack will not change, or that somebody deleted."""
    before = message_by_id(tx, rewriting.message.replaces or "")
    case = case_by_id(tx, rewriting.case_id or "")
    escalation = escalation_of(tx, case.id)
    if escalation is None or before.status in (*UNSENT, OutboxStatus.FAILED):
        return
    retire(tx, before, reason)
    facts = card_facts(tx, case, escalation, rules)
    kept = _addressed(before)
    if not still_calls(before, escalation):
        kept["mentions"] = []
    facts |= kept
    card = Message(MessageKind.CARD, f"card_anew:{rewriting.id}", facts, alarm=True)
    queue_message(tx, before.thread, card, rules.language, case_id=case.id)


def still_calls(card: Outgoing, escalation: Escalation) -> bool:
    """Whether those whom it called have their time to answer now: not once the case was taken,
    handed to one colleague or told to the next rung."""
    same_time = card.message.facts["due_at"] == escalation.rung_due_at.isoformat()
    return same_time and escalation.status in UNTAKEN


def refresh_cards(tx: Transaction, case: Case, escalation: Escalation, rules: Rules) -> None:
    """Every card of the case shows what is true now, the newest first: it is the one that is
    looked at."""
    facts = card_facts(tx, case, escalation, rules)
    for card in reversed(cards_of(tx, case.id)):
        message = Message(
            MessageKind.CARD,
            f"card_update:{card.id}:{new_id()}",
            facts | _addressed(card),
            replaces=card.id,
            alarm=True,
        )
        queue_rewriting(tx, card.thread, message, rules.language, case_id=case.id)


def _addressed(card: Outgoing) -> dict[str, object]:
    """Whom it called when it was posted: that stays."""
    told = ("mentions", "role", "beside")
    return {name: card.message.facts[name] for name in told if name in card.message.facts}
