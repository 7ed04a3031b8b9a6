"""Draws two looks at one wound beside each other, for the nurse's thread and the card's."""

from bot.core.message import Message, MessageKind
from bot.store.case_rows import case_by_id
from bot.store.comparison_rows import comparison_of, keep_comparison, leave_undrawn
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import photo_by_id, picture
from bot.store.said_rows import cards_of
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.wiring import Services
from jobs.comparison import Shot, side_by_side
from jobs.house import services

_ACTOR = "system:draw_comparison"


def draw_comparison(case_id: str) -> None:
    run(services(), case_id)


def run(house: Services, case_id: str) -> None:
    zone = house.rules.site.zone
    with house.store.snapshot() as snapshot:
        asked = comparison_of(snapshot, case_id)
        if asked is None:
            return
        photos = [photo_by_id(snapshot, id) for id in (asked.before, asked.now)]
        contents = [picture(snapshot, f"photo:{photo.id}") for photo in photos]
        case = case_by_id(snapshot, case_id)
        before = case_by_id(snapshot, photos[0].case_id)
        nurse = staff_by_id(snapshot, case.nurse_id)
        cards = cards_of(snapshot, case_id)
    days = [photo.arrived_at.astimezone(zone).strftime("%d-%m-%Y") for photo in photos]
    shots = [Shot(one, day) for one, day in zip(contents, days, strict=True) if one]
    drawn = _drawn(shots) if len(shots) == len(photos) else None
    with house.acting() as tx:
        if drawn is None:
            leave_undrawn(tx, case_id, _ACTOR)
            return
        if not keep_comparison(tx, case_id, drawn, _ACTOR):
            return
        facts = {"code": case.code, "before": before.code, "days": days}
        reference = f"comparison:{case_id}"
        told = Message(MessageKind.COMPARISON, reference, facts, picture=reference)
        thread = thread_by_id(tx, case.thread_id)
        queue_message(tx, thread, told, nurse.language, case_id=case_id)
        for card in cards:
            shown = Message(
                MessageKind.COMPARISON,
                f"{reference}:{card.id}",
                facts,
                picture=reference,
                under=card.id,
            )
            queue_message(tx, card.thread, shown, house.rules.language, case_id=case_id)


def _drawn(shots: list[Shot]) -> bytes | None:
    try:
        return side_by_side(shots)
    except OSError:
        return None
