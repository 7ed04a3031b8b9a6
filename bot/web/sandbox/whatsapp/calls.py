"""Twilio Voice, as far as an alarm needs it: a call is placed, and what it says is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock
from typing import Any
from xml.etree import ElementTree

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.whatsapp.line import new_sid
from bot.web.sandbox.whatsapp.rules import Refused

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_LONGEST_TWIML = 4000


@dataclass(frozen=True, slots=True)
class Call:
    """`says` is what is read out, once."""

    sid: str
    phone: str
    says: str
    language: str
    placed_at: datetime


class Switchboard:
    def __init__(self, sender: str, bell: Bell) -> None:
        self._sender = sender
        self._bell = bell
        self._lock = Lock()
        self._calls: list[Call] = []

    def place(self, form: Mapping[str, str]) -> Call | Refused:
        if form.get("From") != self._sender:
            return Refused(21210)
        if not _E164.fullmatch(form.get("To", "")):
            return Refused(21211)
        twiml = form.get("Twiml", "")
        if not twiml or len(twiml) > _LONGEST_TWIML:
            return Refused(21205)
        try:
            # What is parsed comes from the product under test, on this machine.
            root = ElementTree.fromstring(twiml)
        except ElementTree.ParseError:
            return Refused(12100)
        said = root.find("Say")
        if root.tag != "Response" or said is None or not (said.text or "").strip():
            return Refused(12200)
        words = " ".join((said.text or "").split())
        call = Call(new_sid("CA"), form["To"], words, said.get("language", ""), datetime.now(UTC))
        with self._lock:
            self._calls.append(call)
        self._bell.ring()
        return call

    def calls(self, phone: str | None = None) -> list[Call]:
        """Oldest first."""
        with self._lock:
            return [call for call in self._calls if phone in (None, call.phone)]

    def shown(self, call: Call, account: str) -> dict[str, Any]:
        return {
            "sid": call.sid,
            "account_sid": account,
            "to": call.phone,
            "from": self._sender,
            "status": "queued",
            "date_created": format_datetime(call.placed_at),
            "direction": "outbound-api",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{call.sid}.json",
        }
