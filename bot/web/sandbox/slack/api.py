"""Slack's Web API over HTTP: token, scopes, pace, faults, then the method."""

import hmac
import json
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Record
from bot.web.sandbox.slack.methods import Arguments, Method, SlackMethods, said
from bot.web.sandbox.slack.pacing import Pacing
from bot.web.sandbox.slack.refusal import SlackRefusal
from bot.web.sandbox.slack.tickets import Tickets
from bot.web.sandbox.slack.workspace import BOT_USER, Post

SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "files.info": "files:read",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "reactions.add": "reactions:write",
}
PACED = frozenset({"chat.postMessage", "chat.postEphemeral"})
# Slack reads a JSON body only where the method writes.
FORM_ONLY = (
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "users.info",
    "files.info",
    "files.getUploadURLExternal",
)
_AS_JSON = ("blocks", "metadata", "files", "view", "attachments")


@dataclass(frozen=True, slots=True)
class SlackApi:
    table: dict[str, Method]
    methods: SlackMethods
    tickets: Tickets
    pacing: Pacing
    faults: Faults
    record: Record
    bot_token: str
    scopes: tuple[str, ...]

    def blueprint(self) -> Blueprint:
        routes = Blueprint("slack", __name__, url_prefix="/slack")
        routes.add_url_rule(
            "/api/<method>", view_func=self._call, methods=["GET", "POST"], endpoint="api"
        )
        routes.add_url_rule(
            "/actions/<ticket>", view_func=self._respond, methods=["POST"], endpoint="respond"
        )
        return routes

    def _call(self, method: str) -> Response:
        given = _arguments(method)
        channel = self.methods.workspace.find_channel(str(given.get("channel", "")))
        subjects = (channel.id, channel.name) if channel else ()
        refused = self._refuse_stranger(method, given)
        fault = None if refused else self.faults.take(method, *subjects)
        answer = refused or self.faults.around(
            fault, lambda: self._run(method, given), lambda f: _refuse(f, method)
        )
        if "token" in given:
            given = given | {"token": "..."}
        self.record.request(method, given, answer.status_code)
        answer.headers["X-OAuth-Scopes"] = ",".join(self.scopes)
        return answer

    def _refuse_stranger(self, method: str, given: Arguments) -> Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or str(given.get("token", ""))
        if not hmac.compare_digest(token.encode(), self.bot_token.encode()):
            return self._no(method, SlackRefusal("invalid_auth" if token else "not_authed"))
        if method not in self.table:
            return self._no(method, SlackRefusal("unknown_method"))
        needed = SCOPES.get(method)
        if needed and needed not in self.scopes:
            answer = {"needed": needed, "provided": ",".join(self.scopes)}
            return jsonify(ok=False, error="missing_scope", **answer)
        return None

    def _run(self, method: str, given: Arguments) -> Response:
        channel = self.methods.workspace.find_channel(str(given.get("channel", "")))
        if method in PACED and channel and (hasty := self.pacing.admit(channel.id)):
            if hasty.ignored:
                self.record.violate("retry_after_ignored", method, channel.name or channel.id)
            return _too_fast(hasty.retry_after)
        try:
            return jsonify({"ok": True} | self.table[method](given))
        except SlackRefusal as refusal:
            return self._no(method, refusal)

    def _no(self, method: str, refusal: SlackRefusal) -> Response:
        if not refusal.innocent:
            self.record.violate(refusal.error, method, refusal.detail)
        answer: dict[str, Any] = {"ok": False, "error": refusal.error}
        if refusal.detail:
            answer |= {
                "errors": [refusal.detail],
                "response_metadata": {"messages": [f"[ERROR] {refusal.detail}"]},
            }
        return jsonify(answer)

    def _respond(self, ticket: str) -> Response:
        answer = self.faults.around(
            self.faults.take("response_url"),
            lambda: self._respond_now(ticket),
            lambda f: _refuse(f, "response_url"),
        )
        shown = request.get_json(silent=True)
        given = shown if isinstance(shown, dict) else {}
        self.record.request("response_url", given, answer.status_code)
        return answer

    def _respond_now(self, ticket: str) -> Response:
        found = self.tickets.use_response(ticket)
        if found is None:
            self.record.violate("used_url", "response_url", "spent or expired")
            return Response("used_url", status=404)
        body = request.get_json(silent=True)
        given: Arguments = body if isinstance(body, dict) else {}
        workspace, postbox = self.methods.workspace, self.methods.postbox
        original = workspace.post(found.channel, found.ts) if found.ts else None
        if given.get("delete_original") and original:
            workspace.remove_post(original.channel, original.ts)
            return Response("ok")
        try:
            text, blocks = said(given)
        except SlackRefusal as refusal:
            self.record.violate(refusal.error, "response_url", refusal.detail)
            return Response(refusal.error, status=400)
        if given.get("replace_original") and original:
            postbox.change(replace(original, text=text, blocks=blocks))
            return Response("ok")
        alone = None if given.get("response_type") == "in_channel" else found.person
        thread = original.thread_ts if original else None
        postbox.post(
            Post(found.channel, workspace.new_ts(), BOT_USER, text, blocks, thread, seen_by=alone)
        )
        return Response("ok")


def _arguments(method: str) -> Arguments:
    given: Arguments = request.args.to_dict() | request.form.to_dict()
    if request.is_json and method not in FORM_ONLY:
        body = request.get_json(silent=True)
        given |= body if isinstance(body, dict) else {}
    for name in _AS_JSON:
        if isinstance(given.get(name), str):
            try:
                given[name] = json.loads(given[name])
            except ValueError:
                given[name] = {"unreadable": True}
    return given


def _too_fast(wait: float) -> Response:
    answer = jsonify(ok=False, error="ratelimited")
    answer.status_code = 429
    answer.headers["Retry-After"] = f"{wait:g}"
    return answer


def _refuse(fault: Fault, method: str) -> Response:
    if fault.rate_limited is not None:
        return _too_fast(fault.rate_limited)
    if fault.html:
        return Response("<!DOCTYPE html><title>Slack</title>", mimetype="text/html")
    if fault.status:
        return Response(f"{method} unavailable", status=fault.status)
    return jsonify(ok=False, error=str(fault.error))
