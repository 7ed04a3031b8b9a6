"""Checks the sweep and the workers from a process of its own: what is late is told to the admins,
and what is critical is done here."""

import logging
import signal
import threading
from datetime import datetime

from bot.actions.escalating import alert
from bot.core.watch import Late, find_late
from bot.store.late_rows import oldest_due
from bot.wiring import Services
from jobs.house import services
from jobs.sweep import ring_for_what_is_due

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
HEARTBEAT = "auditor"


def audit_once(house: Services, started_at: datetime) -> dict[Late, datetime]:
    """Tells the admins once for each thing that is late; returns what was late since when."""
    with house.store.snapshot() as snapshot:
        late = find_late(oldest_due(snapshot, started_at), house.clock())
    with house.acting() as tx:
        tx.beat(HEARTBEAT)
        for what, since in late.items():
            key = f"{what}:{since.isoformat()}"
            alert(tx, f"late_{what}", house.rules, code=None, key=key)
    if late:
        log.error("late", extra={"what": ",".join(late)})
        ring_for_what_is_due(house, nobody_listens=True)
    return late


def run_auditor() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    house = services()
    started_at = house.clock()
    while not stop.wait(EVERY_SECONDS):
        try:
            audit_once(house, started_at)
        except Exception as error:
            # Like the sweep, it must outlive a locked database.
            log.error("audit_failed", extra={"error": type(error).__name__})
