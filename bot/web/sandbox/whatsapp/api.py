"""Twilio's REST API, as far as a messenger needs it."""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from bot.web.sandbox.courier import Courier
from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Record
from bot.web.sandbox.whatsapp.calls import Switchboard
from bot.web.sandbox.whatsapp.delivery import Outgoing, rfc2822
from bot.web.sandbox.whatsapp.errors import refusal
from bot.web.sandbox.whatsapp.line import Exchange, Line, new_sid
from bot.web.sandbox.whatsapp.routes import Route, add_routes
from bot.web.sandbox.whatsapp.rules import Refused, check_draft

_ROOT = "/2010-04-01/Accounts/<account>"
_LARGEST_PAGE = 1000


class TwilioApi:
    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        exchange: Exchange,
        outgoing: Outgoing,
        courier: Courier,
        faults: Faults,
        record: Record,
        media_base: Callable[[], str],
        switchboard: Switchboard,
        phone_sender: str,
    ) -> None:
        self._switchboard = switchboard
        self._phone_sender = phone_sender
        self._account = account_sid
        self._token = auth_token
        self._sender = sender
        self._exchange = exchange
        self._outgoing = outgoing
        self._courier = courier
        self._faults = faults
        self._record = record
        self._media_base = media_base

    def blueprint(self) -> Blueprint:
        routes = Blueprint("twilio", __name__, url_prefix="/twilio")
        message = f"{_ROOT}/Messages/<sid>"
        table: list[Route] = [
            ("POST", f"{_ROOT}/Messages.json", "messages.create", self._create),
            ("GET", f"{_ROOT}/Messages.json", "messages.list", self._list),
            ("GET", f"{message}.json", "messages.fetch", self._fetch),
            ("DELETE", f"{message}.json", "messages.delete", self._delete),
            ("GET", f"{message}/Media.json", "media.list", self._media_list),
            ("GET", f"{message}/Media/<media>", "media.fetch", self._media),
            ("DELETE", f"{message}/Media/<media>.json", "media.delete", self._media_delete),
            ("DELETE", f"{message}/Media/<media>", "media.delete_plain", self._media_delete),
            ("POST", f"{_ROOT}/Calls.json", "calls.create", self._call),
            ("GET", f"{_ROOT}/Calls.json", "calls.list", self._calls),
            ("GET", f"{_ROOT}.json", "accounts.fetch", self._account_page),
        ]
        return add_routes(routes, table, self.guarded)

    def guarded(self, operation: str, act: Callable[..., Response]) -> Callable[..., Response]:
        """With the credentials checked, and the faults and the record in their place."""

        def view(account: str | None = None, **named: str) -> Response:
            refused = self._refuse_stranger(account or self._account, operation)
            phone = request.values.get("To", "").removeprefix("whatsapp:")
            fault = None if refused else self._faults.take(operation, phone)
            answer = refused or self._faults.around(fault, lambda: act(**named), _refuse)
            self._record.request(operation, request.values.to_dict(), answer.status_code)
            return answer

        return view

    def _refuse_stranger(self, account: str, operation: str) -> Response | None:
        given = request.authorization
        name, password = (given.username or "", given.password or "") if given else ("", "")
        known = hmac.compare_digest(password.encode(), self._token.encode())
        if not known or name != self._account:
            self._record.violate("20003", operation, "wrong or missing credentials")
            return refusal(20003)
        return refusal(20404) if account != self._account else None

    def _create(self) -> Response:
        urls = request.form.getlist("MediaUrl")
        draft = check_draft(request.form, urls, self._sender, self._exchange, self._phone_sender)
        if isinstance(draft, Refused):
            # A closed window depends on the person's silence: the sender could not know.
            if draft.code != 63016:
                self._record.violate(str(draft.code), "messages.create")
            return refusal(draft.code)
        message = Line(
            sid=new_sid("MM" if urls else "SM"),
            phone=draft.phone,
            inbound=False,
            body=draft.body,
            status="queued",
            created_at=datetime.now(UTC),
            media_urls=draft.media_urls,
            num_media=len(draft.media_urls),
            buttons=draft.buttons,
            opener=draft.opener,
            status_callback=draft.status_callback,
            sms=draft.sms,
        )
        self._exchange.add(message)
        self._courier.send_off(lambda: self._outgoing.deliver(message.sid))
        created = jsonify(self._shown(message) | {"date_sent": None})
        created.status_code = 201
        return created

    def _call(self) -> Response:
        placed = self._switchboard.place(request.form, request.form.getlist("StatusCallbackEvent"))
        if isinstance(placed, Refused):
            self._record.violate(str(placed.code), "calls.create")
            return refusal(placed.code)
        created = jsonify(self._switchboard.shown(placed, self._account))
        created.status_code = 201
        return created

    def _calls(self) -> Response:
        found = reversed(self._switchboard.calls(request.args.get("To")))
        shown = [self._switchboard.shown(call, self._account) for call in found]
        return jsonify(calls=shown, page=0, page_size=50, next_page_uri=None)

    def _list(self) -> Response:
        size = min(int(request.args.get("PageSize", 50)), _LARGEST_PAGE)
        page = int(request.args.get("Page", 0))
        found = [m for m in reversed(self._exchange.all()) if self._matches(m)]
        start = page * size
        chosen = found[start : start + size]
        root = f"/2010-04-01/Accounts/{self._account}/Messages.json"

        def uri(number: int) -> str:
            query = request.args.to_dict() | {"PageSize": str(size), "Page": str(number)}
            return f"{root}?{urlencode(query)}"

        return jsonify(
            first_page_uri=uri(0),
            end=start + len(chosen) - 1,
            previous_page_uri=uri(page - 1) if page else None,
            messages=[self._shown(m) for m in chosen],
            uri=uri(page),
            page_size=size,
            start=start,
            next_page_uri=uri(page + 1) if start + size < len(found) else None,
            page=page,
        )

    def _matches(self, message: Line) -> bool:
        asked = request.args
        shown = self._shown(message)
        at = message.created_at
        return (
            asked.get("To") in (None, shown["to"])
            and asked.get("From") in (None, shown["from"])
            and ("DateSent" not in asked or at.date() == _moment(asked["DateSent"]).date())
            and ("DateSent>" not in asked or at >= _moment(asked["DateSent>"]))
            and ("DateSent<" not in asked or at <= _moment(asked["DateSent<"]))
        )

    def _fetch(self, sid: str) -> Response:
        message = self._exchange.get(sid)
        return jsonify(self._shown(message)) if message else refusal(20404)

    def _delete(self, sid: str) -> Response:
        return Response(status=204) if self._exchange.delete(sid) else refusal(20404)

    def _media_list(self, sid: str) -> Response:
        message = self._exchange.get(sid)
        if message is None:
            return refusal(20404)
        listed = [{"sid": m.sid, "content_type": m.content_type} for m in message.media]
        return jsonify(media_list=listed, page=0, page_size=50, next_page_uri=None)

    def _media(self, sid: str, media: str) -> Response:
        message = self._exchange.get(sid)
        wanted = media.removesuffix(".json")
        found = next((m for m in message.media if m.sid == wanted), None) if message else None
        if found is None:
            return refusal(20404)
        if media != wanted:
            return jsonify(sid=found.sid, parent_sid=sid, content_type=found.content_type)
        elsewhere = f"{self._media_base()}/content/{found.sid}"
        return Response(status=307, headers={"Location": elsewhere})

    def _media_delete(self, sid: str, media: str) -> Response:
        message = self._exchange.get(sid)
        kept = tuple(m for m in message.media if m.sid != media) if message else ()
        if message is None or len(kept) == len(message.media):
            return refusal(20404)
        self._exchange.change(sid, media=kept)
        return Response(status=204)

    def _account_page(self) -> Response:
        return jsonify(
            sid=self._account,
            friendly_name="Sandbox",
            status="active",
            type="Full",
            owner_account_sid=self._account,
            subresource_uris={},
            uri=f"/2010-04-01/Accounts/{self._account}.json",
        )

    def _shown(self, message: Line) -> dict[str, Any]:
        person = message.phone if message.sms else f"whatsapp:{message.phone}"
        sender = self._phone_sender if message.sms else self._sender
        uri = f"/2010-04-01/Accounts/{self._account}/Messages"
        return {
            "sid": message.sid,
            "account_sid": self._account,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": rfc2822(message),
            "date_sent": rfc2822(message),
            "date_updated": rfc2822(message),
            "direction": "inbound" if message.inbound else "outbound-api",
            "error_code": message.error_code,
            "error_message": None,
            "from": person if message.inbound else sender,
            "to": sender if message.inbound else person,
            "messaging_service_sid": None,
            "num_media": str(len(message.media) if message.inbound else message.num_media),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "status": message.status,
            "subresource_uris": {"media": f"{uri}/{message.sid}/Media.json"},
            "uri": f"{uri}/{message.sid}.json",
        }


def _refuse(fault: Fault) -> Response:
    if fault.html:
        return Response("<!DOCTYPE html><title>Sign in</title>", mimetype="text/html")
    if fault.rate_limited is not None:
        answer = refusal(20429)
        answer.headers["Retry-After"] = f"{fault.rate_limited:g}"
        return answer
    by_status = {404: 20404, 401: 20003, 429: 20429}
    code = int(fault.error) if fault.error else by_status.get(fault.status or 0, 20500)
    return refusal(code, fault.status)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
