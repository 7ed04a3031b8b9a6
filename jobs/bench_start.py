"""How long the house takes to stand: seconds from its start, every process of the Procfile at once.

`python -m jobs.bench_start --times 3 --beside 4`: beside so many processes that compute.
"""

import argparse
import json
import multiprocessing
import socket
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from redis import Redis
from slack_sdk.signature import SignatureVerifier

from bot.core.work import ALWAYS_WORKED
from bot.demo.environment import DemoEnvironment, prepare
from bot.dispatch import place, queue_name, rq_queue
from bot.procfile import running_house
from bot.settings import CHECKOUT, read_settings
from bot.store.migrate import migrate
from bot.wiring import build

_PATIENCE = 120.0


def start(folder: Path) -> dict[str, float]:
    """Seconds from the start to each thing that a chat service or a nurse waits for."""
    house = prepare()
    migrate(build(read_settings(house.environ)).store.engine)
    waits: dict[str, Callable[[], bool]] = {
        "the port opens": lambda: _port_is_open(house),
        "the first webhook is answered": lambda: _webhook_is_answered(house),
    }
    for queue in sorted(ALWAYS_WORKED):
        waits[f"the first job of {queue}"] = (folder / queue).exists
    measured: dict[str, float] = {}
    with house.logs.open("w") as log:
        started = time.monotonic()
        with running_house(CHECKOUT / "Procfile", house.environ, output=log):
            _ring_every_queue(house, folder)
            watching = [
                threading.Thread(target=_wait, args=(name, true, started, measured))
                for name, true in waits.items()
            ]
            for thread in watching:
                thread.start()
            for thread in watching:
                thread.join()
    return {name: measured[name] for name in waits}


def _wait(name: str, true: Callable[[], bool], started: float, measured: dict[str, float]) -> None:
    while not true():
        if time.monotonic() - started > _PATIENCE:
            raise TimeoutError(name)
        time.sleep(0.02)
    measured[name] = time.monotonic() - started


def _port_is_open(house: DemoEnvironment) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(house.environ["PORT"]))) == 0


def _webhook_is_answered(house: DemoEnvironment) -> bool:
    body, stamp = json.dumps({"type": "url_verification", "challenge": "c"}), str(int(time.time()))
    signed = SignatureVerifier(house.environ["SLACK_SIGNING_SECRET"]).generate_signature(
        timestamp=stamp, body=body
    )
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signed),
    }
    try:
        url = f"{house.public_url}/webhooks/slack"
        return requests.post(url, body, headers=headers, timeout=_PATIENCE).ok
    except requests.ConnectionError:
        return False


def _ring_every_queue(house: DemoEnvironment, folder: Path) -> None:
    with Redis.from_url(house.environ["REDIS_URL"]) as redis:
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
    for name, all_seconds in measured.items():
        print(f"{name:32} median {statistics.median(all_seconds):5.1f} s", end="  ")
        print(f"most {max(all_seconds):5.1f} s")


if __name__ == "__main__":
    main()
