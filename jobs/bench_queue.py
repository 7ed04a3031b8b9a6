"""How long a job waits for its process: milliseconds from the ring to the first line of the job.

`python -m jobs.bench_queue --jobs 100 --preload torch`
"""

import argparse
import importlib
import statistics
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import rq
from redis import Redis

from bot.core.work import Queue
from bot.dispatch import place, queue_name, rq_queue
from bot.redis_server import embedded_redis
from jobs.worker import run_worker


def note_the_time(path: str) -> None:
    note = Path(path + ".part")
    note.write_text(str(time.monotonic()))
    note.rename(path)


def waits(jobs: int, preload: list[str], directory: Path) -> list[float]:
    """Milliseconds per job, one job at a time, with a warm worker."""

    def import_all() -> None:
        for module in preload:
            importlib.import_module(module)

    with embedded_redis(directory / "redis") as url:
        worker = get_context("fork").Process(
            target=run_worker,
            args=(Queue.ROUTINE,),
            kwargs={"redis_url": url, "preload": import_all},
        )
        worker.start()
        queue = rq_queue(queue_name(Queue.ROUTINE), Redis.from_url(url))
        measured = [_wait(queue, f"job-{n}", directory / str(n)) for n in range(jobs + 1)]
        worker.terminate()
        worker.join()
    return measured[1:]


def _wait(queue: rq.Queue, job: str, note: Path) -> float:
    rung = time.monotonic()
    place(queue, job, "jobs.bench_queue.note_the_time", str(note), 60)
    while not note.exists():
        time.sleep(0.001)
    return 1000 * (float(note.read_text()) - rung)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m jobs.bench_queue", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--preload", nargs="*", default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        measured = waits(chosen.jobs, chosen.preload, Path(directory))
    tenths = statistics.quantiles(measured, n=20)
    print(f"jobs {len(measured)}  median {statistics.median(measured):.1f} ms", end="  ")
    print(f"p95 {tenths[-1]:.1f} ms  most {max(measured):.1f} ms")


if __name__ == "__main__":
    main()
