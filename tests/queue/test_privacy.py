import json
import zlib

from bot.core.work import Queue, Work
from tests.redis_contents import everything_in

CANARY = "Rosa-Quispe-555-0117"


def test_redis_and_the_log_hold_no_text_of_an_exception(ward):
    """A failed job leaves types and frames, never the words of the exception or its cause."""
    ward.begins_work(Queue.CRITICAL)
    ward.doorbell.ring(Work.DELIVER_ALARM, "m1")
    failed = ward.queue(Work.DELIVER_ALARM).failed_job_registry
    ward.until(lambda: failed.get_job_ids() == ["deliver_alarm-m1"])
    everything = b"\n".join(everything_in(ward.client))
    assert b"builtins.ValueError\n" in everything
    assert b"builtins.KeyError" in everything
    assert CANARY.encode() not in everything
    assert CANARY not in ward.log
    told = [json.loads(line) for line in ward.log.splitlines() if "job_failed" in line]
    told = [(line["event"], line["work"], line["id"], line["error"]) for line in told]
    assert told == [("job_failed", "deliver_alarm", "m1", "ValueError")] * 3


def test_redis_holds_json_only(ward):
    """A job in Redis is its dotted name and one id, in JSON."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    data = ward.client.hget("rq:job:decide_case-c1", "data")
    assert json.loads(zlib.decompress(data)) == ["ward_jobs.do", None, ["c1"], {}]
