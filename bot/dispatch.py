"""Rings the doorbell on RQ. Redis holds ids only, and at most one waiting job per work and id."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import rq
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import RedisError
from redis.retry import Retry as ConnectionRetry
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now

from bot.core.work import QUEUE_OF, Queue, Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobEntry:
    """`path` is the job's dotted name, which takes one id; `timeout` is in seconds."""

    path: str
    timeout: int


JOBS: Mapping[Work, JobEntry] = {
    Work.FETCH_PHOTO: JobEntry("jobs.fetch.fetch_photo", 120),
    Work.ASSESS_PHOTO: JobEntry("jobs.assess.assess_photo", 240),
    Work.SECOND_READ: JobEntry("jobs.second_read.second_read", 900),
    Work.DECIDE_CASE: JobEntry("jobs.decide.decide_case", 300),
    Work.ESCALATE_CASE: JobEntry("jobs.escalate.escalate_case", 90),
    Work.DELIVER_ALARM: JobEntry("jobs.deliver.deliver_message", 90),
    Work.DELIVER_MESSAGE: JobEntry("jobs.deliver.deliver_message", 90),
    Work.CARRY_FILE: JobEntry("jobs.carry_file.carry_file", 120),
    Work.DELETE_MEDIA: JobEntry("jobs.delete_media.delete_media", 90),
    Work.DRAW_CHART: JobEntry("jobs.draw_chart.draw_chart", 90),
    Work.DRAW_COMPARISON: JobEntry("jobs.draw_comparison.draw_comparison", 90),
    Work.PUBLISH_HOME: JobEntry("jobs.publish_home.publish_home", 90),
    Work.PHRASE_ANSWER: JobEntry("jobs.phrase_answer.phrase_answer", 30),
    Work.SWEEP: JobEntry("jobs.sweep.sweep_once", 90),
}

# A killed worker spends one. What still fails is rung again by the sweep, from its row.
RETRIES = 2
FAILURE_KEPT = 3600
AGAIN_KEPT = 3600
REDIS_ANSWERS_WITHIN = 0.5
SILENCE_AFTER_FAILURE = 1.0


class Ring(StrEnum):
    """What became of a ring: a new job, one that waits already, or one more run after this one."""

    QUEUED = "queued"
    WAITING = "waiting"
    AGAIN = "again"


# RQ's own `unique` refuses an id as long as its hash exists, also when the job failed, is lost, or
# is running and has read its row already.
_RING = """
-- First, as a full Redis refuses it: no worker could take what it let in after a DEL.
redis.call('SADD', KEYS[7], KEYS[2])
local id = ARGV[1]
local status = redis.call('HGET', KEYS[1], 'status')
if status == 'queued' then
  if redis.call('LPOS', KEYS[2], id) or redis.call('LPOS', KEYS[3], id) then
    return 'waiting'
  end
elseif status == 'started' then
  for _, execution in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
    if string.sub(execution, 1, #id + 1) == id .. ':' then
      redis.call('SET', KEYS[6], '1', 'EX', ARGV[2])
      return 'again'
    end
  end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('ZREM', KEYS[5], id)
redis.call('RPUSH', KEYS[2], id)
return 'queued'
"""


def queue_name(queue: Queue) -> str:
    return f"vigia-{queue}"


def job_id(work: Work, id: str) -> str:
    return f"{work}-{id}"


def work_and_id(job: str) -> tuple[str, str]:
    """The inverse of `job_id`: no Work has a dash in its name."""
    work, _, id = job.partition("-")
    return work, id


def again_key(job: str) -> str:
    return f"vigia:again:{job}"


def rq_queue(name: str, connection: Redis) -> rq.Queue:
    return rq.Queue(name, connection=connection, serializer=JSONSerializer)


def place(queue: rq.Queue, job: str, path: str, argument: str, timeout: int) -> Ring:
    """Puts a job on the queue unless it waits there already. Raises redis' errors."""
    new = queue.create_job(
        path,
        args=(argument,),
        job_id=job,
        timeout=timeout,
        result_ttl=0,
        failure_ttl=FAILURE_KEPT,
        description=job,
        retry=rq.Retry(max=RETRIES),
    )
    new.enqueued_at = now()
    new.origin = queue.name
    fields = [part for pair in new.to_dict().items() for part in pair]
    answer: bytes = queue.connection.eval(
        _RING,
        7,
        new.key,
        queue.key,
        queue.intermediate_queue.key,
        queue.started_job_registry.key,
        queue.failed_job_registry.key,
        again_key(job),
        rq.Queue.redis_queues_keys,
        job,
        AGAIN_KEPT,
        *fields,
    )
    return Ring(answer.decode())


def ring_once_more(queue: rq.Queue, job: Job) -> bool:
    """Places a finished job anew if somebody rang for it while it ran."""
    redis = queue.connection
    # A Redis emptied during the run takes such a ring for a first one, and RQ then deletes its
    # hash together with that of the run: the id waits in the list for a job that is no more.
    emptied = not redis.exists(job.key) and redis.lrem(queue.key, 0, job.id)
    if redis.getdel(again_key(job.id)) is None and not emptied:
        return False
    place(queue, job.id, str(job.func_name), str(job.args[0]), int(job.timeout or 0))
    return True


def _connect(redis_url: str, answers_within: float) -> Redis:
    connection: Redis = Redis.from_url(
        redis_url,
        socket_connect_timeout=answers_within,
        socket_timeout=answers_within,
        # Once, for a pooled connection that a restarted Redis has closed.
        retry=ConnectionRetry(NoBackoff(), 1, supported_errors=(RedisGone,)),
    )
    return connection


class RqDoorbell:
    """The doorbell that wakes RQ workers through Redis, which is given `answers_within` seconds."""

    def __init__(
        self,
        redis_url: str,
        jobs: Mapping[Work, JobEntry] = JOBS,
        *,
        answers_within: float = REDIS_ANSWERS_WITHIN,
    ) -> None:
        self._jobs = jobs
        self._connection = _connect(redis_url, answers_within)
        self._silent_until = 0.0

    def ring(self, work: Work, id: str) -> bool:
        # A webhook that rings several times must not wait for a dead Redis each time.
        if time.monotonic() < self._silent_until:
            return False
        entry = self._jobs[work]
        queue = rq_queue(queue_name(QUEUE_OF[work]), self._connection)
        try:
            place(queue, job_id(work, id), entry.path, id, entry.timeout)
        except RedisError as error:
            self._silent_until = time.monotonic() + SILENCE_AFTER_FAILURE
            extra = {"work": work, "id": id, "error": type(error).__name__}
            log.warning("doorbell_unheard", extra=extra)
            return False
        return True
