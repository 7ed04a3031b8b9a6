"""One RQ worker for one queue: each job in a fork of a process that is already warm."""

import gc
import logging
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import rq
import rq.worker_registration
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import RedisError
from redis.retry import Retry as ConnectionRetry
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from bot.core.work import Queue
from bot.dispatch import queue_name, ring_once_more
from bot.lifeline import die_with_parent
from jobs.failures import bare_traceback, log_failure, tell
from jobs.takeover import WardQueue, forget_lost_runs, give_back_taken_jobs

log = logging.getLogger(__name__)

HEARTBEAT_EVERY = 2
SILENT_AFTER = 8
REDIS_RETRY_EVERY = 1.0


class WardWorker(rq.Worker):
    """Takes over from a dead peer within SILENT_AFTER + HEARTBEAT_EVERY seconds, once idle."""

    queue_class = WardQueue
    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def __init__(self, queue: Queue, connection: Redis) -> None:
        name = f"{queue}-{os.getpid()}-{secrets.token_hex(2)}"
        super().__init__(
            [queue_name(queue)],
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            exception_handlers=[log_failure],
            maintenance_interval=HEARTBEAT_EVERY,
            job_monitoring_interval=HEARTBEAT_EVERY,
            worker_ttl=SILENT_AFTER,
            log_job_description=False,
        )
        self._first_seen: dict[str, float] = {}

    @property
    def stopping(self) -> bool:
        return self._shutdown_requested_date is not None

    @property
    def dequeue_timeout(self) -> int:
        return HEARTBEAT_EVERY

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return SILENT_AFTER

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(2 * SILENT_AFTER, pipeline=pipeline)

    def run_maintenance_tasks(self) -> None:
        # An emptied Redis has forgotten who works here; so have colleagues of one who slept.
        self.connection.hset(self.key, mapping=self.serialize())
        rq.worker_registration.register(self)
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        for queue in self.queues:
            give_back_taken_jobs(queue, self._first_seen)

    # RQ's listener for remote commands is a thread; forking is only safe without one.
    def subscribe(self) -> None:
        pass

    def unsubscribe(self) -> None:
        pass

    def fork_work_horse(self, job: Job, queue: rq.Queue) -> None:
        self._parent = os.getpid()
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: rq.Queue) -> None:
        # An orphan would do the job a second time, beside the peer that took it over.
        die_with_parent(self._parent)
        super().main_work_horse(job, queue)

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        # Without Redis the horse works on. A worker that left it would set a second one beside it.
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def perform_job(self, job: Job, queue: rq.Queue, execution: Execution) -> bool:
        done: bool = super().perform_job(job, queue, execution)
        ring_once_more(queue, job)
        return done

    def handle_job_success(
        self,
        job: Job,
        queue: rq.Queue,
        started_job_registry: StartedJobRegistry,
        execution: Execution,
    ) -> None:
        forget_lost_runs(job)
        if self.connection.hexists(job.key, "status"):
            super().handle_job_success(job, queue, started_job_registry, execution)
            return
        # Redis was emptied, or a colleague did it too and was done first. RQ would call that a
        # failure, and do the job again.
        with self.connection.pipeline() as pipeline:
            self.cleanup_execution(job, pipeline, execution)
            pipeline.delete(job.key)
            pipeline.execute()

    def handle_exception(self, job: Job, *exc_info: object) -> None:
        # RQ's own would log the message and the arguments.
        log_failure(job, *exc_info)  # type: ignore[arg-type]

    def handle_job_failure(
        self,
        job: Job,
        queue: rq.Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",
        execution: Execution | None = None,
    ) -> None:
        error = sys.exception()
        said = exc_string if error is None else bare_traceback(error)
        queue.intermediate_queue.remove(job.id)
        super().handle_job_failure(job, queue, started_job_registry, said, execution)

    def handle_work_horse_killed(self, job: Job, retpid: int, ret_val: int, rusage: object) -> None:
        killed = ret_val is not None and os.WIFSIGNALED(ret_val)
        tell(job, signal.Signals(os.WTERMSIG(ret_val)).name if killed else "WorkHorseLost")


def run_worker(
    queue: Queue,
    *,
    redis_url: str,
    preload: Callable[[], None] | None = None,
    burst: bool = False,
) -> None:
    """Works on one queue until SIGTERM, which lets the running job finish.

    `preload` runs once, before the first fork: import the jobs, load the model. It must leave no
    thread, and no connection that a fork would share. `burst` returns once the queue is empty.
    """
    if preload is not None:
        preload()
    # The forks then share these pages instead of copying them when they collect garbage.
    gc.collect()
    gc.freeze()
    connection: Redis = Redis.from_url(
        redis_url,
        socket_connect_timeout=2.0,
        retry=ConnectionRetry(NoBackoff(), 0),
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _go_home)
    with suppress(StopRequested):
        while not _work_until_redis_goes(queue, connection, burst=burst):
            time.sleep(REDIS_RETRY_EVERY)


def _work_until_redis_goes(queue: Queue, connection: Redis, *, burst: bool) -> bool:
    """Whether the worker was done, rather than left by Redis."""
    worker = None
    try:
        worker = WardWorker(queue, connection)
        worker.work(burst=burst, logging_level="WARNING")
        return burst or worker.stopping
    except RedisError as error:
        log.warning("redis_away", extra={"error": type(error).__name__})
        return worker is not None and worker.stopping
    finally:
        # RQ's own handlers would go on asking a worker that is no more.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _go_home)


def _go_home(number: int, frame: object) -> None:
    raise StopRequested
