import os
import signal
import time

import pytest

from bot.core.work import Queue, Work
from bot.dispatch import JOBS, RqDoorbell
from bot.redis_server import free_port


def test_ringing_twice_makes_one_job(ward):
    """A bell that nobody has answered yet is not rung a second time."""
    assert ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    assert ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    assert ward.queue(Work.DECIDE_CASE).job_ids == ["decide_case-c1"]


def test_a_finished_job_can_be_rung_again(ward):
    """A second ring after the work was done does it again."""
    ward.begins_work(Queue.CRITICAL)
    for times in (1, 2):
        ward.doorbell.ring(Work.DECIDE_CASE, "c1")
        ward.until(lambda times=times: len(ward.book("done", "c1")) == times)


def test_a_failed_job_can_be_rung_again(ward):
    """A job that used up its retries is not stuck in the failed ones."""
    worker = ward.begins_work(Queue.CRITICAL)
    ward.doorbell.ring(Work.ESCALATE_CASE, "e1")
    failed = ward.queue(Work.ESCALATE_CASE).failed_job_registry
    ward.until(lambda: failed.get_job_ids() == ["escalate_case-e1"])
    worker.terminate()
    worker.wait()
    ward.doorbell.ring(Work.ESCALATE_CASE, "e1")
    assert ward.queue(Work.ESCALATE_CASE).job_ids == ["escalate_case-e1"]
    assert failed.get_job_ids() == []


@pytest.mark.parametrize("status", ["queued", "started", "failed", "canceled"])
def test_an_orphaned_job_can_be_rung_again(ward, status):
    """A job's remains that no queue and no worker holds do not swallow a ring."""
    ward.client.hset("rq:job:decide_case-c1", mapping={"status": status})
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.begins_work(Queue.CRITICAL)
    ward.until(lambda: ward.book("done", "c1"))


def test_a_ring_while_the_job_runs_is_answered_afterwards_and_once(ward):
    """Whoever rings while the job runs gets one more run, as the running one may have looked."""
    ward.begins_work(Queue.READING)
    ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.FETCH_PHOTO, "p1")
    ward.until(lambda: ward.book("begun", "p1"))
    assert all(ward.doorbell.ring(Work.FETCH_PHOTO, "p1") for _ in range(5))
    ward.until(lambda: len(ward.book("done", "p1")) == 2)
    first_end, second_begin = ward.book("done", "p1")[0].at, ward.book("begun", "p1")[1].at
    assert second_begin > first_end
    time.sleep(0.5)
    assert len(ward.book("begun", "p1")) == 2


def test_an_absent_redis_is_told_quickly_and_without_an_exception():
    """A webhook can ring ten times for a dead Redis and still answer within three seconds."""
    doorbell = RqDoorbell(f"redis://127.0.0.1:{free_port()}/0")
    began = time.monotonic()
    assert not any(doorbell.ring(Work.SWEEP, str(n)) for n in range(10))
    assert time.monotonic() - began < 1


def test_a_silent_redis_is_told_quickly_and_without_an_exception(ward):
    """A Redis that accepts connections and never answers does not hold up a webhook."""
    os.kill(ward.redis.pid, signal.SIGSTOP)
    began = time.monotonic()
    assert not any(ward.doorbell.ring(Work.SWEEP, str(n)) for n in range(10))
    assert time.monotonic() - began < 2
    os.kill(ward.redis.pid, signal.SIGCONT)


def test_a_full_redis_does_not_hear(ward):
    """What no worker can take is not said to be heard: the sweep does then what is critical."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.client.config_set("maxmemory", "1")
    for id in ("c1", "c2"):
        assert not RqDoorbell(ward.redis.url).ring(Work.DECIDE_CASE, id)
    ward.client.config_set("maxmemory", "0")
    assert ward.doorbell.ring(Work.DECIDE_CASE, "c2")
    assert ward.queue(Work.DECIDE_CASE).job_ids == ["decide_case-c1", "decide_case-c2"]


def test_the_doorbell_works_again_when_redis_is_back(ward):
    """After a restart of Redis the same doorbell rings."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.redis.kill()
    assert not ward.doorbell.ring(Work.DECIDE_CASE, "c2")
    ward.redis.start()
    ward.until(lambda: ward.doorbell.ring(Work.DECIDE_CASE, "c2"), within=3)
    assert ward.queue(Work.DECIDE_CASE).job_ids == ["decide_case-c1", "decide_case-c2"]


def test_every_work_has_a_job():
    """No work is named that nobody does."""
    assert set(JOBS) == set(Work)
