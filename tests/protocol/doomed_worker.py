"""A real worker whose jobs are killed, each at another stage: `doomed_worker QUEUE DEATHS`.

Each stage kills once: a file in the folder DEATHS says that it has. Leases are shortened, so that
nobody waits long for what the dead had claimed.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import jobs.assess
import jobs.decide
import jobs.deliver
import jobs.escalate
import jobs.fetch
from bot.actions import deciding
from bot.core.work import Queue
from bot.logs import set_up_logs
from bot.settings import redis_url
from bot.store import outbox_rows
from jobs.vision.readers import load_reader
from jobs.worker import run_worker

_BEFORE, _AFTER = "before", "after"
# By stage: the module's name that is reached, and whether death comes before or after it. What
# happens after a row's write and before the end of its `with` is not committed.
_PLACES: dict[str, tuple[Any, str, str]] = {
    "fetch_claiming": (jobs.fetch, "claim_photo", _AFTER),
    "fetch_downloaded": (jobs.fetch, "clean_copy", _BEFORE),
    "fetch_storing": (jobs.fetch, "store_photo", _AFTER),
    "fetch_stored": (jobs.fetch, "run", _AFTER),
    "assess_claiming": (jobs.assess, "claim_photo", _AFTER),
    "assess_read": (jobs.assess, "save_reading", _BEFORE),
    "assess_saving": (jobs.assess, "save_reading", _AFTER),
    "assess_saved": (jobs.assess, "run", _AFTER),
    "decide_begun": (deciding, "decide_case", _BEFORE),
    "decide_deciding": (deciding, "decide_case", _AFTER),
    "decide_decided": (jobs.decide, "decide_case", _AFTER),
    "deliver_claiming": (jobs.deliver, "claim_message", _AFTER),
    "deliver_claimed": (jobs.deliver, "_send", _BEFORE),
    "deliver_sent": (jobs.deliver, "mark_sent", _BEFORE),
    "deliver_noting": (jobs.deliver, "mark_sent", _AFTER),
    "deliver_noted": (jobs.deliver, "run", _AFTER),
}
STAGES = frozenset(_PLACES)


def _doom(deaths: Path, stage: str) -> None:
    module, name, when = _PLACES[stage]
    do: Callable[..., Any] = getattr(module, name)

    @wraps(do)
    def doomed(*given: Any, **more: Any) -> Any:
        if when == _BEFORE:
            _die_once(deaths / stage)
        done = do(*given, **more)
        if when == _AFTER:
            _die_once(deaths / stage)
        return done

    setattr(module, name, doomed)


def _die_once(mark: Path) -> None:
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    queue, folder = Queue(sys.argv[1]), Path(sys.argv[2])
    set_up_logs()
    jobs.fetch.FETCH_LEASE = timedelta(seconds=3)  # type: ignore[misc]
    jobs.assess.READING_LEASE = timedelta(seconds=5)  # type: ignore[misc]
    # One photo may meet every one of these deaths: then it would be given up, as it should be.
    jobs.assess.MAX_ATTEMPTS = 10  # type: ignore[misc]
    outbox_rows.SEND_LEASE = timedelta(seconds=3)  # type: ignore[misc]
    for one in STAGES:
        _doom(folder, one)
    os.environ["OMP_NUM_THREADS"] = "1"
    warm = load_reader if queue is Queue.READING else None
    run_worker(queue, redis_url=redis_url(os.environ), preload=warm)
