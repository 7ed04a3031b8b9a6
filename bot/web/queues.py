"""How many jobs wait and how many workers live, as Redis knows them."""

from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer

from bot.core.work import ALWAYS_WORKED, Queue
from bot.dispatch import queue_name, rq_queue

_ANSWERS_WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class QueueState:
    name: Queue
    waiting: int
    workers: int


@dataclass(frozen=True, slots=True)
class QueuesState:
    reachable: bool
    queues: tuple[QueueState, ...]


def queue_state(redis_url: str) -> QueuesState:
    """Without Redis: not reachable, and no numbers. A queue that a site need not have is named
    only where something waits or works there."""
    connection: Redis = Redis.from_url(
        redis_url,
        socket_connect_timeout=_ANSWERS_WITHIN,
        socket_timeout=_ANSWERS_WITHIN,
        retry=None,
    )
    try:
        with connection:
            states = tuple(_state(queue, connection) for queue in Queue)
    except RedisError:
        return QueuesState(False, ())
    used = (s for s in states if s.name in ALWAYS_WORKED or s.workers or s.waiting)
    return QueuesState(True, tuple(used))


def _state(queue: Queue, connection: Redis) -> QueueState:
    rq_side = rq_queue(queue_name(queue), connection)
    workers = Worker.all(connection, queue=rq_side, serializer=JSONSerializer)
    return QueueState(queue, rq_side.count, len(workers))
