"""What RQ leaves behind when a worker dies: jobs taken and not begun, and runs never ended."""

import time

import rq
from rq.executions import Execution, ExecutionRegistry
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job
from rq.worker import BaseWorker

TAKEN_AT_MOST = 3.0
CLEANING_AT_MOST = 5

_GIVE_BACK = """
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 1 and redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('LPUSH', KEYS[2], ARGV[1])
end
"""


class _NoCleanup(IntermediateQueue):
    """RQ remembers for a day when it first saw an id, and then fails a healthy job of that id."""

    def cleanup(self, worker: BaseWorker, queue: rq.Queue) -> None:
        pass


class WardQueue(rq.Queue):
    @property
    def intermediate_queue(self) -> IntermediateQueue:
        return _NoCleanup(self.key, connection=self.connection)

    def acquire_maintenance_lock(self) -> bool:
        # RQ's lock lasts 15 minutes, so a worker killed in maintenance would stop all takeover.
        lock = self.connection.set(self.registry_cleaning_key, 1, nx=True, ex=CLEANING_AT_MOST)
        return bool(lock)


def give_back_taken_jobs(queue: rq.Queue, first_seen: dict[str, float]) -> None:
    """Returns to the queue what has been taken for TAKEN_AT_MOST seconds and runs nowhere.

    `first_seen` is the caller's memory between calls: monotonic seconds by job id.
    """
    taken = queue.intermediate_queue.get_job_ids()
    for gone in first_seen.keys() - set(taken):
        del first_seen[gone]
    running = set(queue.started_job_registry.get_job_ids(cleanup=False)) if taken else set()
    now = time.monotonic()
    for job in taken:
        if now - first_seen.setdefault(job, now) < TAKEN_AT_MOST or job in running:
            continue
        keys = (queue.intermediate_queue.key, queue.key, queue.job_class.key_for(job))
        queue.connection.eval(_GIVE_BACK, len(keys), *keys, job)
        del first_seen[job]


def forget_lost_runs(job: Job) -> None:
    """Drops the runs of `job` of which nothing but the id is left, or the id and a heartbeat.

    RQ lists a run for a minute longer than it keeps it, and a worker that slept through the keeping
    writes its heartbeat all the same. Until then a job fails as soon as it is done, and is done
    again until its retries are spent.
    """
    runs = ExecutionRegistry(job.id, job.connection)
    for id in runs.get_execution_ids():
        run = Execution(id, job.id, job.connection)
        if not job.connection.hexists(run.key, "created_at"):
            job.connection.zrem(runs.key, id)
