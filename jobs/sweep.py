"""Finds what is due, stuck or overdue, and rings for it. The rows hold the deadlines."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.actions.called import follow_call
from bot.actions.deciding import decide_case
from bot.actions.early_replies import take_up_replies
from bot.actions.escalating import climb_ladder
from bot.actions.reminding import remind
from bot.actions.second_opinion import weigh
from bot.actions.undelivered import hear_early_reports
from bot.core.work import QUEUE_OF, Queue, Work
from bot.store.call_rows import calls_due
from bot.store.case_rows import undecided_cases
from bot.store.comparison_rows import comparisons_due
from bot.store.early_reply_rows import threads_with_replies_due
from bot.store.escalation_rows import due_escalations
from bot.store.home_rows import homes_due
from bot.store.passed_file_rows import due_files, files_to_forget
from bot.store.photo_rows import due_photos, media_to_forget
from bot.store.reminder_rows import reminders_due
from bot.store.said_rows import due_messages
from bot.store.scale_rows import charts_due
from bot.store.second_opinion_rows import overdue_seconds, seconds_to_ask
from bot.store.unkept_rows import unkept_to_forget
from bot.wiring import Services
from jobs import deliver
from jobs.house import services

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
HEARTBEAT = "sweep"


def sweep_once(id: str) -> None:
    """The RQ job; its id is only the name under which it was rung."""
    tick(services())


def tick(house: Services) -> list[tuple[Work, str]]:
    """Rings for everything that is due now. What is critical is done here and now when nobody
    hears the bell. Returns what was due."""
    due = ring_for_what_is_due(house)
    with house.acting() as tx:
        tx.beat(HEARTBEAT)
    return due


def ring_for_what_is_due(
    house: Services, *, nobody_listens: bool = False
) -> list[tuple[Work, str]]:
    """`nobody_listens`: what is critical is done here, however well the bell sounds."""
    now = house.clock()
    with house.store.snapshot() as snapshot:
        due: list[tuple[Work, str]] = [
            *((Work.ESCALATE_CASE, id) for id in due_escalations(snapshot, now)),
            *due_messages(snapshot, now),
            *due_photos(snapshot, now),
            *((Work.DECIDE_CASE, id) for id in undecided_cases(snapshot, now)),
            *((Work.SECOND_READ, id) for id in seconds_to_ask(snapshot, now)),
            *((Work.DRAW_CHART, id) for id in charts_due(snapshot, now)),
            *((Work.DRAW_COMPARISON, id) for id in comparisons_due(snapshot, now)),
            *((Work.CARRY_FILE, id) for id in due_files(snapshot, now)),
            *((Work.PUBLISH_HOME, id) for id in homes_due(snapshot, now)),
            *((Work.DELETE_MEDIA, id) for id in media_to_forget(snapshot, now)),
            *((Work.DELETE_MEDIA, id) for id in files_to_forget(snapshot, now)),
            *((Work.DELETE_MEDIA, id) for id in unkept_to_forget(snapshot, now)),
        ]
        unended = calls_due(snapshot, now)
        unheard = overdue_seconds(snapshot, now)
        forgotten = reminders_due(snapshot, now)
        early = threads_with_replies_due(snapshot, now)
    for work, id in due:
        heard = house.doorbell.ring(work, id) and not nobody_listens
        if not heard and QUEUE_OF[work] is Queue.CRITICAL:
            with _alone(work):
                _do_here(house, work, id)
    for id in unended:
        with _alone("call"), house.acting() as tx:
            follow_call(tx, id, house.rules)
    for id in unheard:
        with _alone(Work.SECOND_READ), house.acting() as tx:
            weigh(tx, id, None, house.rules)
    for id in forgotten:
        with _alone("reminder"), house.acting() as tx:
            remind(tx, id, house.rules)
    for root in early:
        with _alone("early_reply"), house.acting() as tx:
            take_up_replies(tx, root, house.rules)
    with _alone("early_reports"), house.acting() as tx:
        hear_early_reports(tx, house.rules)
    return due


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """One row that cannot be worked on must not hold up the others, whose deadlines are due."""
    try:
        yield
    except Exception as error:
        log.error("due_failed", extra={"what": what, "error": type(error).__name__})


def _do_here(house: Services, work: Work, id: str) -> None:
    log.warning("done_here", extra={"work": work, "id": id})
    if work is Work.ESCALATE_CASE:
        with house.acting() as tx:
            climb_ladder(tx, id, house.rules)
    elif work is Work.DELIVER_ALARM:
        deliver.run(house, id)
    elif work is Work.DECIDE_CASE:
        with house.acting() as tx:
            decide_case(tx, id, house.rules)


def run_sweep() -> None:
    """Ticks until SIGTERM. A tick that fails is logged, and the next one comes all the same."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    house = services()
    while not stop.wait(EVERY_SECONDS):
        try:
            tick(house)
        except Exception as error:
            # The sweep is what everything else leans on: it must outlive a locked database.
            log.error("sweep_failed", extra={"error": type(error).__name__})
