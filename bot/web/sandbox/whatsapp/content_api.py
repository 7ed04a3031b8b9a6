"""Twilio's Content API: templates are made, listed, and handed to WhatsApp for approval. Here
WhatsApp approves at once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.web.sandbox.record import Record
from bot.web.sandbox.whatsapp.errors import refusal
from bot.web.sandbox.whatsapp.line import Button, Exchange, Template, new_sid
from bot.web.sandbox.whatsapp.routes import Guard, Route, add_routes
from bot.web.sandbox.whatsapp.rules import LONGEST_TEMPLATE, MOST_ITEMS, slots_of

_TEXT, _QUICK_REPLY, _LIST = "twilio/text", "twilio/quick-reply", "twilio/list-picker"
_CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
_ROOT = "/v1/Content"


class ContentApi:
    def __init__(self, account_sid: str, exchange: Exchange, record: Record, guard: Guard) -> None:
        self._account = account_sid
        self._exchange = exchange
        self._record = record
        self._guard = guard
        self._made: dict[str, dict[str, Any]] = {}

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio_content", __name__, url_prefix="/twilio")
        table: list[Route] = [
            ("POST", _ROOT, "contents.create", self._create),
            ("GET", _ROOT, "contents.list", self._list),
            ("GET", f"{_ROOT}/<sid>", "contents.fetch", self._fetch),
            ("DELETE", f"{_ROOT}/<sid>", "contents.delete", self._delete),
            ("POST", f"{_ROOT}/<sid>/ApprovalRequests/whatsapp", "approvals.create", self._submit),
            ("GET", f"{_ROOT}/<sid>/ApprovalRequests", "approvals.fetch", self._approval),
        ]
        return add_routes(routes, table, self._guard)

    def _create(self) -> Response:
        body = _json()
        template = read_content(body)
        if template is None:
            self._record.violate("20001", "contents.create")
            return refusal(20001)
        sid = new_sid("HX")
        self._exchange.templates[sid] = template
        now = datetime.now(UTC).isoformat()
        self._made[sid] = {
            "sid": sid,
            "account_sid": self._account,
            "friendly_name": body.get("friendly_name"),
            "language": body["language"],
            "variables": body.get("variables") or {},
            "types": body["types"],
            "date_created": now,
            "date_updated": now,
            "url": f"https://content.twilio.com{_ROOT}/{sid}",
            "links": {},
        }
        created = jsonify(self._made[sid])
        created.status_code = 201
        return created

    def _list(self) -> Response:
        size = min(int(request.args.get("PageSize", 50)), 1000)
        page = int(request.args.get("Page", 0))
        made = list(self._made.values())
        more = (page + 1) * size < len(made)
        root = f"https://content.twilio.com{_ROOT}?PageSize={size}&Page="
        return jsonify(
            contents=made[page * size : (page + 1) * size],
            meta={
                "page": page,
                "page_size": size,
                "first_page_url": f"{root}0",
                "previous_page_url": f"{root}{page - 1}" if page else None,
                "next_page_url": f"{root}{page + 1}" if more else None,
                "url": f"{root}{page}",
                "key": "contents",
            },
        )

    def _fetch(self, sid: str) -> Response:
        return jsonify(self._made[sid]) if sid in self._made else refusal(20404)

    def _delete(self, sid: str) -> Response:
        if self._made.pop(sid, None) is None:
            return refusal(20404)
        del self._exchange.templates[sid]
        return Response(status=204)

    def _submit(self, sid: str) -> Response:
        asked = _json()
        template = self._exchange.templates.get(sid)
        if sid not in self._made or template is None:
            return refusal(20404)
        wanted = asked.get("category") in _CATEGORIES and asked.get("name")
        if not wanted or template.opener is not None:
            self._record.violate("20001", "approvals.create")
            return refusal(20001)
        approved = Template(
            template.body, template.buttons, None, approved=True, samples=template.samples
        )
        self._exchange.templates[sid] = approved
        self._made[sid]["approval"] = {
            "name": asked["name"],
            "category": asked["category"],
            "content_type": next(iter(self._made[sid]["types"])),
            "status": "received",
            "rejection_reason": "",
        }
        submitted = jsonify(self._made[sid]["approval"])
        submitted.status_code = 201
        return submitted

    def _approval(self, sid: str) -> Response:
        if sid not in self._made:
            return refusal(20404)
        known = self._made[sid].get("approval") or {"status": "unsubmitted", "name": ""}
        # WhatsApp decides some time after it received.
        shown = known | ({"status": "approved"} if known["status"] == "received" else {})
        return jsonify(sid=sid, account_sid=self._account, whatsapp=shown, url="", links={})


def _json() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def read_content(body: Mapping[str, Any]) -> Template | None:
    """None for what Twilio would not make."""
    types = body.get("types")
    samples = body.get("variables") or {}
    if not isinstance(types, dict) or len(types) != 1 or not body.get("language"):
        return None
    (kind, said), template = next(iter(types.items())), None
    text = said.get("body") if isinstance(said, dict) else None
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEMPLATE:
        return None
    if kind == _TEXT and set(said) == {"body"}:
        template = Template(text, approved=False, samples=samples)
    elif kind == _QUICK_REPLY and set(said) == {"body", "actions"}:
        buttons = tuple(Button(one["title"], one.get("id", "")) for one in said["actions"])
        template = Template(text, buttons, None, approved=False, samples=samples)
    elif kind == _LIST and set(said) == {"body", "button", "items"}:
        lines = tuple(Button(one["item"], one["id"]) for one in said["items"])
        template = Template(text, lines, said["button"], approved=False, samples=samples)
    if template is None or len(template.buttons) > MOST_ITEMS:
        return None
    # Twilio wants a sample for each variable.
    return template if slots_of(template) <= set(samples) else None
