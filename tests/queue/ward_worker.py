"""A real worker process for the tests: `ward_worker.py QUEUE REDIS_URL`."""

import json
import logging
import sys

import ward_jobs  # noqa: F401

from bot.core.work import Queue
from jobs.worker import run_worker


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {name: getattr(record, name, None) for name in ("work", "id", "error")}
        return json.dumps({"event": record.getMessage(), **fields})


if __name__ == "__main__":
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Json())
    logging.getLogger().addHandler(handler)
    run_worker(Queue(sys.argv[1]), redis_url=sys.argv[2])
