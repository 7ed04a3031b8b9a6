"""RQ's dashboard at /admin/rq: behind the admin's guard, and never unpickling."""

from collections.abc import Callable
from functools import partial
from typing import Any

import rq
import rq_dashboard.web
from flask import Flask, Response, abort, render_template, request
from redis import Redis
from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError
from rq.job import Job, requeue_job
from rq.serializers import JSONSerializer
from werkzeug.wrappers import Response as AnyResponse

from bot.web.admin_login import page_language
from bot.web.same_origin import refuse_other_origins

PREFIX = "/admin/rq"
NAME = "rq_dashboard"


class JsonJob(Job):
    """Reads JSON whatever it is told: the dashboard leaves the serializer out here and there."""

    def __init__(
        self, id: str | None = None, connection: Redis | None = None, serializer: object = None
    ) -> None:
        super().__init__(id, connection, JSONSerializer)


class JsonQueue(rq.Queue):
    job_class = JsonJob

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "job_class": JsonJob, "serializer": JSONSerializer})


class JsonWorker(rq.Worker):
    job_class = JsonJob
    queue_class = JsonQueue


def mount_dashboard(app: Flask, redis_url: str, guard: Callable[[], AnyResponse | None]) -> None:
    """`guard` returns None to let a request pass, or the response that refuses it."""
    _read_json_only()
    app.config["RQ_DASHBOARD_REDIS_URL"] = redis_url
    rq_dashboard.web.setup_rq_connection(app)
    app.register_blueprint(rq_dashboard.blueprint, url_prefix=PREFIX)
    if not app.has_static_folder:
        # The dashboard's pages link to the app's own favicon.
        app.add_url_rule("/static/<path:filename>", "static", lambda filename: abort(404))

    # On the app, since the blueprint is one object for every app in the process.
    @app.before_request
    def protect() -> AnyResponse | None:
        if request.blueprint != NAME:
            return None
        refuse_other_origins()
        # The dashboard requeues on GET as well, which any link could cause.
        if request.endpoint == f"{NAME}.requeue_all" and request.method != "POST":
            abort(405)
        return guard()

    @app.after_request
    def forbid_frames(response: Response) -> Response:
        if request.blueprint == NAME:
            response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return response

    app.register_error_handler(NoSuchJobError, lambda error: sorry("job_is_gone", 404))
    app.register_error_handler(RedisError, lambda error: sorry("redis_is_away", 503))


def sorry(what: str, status: int) -> tuple[str, int]:
    """A page of the admin's that says what happened instead."""
    return render_template("admin/sorry.html", language=page_language(), what=what), status


def _read_json_only() -> None:
    web = rq_dashboard.web
    web.config.serializer = JSONSerializer
    web.Job, web.Queue, web.Worker = JsonJob, JsonQueue, JsonWorker
    web.requeue_job = partial(requeue_job, serializer=JSONSerializer)
