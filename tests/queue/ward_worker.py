"""A real worker process for the tests: `ward_worker.py QUEUE REDIS_URL`."""

import sys

import ward_jobs  # noqa: F401

from bot.core.work import Queue
from bot.logs import set_up_logs
from jobs.worker import run_worker

if __name__ == "__main__":
    set_up_logs()
    run_worker(Queue(sys.argv[1]), redis_url=sys.argv[2])
