"""How long the house takes to stand, in seconds from the start of every process at once, and then
to acknowledge each word of /vigia, for which Slack leaves three.

`python -m jobs.bench_start --times 3 --beside 4`: beside so many processes that only compute.
"""

import argparse
import multiprocessing
import socket
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from bot.core.staff import Language, Role
from bot.core.work import ALWAYS_WORKED
from bot.demo.environment import DemoEnvironment, prepare
from bot.dispatch import place, queue_name, rq_queue
from bot.procfile import running_house
from bot.settings import CHECKOUT, read_settings
from bot.store.migrate import migrate
from bot.store.staff_rows import enrol
from bot.web.sandbox import Sandbox
from bot.wiring import build

_PATIENCE = 120.0
_NURSE = ("U0NURSE1", "Ana Rojas")
_TYPED = ("ayuda", "estado", "turno", "preguntar cada cuánto giro a un paciente")


def start(folder: Path) -> Mapping[str, float]:
    """Seconds, by what a chat service or a nurse waits for."""
    demo = prepare()
    _furnish(demo)
    sandbox = Sandbox(demo.sandbox)
    waits: dict[str, Callable[[], bool]] = {
        "the port opens": lambda: _is_open(int(demo.environ["PORT"])),
        "the first webhook is answered": sandbox.asks_challenge,
    }
    for queue in sorted(ALWAYS_WORKED):
        waits[f"the first job of {queue}"] = (folder / queue).exists
    measured: dict[str, float] = dict.fromkeys(waits, _PATIENCE)
    with sandbox.running(demo.sandbox_port), demo.logs.open("w") as log:
        started = time.monotonic()

        def wait(name: str) -> None:
            while not waits[name]() and time.monotonic() - started < _PATIENCE:
                time.sleep(0.02)
            measured[name] = time.monotonic() - started

        with running_house(CHECKOUT / "Procfile", demo.environ, output=log):
            _ring_every_queue(demo, folder)
            watching = [threading.Thread(target=wait, args=(name,)) for name in waits]
            for thread in watching:
                thread.start()
            for thread in watching:
                thread.join()
            nurse = sandbox.clinician(*_NURSE)
            for text in _TYPED:
                measured[f"/vigia {text}"] = nurse.commands("/vigia", text, "heridas").seconds
    return measured


def _furnish(demo: DemoEnvironment) -> None:
    house = build(read_settings(demo.environ))
    migrate(house.store.engine)
    user, name = _NURSE
    with house.acting() as tx:
        enrol(
            tx,
            name=name,
            role=Role.NURSE,
            language=Language.ES,
            phone=None,
            slack_user=user,
            actor="admin:bench",
        )


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ring_every_queue(demo: DemoEnvironment, folder: Path) -> None:
    with Redis.from_url(demo.environ["REDIS_URL"]) as redis:
        for queue in ALWAYS_WORKED:
            note = str(folder / queue)
            waiting = rq_queue(queue_name(queue), redis)
            place(waiting, f"start-{queue}", "jobs.bench_queue.note_the_time", note, 60)


def _compute() -> None:
    while True:
        pass


@contextmanager
def computing_beside(count: int) -> Iterator[None]:
    hogs = [multiprocessing.Process(target=_compute, daemon=True) for _ in range(count)]
    for hog in hogs:
        hog.start()
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m jobs.bench_start", description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--beside", type=int, default=0)
    chosen = parser.parse_args()
    measured: dict[str, list[float]] = defaultdict(list)
    with computing_beside(chosen.beside):
        for _ in range(chosen.times):
            with tempfile.TemporaryDirectory() as folder:
                for name, seconds in start(Path(folder)).items():
                    measured[name].append(seconds)
    for name, runs in measured.items():
        print(f"{name:48} median {statistics.median(runs):6.2f} s  most {max(runs):6.2f} s")


if __name__ == "__main__":
    main()
