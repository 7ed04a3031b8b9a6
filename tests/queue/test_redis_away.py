import os
import time
from pathlib import Path

from bot.core.work import QUEUE_OF, Queue, Work
from tests.queue.conftest import alive


def test_an_idle_worker_waits_for_redis_and_comes_back(ward):
    """A worker outlives a restart of Redis, hardly uses the processor meanwhile, and works on."""
    worker = ward.begins_work(Queue.CRITICAL)
    ward.redis.kill()
    before = _cpu_seconds(worker)
    time.sleep(3)
    assert _cpu_seconds(worker) - before < 0.3
    ward.redis.start()
    ward.until(lambda: ward.doorbell.ring(Work.DECIDE_CASE, "c1"))
    ward.until(lambda: ward.book("done", "c1"))
    assert worker.poll() is None


def test_a_waiting_job_survives_a_killed_redis(ward):
    """What was rung before Redis was killed is done after it is back."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.redis.kill()
    ward.redis.start()
    ward.begins_work(Queue.CRITICAL)
    ward.until(lambda: ward.book("done", "c1"))


def test_a_job_that_ends_while_redis_is_away_is_not_lost_and_its_worker_comes_back(ward):
    """A job whose end could not be noted runs once more."""
    worker = ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: ward.book("begun", "f1"))
    ward.redis.kill()
    ward.tells("f1")
    ward.until(lambda: not alive(ward.book("begun", "f1")[0].pid))
    assert len(ward.book("done", "f1")) == 1
    ward.redis.start()
    ward.until(lambda: len(ward.book("done", "f1")) == 2)
    assert worker.poll() is None


def test_an_emptied_redis_knows_its_workers_again(ward):
    """After every key was deleted, the workers are seen on the dashboard and do new work."""
    ward.begins_work(Queue.CRITICAL)
    ward.client.flushall()
    ward.until(lambda: ward.client.scard("rq:workers") == 1)
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.until(lambda: ward.book("done", "c1"))


def test_a_redis_emptied_while_a_job_runs_leaves_nothing_behind(ward):
    """The running job ends, and the same work can be rung again."""
    ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.FETCH_PHOTO, "p1")
    ward.until(lambda: ward.book("begun", "p1"))
    ward.client.flushall()
    ward.until(lambda: ward.book("done", "p1"))
    ward.until(lambda: not ward.client.exists("rq:job:fetch_photo-p1"))
    ward.doorbell.ring(Work.FETCH_PHOTO, "p1")
    ward.until(lambda: len(ward.book("done", "p1")) == 2)


def test_a_ring_after_redis_was_emptied_is_heard_although_the_same_work_runs(ward):
    """The job runs once more after the run that the emptied Redis knew nothing of."""
    ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.FETCH_PHOTO, "p1")
    ward.until(lambda: ward.book("begun", "p1"))
    ward.client.flushall()
    ward.doorbell.ring(Work.FETCH_PHOTO, "p1")
    ward.until(lambda: len(ward.book("done", "p1")) == 2)


def test_a_worker_that_was_busy_when_redis_was_emptied_is_seen_again(ward):
    """It beats its heart while the job runs, and is counted among the workers afterwards."""
    ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: ward.book("begun", "f1"))
    ward.client.flushall()
    ward.until(lambda: ward.client.keys("rq:worker:*"))
    ward.tells("f1")
    ward.until(lambda: ward.client.scard("rq:workers") == 1)
    assert not ward.client.keys("rq:job:*")
    assert "job_failed" not in ward.log
    assert len(ward.book("begun", "f1")) == 1


def test_a_worker_stays_with_its_job_while_redis_is_away(ward):
    """It does not go and begin another job beside the one that still runs."""
    ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: ward.book("begun", "f1"))
    before = ward.client.smembers("rq:workers")
    ward.redis.kill()
    time.sleep(3)
    ward.redis.start()
    ward.tells("f1")
    ward.until(lambda: not ward.client.exists("rq:job:carry_file-f1"))
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: len(ward.book("done", "f1")) == 2)
    assert ward.client.smembers("rq:workers") == before
    assert "job_failed" not in ward.log


def test_a_worker_without_redis_still_goes_home_when_asked(ward):
    """SIGTERM ends a worker that waits for Redis."""
    worker = ward.begins_work(Queue.CRITICAL)
    ward.redis.kill()
    time.sleep(1.5)
    worker.terminate()
    assert worker.wait(timeout=60) == 0


def _cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")
