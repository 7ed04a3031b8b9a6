"""Draws a scale over time once it has two totals, and sends it to the thread it was asked in."""

from bot.channels.scale_words import scale_words
from bot.core.message import Message, MessageKind
from bot.core.scales import load_scales
from bot.settings import CHECKOUT
from bot.store.case_rows import case_by_id
from bot.store.outbox_rows import queue_message
from bot.store.scale_rows import keep_chart, scored_before, sitting_by_id
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_by_id
from bot.wiring import Services
from jobs.chart import Total, draw_totals
from jobs.house import services

_ACTOR = "system:draw_chart"


def draw_chart(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.store.snapshot() as snapshot:
        sitting = sitting_by_id(snapshot, id)
        scored = scored_before(snapshot, sitting)
        staff = staff_by_id(snapshot, sitting.staff_id) if sitting.staff_id else None
        code = case_by_id(snapshot, sitting.case_id).code if sitting.case_id else None
    language = staff.language if staff else house.rules.language
    totals = [
        Total(one.ended_at, one.total)
        for one in scored
        if one.ended_at is not None and one.total is not None
    ]
    title = scale_words(CHECKOUT / "templates", language)[sitting.scale]["title"]
    highest, _ = load_scales()[sitting.scale].meanings[-1]
    chart = draw_totals(title, totals, highest, house.rules.site.zone)
    with house.acting() as tx:
        if not keep_chart(tx, id, chart, _ACTOR):
            return
        facts = {
            "scale": sitting.scale,
            "code": code,
            "totals": [one.value for one in totals[-6:]],
        }
        told = Message(MessageKind.SCALE_CHART, f"chart:{id}", facts, picture=f"chart:{id}")
        queue_message(
            tx, thread_by_id(tx, sitting.thread_id), told, language, case_id=sitting.case_id
        )
