import os
import signal
import time

import pytest

from bot.core.work import QUEUE_OF, Queue, Work
from bot.dispatch import JOBS, RqDoorbell
from tests.ports import hold_port, port_of


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
    for _ in range(2):
        ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: ward.book("begun", "f1"))
    assert all(ward.doorbell.ring(Work.CARRY_FILE, "f1") for _ in range(5))
    ward.tells("f1")
    ward.until(lambda: len(ward.book("done", "f1")) == 2)
    first_end, second_begin = ward.book("done", "f1")[0].at, ward.book("begun", "f1")[1].at
    assert second_begin > first_end
    ward.until(lambda: not ward.client.exists("rq:job:carry_file-f1"))
    time.sleep(0.5)
    assert len(ward.book("begun", "f1")) == 2


def test_an_absent_redis_is_told_quickly_and_without_an_exception():
    """A webhook can ring ten times for a dead Redis and still answer within three seconds."""
    with hold_port() as nobody:
        doorbell = RqDoorbell(f"redis://127.0.0.1:{port_of(nobody)}/0")
        assert _most_rings_take_no_time(doorbell)


def test_a_silent_redis_is_told_quickly_and_without_an_exception(ward):
    """A Redis that accepts connections and never answers does not hold up a webhook."""
    os.kill(ward.redis.pid, signal.SIGSTOP)
    try:
        assert _most_rings_take_no_time(RqDoorbell(ward.redis.url))
    finally:
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
    ward.until(lambda: ward.doorbell.ring(Work.DECIDE_CASE, "c2"))
    assert ward.queue(Work.DECIDE_CASE).job_ids == ["decide_case-c1", "decide_case-c2"]


def test_every_work_has_a_job():
    """No work is named that nobody does."""
    assert set(JOBS) == set(Work)


def _most_rings_take_no_time(doorbell):
    """Of ten, none of which is heard. A ring that waits takes half a second, and the machine may
    stop one of them for longer than all should take."""
    took = []
    for n in range(10):
        began = time.monotonic()
        assert not doorbell.ring(Work.SWEEP, str(n))
        took.append(time.monotonic() - began)
    return sorted(took)[6] < 0.4
