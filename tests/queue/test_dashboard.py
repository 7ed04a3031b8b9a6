import pickle
import re
import zlib

import pytest
from flask import Flask

from bot.core.work import QUEUE_OF, Queue, Work
from bot.web.admin_login import AdminDoor, hash_password
from bot.web.dashboard import mount_dashboard
from bot.web.login_throttle import MemoryLoginThrottle, TryLimits

OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "una-clave-muy-larga"
PASSWORD_HASH = hash_password(PASSWORD)


@pytest.fixture
def stranger(ward):
    app = Flask("ward", static_folder=None)
    door = AdminDoor("secret", PASSWORD_HASH, False, MemoryLoginThrottle(TryLimits()))
    app.register_blueprint(door.blueprint())
    mount_dashboard(app, ward.redis.url, door.require_admin)
    return app.test_client()


@pytest.fixture
def admin(stranger):
    stranger.post("/admin/login", data={"password": PASSWORD}, headers=OURS)
    return stranger


def test_a_stranger_sees_nothing_of_the_queues(stranger):
    """Every page and its data lead a stranger to the login, and deeds are refused."""
    for page in ("", "0/view/workers", "0/data/queues.json", "static/css/main.css"):
        answer = stranger.get(f"/admin/rq/{page}")
        assert (answer.status_code, answer.location[:18]) == (302, "/admin/login?next=")
    assert stranger.post("/admin/rq/requeue/vigia-critical", headers=OURS).status_code == 401


def test_the_admin_sees_queues_workers_and_the_job_that_runs(ward, admin):
    """While a job runs, the queue, its worker and the job itself are on the dashboard."""
    carries = QUEUE_OF[Work.CARRY_FILE]
    ward.begins_work(carries)
    ward.doorbell.ring(Work.CARRY_FILE, "f1")
    ward.until(lambda: ward.book("begun", "f1"))
    queues = admin.get("/admin/rq/0/data/queues.json").json["queues"]
    assert {f"vigia-{carries}"} == {queue["name"] for queue in queues}
    (worker,) = admin.get("/admin/rq/0/data/workers.json").json["workers"]
    assert worker["name"].startswith(f"{carries}-")
    assert worker["current_job"]["job_id"] == "carry_file-f1"
    job = admin.get("/admin/rq/0/data/job/carry_file-f1.json").json
    assert (job["status"], job["description"]) == ("started", "carry_file-f1")
    for page in ("", "0/view/workers", "0/view/jobs", "0/view/job/carry_file-f1"):
        assert admin.get(f"/admin/rq/{page}").status_code == 200


def test_the_assets_of_its_pages_load(admin):
    """Each style sheet and script that a page names is there."""
    page = admin.get("/admin/rq/").text
    assets = re.findall(r'(?:src|href)="(/admin/rq/static/[^"]+)"', page)
    assert len(assets) >= 6
    assert {admin.get(asset).status_code for asset in assets} == {200}
    assert 'href="/admin"' in page


def test_a_failed_job_is_shown_and_requeued_by_the_admin(ward, admin):
    """The job page of a failed job names the error's type, and its button puts it back."""
    worker = ward.begins_work(Queue.CRITICAL)
    ward.doorbell.ring(Work.DELIVER_ALARM, "m1")
    queue = ward.queue(Work.DELIVER_ALARM)
    ward.until(lambda: queue.failed_job_registry.get_job_ids())
    worker.terminate()
    worker.wait()
    job = admin.get("/admin/rq/0/data/job/deliver_alarm-m1.json").json
    assert "builtins.ValueError" in job["exc_info"]
    assert admin.get("/admin/rq/0/data/jobs/vigia-critical/failed/8/asc/1.json").json["jobs"]
    assert admin.post("/admin/rq/job/deliver_alarm-m1/requeue", headers=OURS).status_code == 200
    assert queue.job_ids == ["deliver_alarm-m1"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_cannot_use_the_admins_cookie(ward, admin, headers):
    """A form on another site neither deletes nor requeues."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    answer = admin.post("/admin/rq/job/decide_case-c1/delete", headers=headers)
    assert answer.status_code == 403
    assert ward.queue(Work.DECIDE_CASE).job_ids == ["decide_case-c1"]


def test_an_older_browser_is_known_by_its_origin(ward, admin):
    """Without Sec-Fetch-Site, the same Origin lets the admin's deed pass."""
    ward.doorbell.ring(Work.DECIDE_CASE, "c1")
    headers = {"Origin": "http://localhost"}
    assert admin.post("/admin/rq/job/decide_case-c1/delete", headers=headers).status_code == 200
    assert ward.queue(Work.DECIDE_CASE).job_ids == []


def test_a_link_cannot_requeue(admin):
    """Opening an address changes nothing."""
    assert admin.get("/admin/rq/requeue/vigia-critical").status_code == 405


def test_a_planted_pickle_is_never_opened(ward, admin, tmp_path):
    """Whoever can write to Redis still cannot run code in the web server."""
    trap = tmp_path / "sprung"
    planted = pickle.dumps(_Trap(str(trap)))
    queue = ward.queue(Work.DECIDE_CASE)
    fields = {"data": zlib.compress(planted), "status": "failed", "origin": queue.name}
    times = dict.fromkeys(("created_at", "enqueued_at"), "2026-11-23T00:00:00.000000Z")
    ward.client.hset("rq:job:bad", mapping={**fields, **times, "meta": planted})
    ward.client.sadd("rq:queues", queue.key)
    ward.client.zadd(queue.failed_job_registry.key, {"bad": 4e9})
    admin.application.testing = False
    for address in (
        "view/job/bad",
        "data/job/bad.json",
        "data/jobs/vigia-critical/failed/8/asc/1.json",
    ):
        admin.get(f"/admin/rq/0/{address}")
    for deed in ("job/bad/requeue", "job/bad/delete", "requeue/vigia-critical"):
        admin.post(f"/admin/rq/{deed}", headers=OURS)
    assert not trap.exists()
    pickle.loads(planted)
    assert trap.exists()


def test_a_job_that_is_gone_and_a_redis_that_is_away_are_told_kindly(ward, admin):
    """The admin reads a sentence, not a server error."""
    gone = admin.get("/admin/rq/0/view/job/none", headers={"Accept-Language": "es-PE"})
    assert (gone.status_code, "ya terminó" in gone.text) == (404, True)
    ward.redis.kill()
    away = admin.get("/admin/rq/0/view/workers", headers={"Accept-Language": "en"})
    assert (away.status_code, "Nothing is lost" in away.text) == (503, True)


class _Trap:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))
