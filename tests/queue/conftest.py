import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from bot.core.work import QUEUE_OF, Queue, Work
from bot.dispatch import JobEntry, RqDoorbell, queue_name, rq_queue
from bot.lifeline import tied
from bot.redis_server import EmbeddedRedis
from tests.ports import hold_port, port_of

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent

JOBS = {
    Work.FETCH_PHOTO: JobEntry("ward_jobs.do_slowly", 30),
    Work.ASSESS_PHOTO: JobEntry("ward_jobs.do_slowly_at_first", 120),
    Work.DECIDE_CASE: JobEntry("ward_jobs.do", 30),
    Work.ESCALATE_CASE: JobEntry("ward_jobs.crash", 30),
    Work.DELIVER_ALARM: JobEntry("ward_jobs.fail", 30),
    Work.DELIVER_MESSAGE: JobEntry("ward_jobs.do", 30),
    Work.CARRY_FILE: JobEntry("ward_jobs.do_when_told", 60),
    Work.SWEEP: JobEntry("ward_jobs.do", 30),
}


@dataclass(frozen=True)
class Line:
    word: str
    id: str
    pid: int
    at: float


class Ward:
    """A Redis, its doorbell, its workers, and the book in which the jobs write."""

    def __init__(self, directory: Path, redis: EmbeddedRedis) -> None:
        self.directory = directory
        self.redis = redis
        # A webhook waits half a second, and the sweep rings again. No sweep runs here.
        self.doorbell = RqDoorbell(redis.url, JOBS, answers_within=60)
        self._book = directory / "book"
        self._workers: list[subprocess.Popen[bytes]] = []

    @property
    def client(self) -> Redis:
        return Redis.from_url(self.redis.url)

    def queue(self, work: Work):
        return rq_queue(queue_name(QUEUE_OF[work]), self.client)

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text()

    def book(self, word: str, id: str) -> list[Line]:
        if not self._book.exists():
            return []
        rows = (row.split() for row in self._book.read_text().splitlines())
        lines = [Line(row[0], row[1], int(row[2]), float(row[3])) for row in rows]
        return [line for line in lines if (line.word, line.id) == (word, id)]

    def tells(self, id: str) -> None:
        """Lets `do_when_told` end."""
        with self._book.open("a") as book:
            book.write(f"go {id} 0 0\n")

    def begins_work(self, queue: Queue) -> subprocess.Popen[bytes]:
        """A worker comes on duty; returns once it is listening."""
        environment = {
            **os.environ,
            "WARD_BOOK": str(self._book),
            "PYTHONPATH": f"{HERE}{os.pathsep}{CHECKOUT}",
        }
        with (self.directory / "log").open("ab") as log:
            worker = subprocess.Popen(
                tied([sys.executable, str(HERE / "ward_worker.py"), queue, self.redis.url]),
                env=environment,
                stdout=log,
                stderr=log,
            )
        self._workers.append(worker)
        listening = f"rq:worker:{queue}-{worker.pid}-*"
        self.until(lambda: self.client.keys(listening))
        return worker

    def until(self, seen: Callable[[], object], within: float = 60) -> None:
        """Waits for something to be seen."""
        began = time.monotonic()
        while not seen():
            if time.monotonic() - began > within:
                pytest.fail(f"not seen within {within} s; log:\n{self.log}")
            time.sleep(0.02)

    def goes_home(self) -> None:
        for worker in self._workers:
            with suppress(ProcessLookupError):
                worker.send_signal(signal.SIGKILL)
            worker.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with hold_port() as held, EmbeddedRedis(tmp_path / "redis", port_of(held)) as redis:
        ward = Ward(tmp_path, redis)
        # While the disk is slow, "everysec" keeps up to two seconds back from a Redis that is
        # then killed: what it forgets is the matter of other tests.
        ward.client.config_set("appendfsync", "no")
        try:
            yield ward
        finally:
            ward.goes_home()
