"""The page's JSON interface; a script can act through it as well."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from bot.web.sandbox.contents import kind_of
from bot.web.sandbox.courier import Answer
from bot.web.sandbox.scene import scene
from bot.web.sandbox.slack.desk import PostButton, buttons_of
from bot.web.sandbox.slack.workspace import BOT_USER
from bot.web.sandbox.vendors import Vendors

LONGEST_WAIT = 25.0
# What the page may show or play as what it says it is.
_SHOWN = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif"}
    | {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/amr"}
)


def control(vendors: Vendors) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/sandbox/api")

    @routes.get("/state")
    def state() -> Response:
        """Waits for a change beyond `since`, at most `wait` seconds; 204 when there was none."""
        since = request.args.get("since", -1, type=int)
        wait = min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT)
        # Another process of the same address starts its count anew.
        known = since <= vendors.bell.version
        if known and vendors.bell.wait_beyond(since, wait) <= since:
            return Response(status=204)
        return jsonify(scene(vendors))

    @routes.post("/phones/<phone>/messages")
    def send(phone: str) -> Response:
        """Form: text, replied_to, and any number of photo files."""
        contents = tuple((c, kind_of(c)[0]) for c in _files())
        text = request.form.get("text", "")
        if not contents and not text.strip():
            abort(400)
        message = vendors.phones.write(
            phone, text, contents=contents, replied_to=request.form.get("replied_to") or None
        )
        vendors.courier.send_off(lambda: vendors.phones.announce(message))
        return jsonify(sid=message.sid)

    @routes.post("/phones/<phone>/presses")
    def quick_reply(phone: str) -> Response:
        given = _given("sid", "button")
        message = vendors.whatsapp.get(given["sid"])
        found = [b for b in (message.buttons if message else ()) if b.text == given["button"]]
        if message is None or message.phone != phone or not found:
            abort(404)
        return jsonify(sid=vendors.phones.press(message, found[0]).sid)

    @routes.post("/calls/<sid>/acts")
    def act_on_call(sid: str) -> Response:
        """JSON: act ("answer", "press", "hang_up", "let_ring", "decline", "voicemail"), and for
        "press" the key."""
        given = _given("act")
        board = vendors.switchboard
        key = str(given.get("key", ""))
        acts: dict[str, Callable[[], object]] = {
            "answer": lambda: board.answer(sid),
            "press": lambda: board.press(sid, key),
            "hang_up": lambda: board.hang_up(sid),
            "let_ring": lambda: board.let_ring(sid),
            "decline": lambda: board.decline(sid),
            "voicemail": lambda: board.answer(sid, by="machine_start") and board.hang_up(sid),
        }
        if board.call(sid) is None or given["act"] not in acts:
            abort(404)
        # Its phone is in another state by now where nothing came of it.
        return Response(status=204 if acts[given["act"]]() else 409)

    @routes.post("/slack/<user>/posts")
    def say(user: str) -> Response:
        """Form: channel (id, name, or the bot's id), text, thread, and any number of photos."""
        channel, text = request.form.get("channel", ""), request.form.get("text", "")
        files = tuple(_files())
        known = channel == BOT_USER or vendors.workspace.find_channel(channel)
        if user not in vendors.workspace.people or not known or not (files or text.strip()):
            abort(400)
        thread = request.form.get("thread") or None
        post = vendors.desk.say(user, channel, text, pictures=files, thread=thread)
        return jsonify(channel=post.channel, ts=post.ts)

    @routes.post("/slack/<user>/home")
    def open_home(user: str) -> Response:
        if user not in vendors.workspace.people:
            abort(404)
        vendors.desk.open_home(user)
        return Response(status=204)

    @routes.post("/slack/<user>/home/presses")
    def press_home(user: str) -> Response:
        """JSON: action_id, value."""
        given = _given("action_id")
        home = vendors.desk.home(user)
        chosen = _chosen(buttons_of(home.content["blocks"]) if home else [], given)
        if not chosen:
            abort(404)
        return _acknowledged(vendors.desk.press_home(user, chosen[0]))

    @routes.post("/slack/<user>/commands")
    def command(user: str) -> Response:
        """JSON: channel (id, name, or the bot's id), text: what follows the command."""
        given = _given("channel", "text")
        place = user if given["channel"] == BOT_USER else given["channel"]
        if user not in vendors.workspace.people or not vendors.workspace.find_channel(place):
            abort(404)
        name = vendors.settings.command
        return _acknowledged(vendors.desk.command(user, place, name, given["text"]))

    @routes.post("/slack/<user>/shortcuts")
    def point(user: str) -> Response:
        """JSON: channel (id), ts."""
        given = _given("channel", "ts")
        post = vendors.workspace.post(given["channel"], given["ts"])
        if post is None or user not in vendors.workspace.people:
            abort(404)
        return _acknowledged(vendors.desk.point(user, post))

    @routes.post("/slack/<user>/presses")
    def press(user: str) -> Response:
        """JSON: channel (id), ts, action_id, value."""
        given = _given("channel", "ts", "action_id")
        post = vendors.workspace.post(given["channel"], given["ts"])
        chosen = _chosen(vendors.desk.buttons(post) if post else [], given)
        if post is None or not chosen or user not in vendors.workspace.people:
            abort(404)
        return _acknowledged(vendors.desk.press(user, post, chosen[0]))

    @routes.post("/slack/<user>/views/<view_id>")
    def submit(user: str, view_id: str) -> Response:
        """JSON: values, as Slack's state."""
        view = vendors.workspace.view(view_id)
        if view is None or view.person != user:
            abort(404)
        given = request.get_json()
        return _acknowledged(vendors.desk.submit(user, view, given.get("values", {})))

    @routes.delete("/slack/<user>/views/<view_id>")
    def close(user: str, view_id: str) -> Response:
        view = vendors.workspace.view(view_id)
        if view is None or view.person != user:
            abort(404)
        vendors.workspace.close_view(view_id)
        return Response(status=204)

    @routes.get("/pictures/<picture>")
    def content(picture: str) -> Response:
        file = vendors.workspace.file(picture)
        lines = vendors.whatsapp.all()
        media = (m for line in lines for m in (*line.own_media, *line.media) if m.sid == picture)
        found = (file.content, file.mimetype) if file else None
        found = found or next(((m.content, m.content_type) for m in media), None)
        if found is None:
            abort(404)
        safe = found[1] in _SHOWN
        kind = found[1] if safe else "application/octet-stream"
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        return Response(found[0], mimetype=kind, headers=headers)

    @routes.post("/faults")
    def order_fault() -> Response:
        """JSON: operation, times (absent: until cleared), and the fields of a Fault."""
        given = _given("operation")
        operation, times = given.pop("operation"), given.pop("times", None)
        if times is None:
            vendors.faults.always(operation, **given)
        else:
            vendors.faults.next(operation, times=int(times), **given)
        return Response(status=204)

    @routes.delete("/faults")
    def clear_faults() -> Response:
        vendors.faults.clear()
        return Response(status=204)

    @routes.get("/record")
    def record() -> Response:
        kept = vendors.record
        return jsonify(
            requests=[
                {"operation": r.operation, "status": r.status, "at": r.at} for r in kept.requests()
            ],
            deliveries=[
                {
                    "kind": d.kind,
                    "attempt": d.attempt,
                    "status": d.status,
                    "reason": d.reason,
                    "seconds": d.seconds,
                    "at": d.at,
                }
                for d in kept.deliveries()
            ],
            violations=scene(vendors)["violations"],
        )

    return routes


def _chosen(offered: list[PostButton], given: dict[str, Any]) -> list[PostButton]:
    return [
        b
        for b in offered
        if b.action_id == given["action_id"] and given.get("value", b.value) == b.value
    ]


def _files() -> list[bytes]:
    return [content for f in request.files.getlist("photo") if (content := f.read())]


def _given(*needed: str) -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not all(isinstance(given.get(k), str) for k in needed):
        abort(400)
    return given


def _acknowledged(answer: Answer) -> Response:
    shown = jsonify(acknowledged=answer.ok, seconds=round(answer.seconds, 3))
    shown.status_code = 200 if answer.ok else 502
    return shown
