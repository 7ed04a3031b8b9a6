import os
import signal
from contextlib import suppress

from bot.core.work import QUEUE_OF, Queue, Work
from bot.dispatch import job_id
from jobs.takeover import WardQueue
from tests.queue.conftest import alive

# A colleague has taken over after 15 seconds, on a loaded machine later; RQ by itself would take
# more than a minute, as would the horse of the first attempt.
TAKEN_OVER = 45


def _horse_of(ward, id):
    ward.until(lambda: ward.book("begun", id))
    return ward.book("begun", id)[0].pid


def _ended_well(ward, work, id):
    """The job is forgotten, as one is that succeeded, rather than kept as failed or tried again."""
    ward.until(lambda: not ward.client.exists(f"rq:job:{job_id(work, id)}"))
    assert not ward.client.exists("rq:failed:vigia-reading")


def test_a_killed_horse_is_replaced_at_once(ward):
    """A job whose process is killed runs again, by the same worker."""
    ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.ASSESS_PHOTO, "p1")
    os.kill(_horse_of(ward, "p1"), signal.SIGKILL)
    ward.until(lambda: ward.book("done", "p1"), within=TAKEN_OVER)
    assert '"error": "SIGKILL"' in ward.log


def test_a_peer_takes_over_from_a_killed_worker_and_its_horse(ward):
    """When a worker and its horse are both killed, a colleague does the job within 15 seconds."""
    first = ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.ASSESS_PHOTO, "p1")
    horse = _horse_of(ward, "p1")
    ward.begins_work(Queue.READING)
    first.kill()
    with suppress(ProcessLookupError):
        os.kill(horse, signal.SIGKILL)
    ward.until(lambda: ward.book("done", "p1"), within=TAKEN_OVER)
    _ended_well(ward, Work.ASSESS_PHOTO, "p1")
    assert len(ward.book("done", "p1")) == 1


def test_a_horse_dies_with_its_worker_so_that_the_peer_does_the_job_once(ward):
    """When only the worker is killed, its horse ends too and a colleague does the job."""
    first = ward.begins_work(Queue.READING)
    ward.doorbell.ring(Work.ASSESS_PHOTO, "p1")
    horse = _horse_of(ward, "p1")
    ward.begins_work(Queue.READING)
    first.kill()
    ward.until(lambda: not alive(horse), within=30)
    ward.until(lambda: ward.book("done", "p1"), within=TAKEN_OVER)
    _ended_well(ward, Work.ASSESS_PHOTO, "p1")
    assert len(ward.book("done", "p1")) == 1


def test_a_job_taken_by_a_worker_that_died_before_starting_it_is_given_back(ward):
    """A job left between the queue and its worker is done by a colleague."""
    queue = ward.queue(Work.DECIDE_CASE)
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.client.lmove(queue.key, queue.intermediate_queue.key)
    ward.begins_work(Queue.CRITICAL)
    ward.until(lambda: ward.book("done", "c1"), within=TAKEN_OVER)
    assert not ward.client.exists(queue.intermediate_queue.key)


def test_a_worker_killed_while_it_cleans_up_does_not_stop_the_takeover(ward):
    """The lock of a worker that died in maintenance is gone within five seconds."""
    queue = WardQueue("vigia-reading", connection=ward.client)
    assert queue.acquire_maintenance_lock()
    left = ward.client.ttl(queue.registry_cleaning_key)
    # -2: it is gone already, on a machine that stood still for so long.
    assert 0 <= left <= 5 or left == -2
    ward.client.set(queue.registry_cleaning_key, 1)
    assert not queue.acquire_maintenance_lock()


def test_a_job_whose_worker_slept_is_done_once(ward):
    """A worker that was frozen past the life of its run's record wakes, and its horse ends well."""
    ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    _horse_of(ward, "f1")
    (run,) = ward.client.keys("rq:execution:*")
    ward.client.delete(run)
    ward.until(lambda: ward.client.exists(run))
    ward.tells("f1")
    ward.until(lambda: not ward.client.exists("rq:job:carry_file-f1"))
    assert "job_failed" not in ward.log
    assert len(ward.book("begun", "f1")) == 1


def test_a_job_that_two_did_is_not_done_a_third_time(ward):
    """Of two horses that do the same job, the one that ends last ends well too."""
    ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    first = _horse_of(ward, "f1")
    ward.client.delete("rq:job:carry_file-f1")
    ward.tells("f1")
    ward.until(lambda: not alive(first))
    assert "job_failed" not in ward.log
    assert not ward.client.keys("rq:job:*")
    assert not ward.client.keys("rq:wip:*")


def test_a_crash_of_native_code_leaves_the_worker_working(ward):
    """A segmentation fault ends one job; the next one is done by the same worker."""
    worker = ward.begins_work(Queue.CRITICAL)
    ward.doorbell.ring(Work.ESCALATE_CASE, "e1")
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    ward.until(lambda: ward.book("done", "c1"))
    assert worker.poll() is None
    ward.until(lambda: len(ward.book("begun", "e1")) == 3)
    assert '"work": "escalate_case", "id": "e1", "error": "SIGSEGV"' in ward.log


def test_a_worker_asked_to_stop_finishes_its_job(ward):
    """SIGTERM lets the running job end, then the worker goes home and leaves the next job."""
    worker = ward.begins_work(QUEUE_OF[Work.CARRY_FILE])
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.doorbell.ring(Work.CARRY_FILE, "f2")
    _horse_of(ward, "f1")
    worker.terminate()
    ward.tells("f1")
    assert worker.wait(timeout=60) == 0
    assert ward.book("done", "f1")
    assert not ward.book("begun", "f2")
    assert ward.client.scard("rq:workers") == 0


def test_a_dead_worker_is_soon_forgotten(ward):
    """Who is on duty is told by heartbeats: a worker's name expires within 16 seconds."""
    worker = ward.begins_work(Queue.DELIVERY)
    (key,) = ward.client.keys("rq:worker:delivery-*")
    # RQ keeps the newborn for a minute, until its first heartbeat.
    ward.until(lambda: 0 < ward.client.ttl(key) <= 16)
    worker.kill()
    assert 0 < ward.client.ttl(key) <= 16
