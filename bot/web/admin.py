"""The admin's page: what waits for a person, what was not sent, who works."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bot.store.overview import overview
from bot.web.admin_login import AdminDoor, page_language
from bot.web.queues import queue_state
from bot.wiring import Services


def admin(house: Services, door: AdminDoor) -> Blueprint:
    blueprint = Blueprint("admin", __name__)

    @blueprint.before_request
    def guard() -> Response | None:
        return door.require_admin()

    @blueprint.get("/admin")
    def show() -> str:
        with house.store.snapshot() as snapshot:
            seen = overview(snapshot)
        return render_template(
            "admin/overview.html",
            language=page_language(),
            seen=seen,
            queues=queue_state(house.settings.redis_url),
            now=house.clock(),
            zone=house.rules.site.zone,
            path=request.path,
        )

    return blueprint
