"""The page at /sandbox: a nurse's phone on the left, the clinicians' Slack on the right."""

import json
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parents[2] / "templates" / "sandbox"
_POLICY = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"


def page() -> Blueprint:
    routes = Blueprint("page", __name__, template_folder=str(TEMPLATES))

    @routes.get("/")
    def root() -> AnyResponse:
        return redirect("/sandbox")

    @routes.get("/sandbox")
    def sandbox_page() -> Response:
        words = json.loads((TEMPLATES / "words.json").read_text())
        shown = Response(render_template("page.html", words=words), mimetype="text/html")
        shown.headers["Content-Security-Policy"] = _POLICY
        shown.headers["Cache-Control"] = "no-store"
        return shown

    @routes.get("/sandbox/static/<name>")
    def static_file(name: str) -> Response:
        shown = send_from_directory(HERE / "static", name)
        shown.headers["Cache-Control"] = "no-cache"
        return shown

    return routes
