"""Twilio Voice, as far as an alarm needs it: a call rings, is answered or not, says its words,
takes keys, and each step is reported."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.courier import Courier
from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Delivery, Record
from bot.web.sandbox.whatsapp.line import new_sid
from bot.web.sandbox.whatsapp.rules import Refused
from bot.web.sandbox.whatsapp.twiml import Verb, fault_in_twiml, verbs_in
from bot.web.sandbox.whatsapp.webhook import TwilioKnock

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_LONGEST_TWIML = 4000
_EVENT_OF = {
    "queued": "initiated",
    "ringing": "ringing",
    "in-progress": "answered",
}
_EVENTS = frozenset({*_EVENT_OF.values(), "completed"})


@dataclass(frozen=True, slots=True)
class Call:
    """`says` is what is read out, once; `left` has not been played yet. `heard` is what was said
    after each key."""

    sid: str
    phone: str
    says: str
    language: str
    placed_at: datetime
    left: tuple[Verb, ...] = ()
    heard: tuple[str, ...] = ()
    status: str = "queued"
    reports_to: str | None = None
    events: frozenset[str] = frozenset()
    sound_to: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None


class Switchboard:
    """`ring_for` in seconds: then a call that nobody answers ends. Every act returns after the
    product has heard of it."""

    def __init__(
        self,
        sender: str,
        knock: TwilioKnock,
        courier: Courier,
        faults: Faults,
        record: Record,
        bell: Bell,
        ring_for: float,
    ) -> None:
        self._sender = sender
        self._knock = knock
        self._courier = courier
        self._faults = faults
        self._record = record
        self._bell = bell
        self._ring_for = ring_for
        self._lock = Lock()
        self._calls: dict[str, Call] = {}

    def place(self, form: Mapping[str, str], events: Sequence[str]) -> Call | Refused:
        """`events` are the values of StatusCallbackEvent."""
        if form.get("From") != self._sender:
            return Refused(21210)
        if not _E164.fullmatch(form.get("To", "")):
            return Refused(21211)
        twiml = form.get("Twiml", "")
        if not twiml or len(twiml) > _LONGEST_TWIML:
            return Refused(21205)
        fault = fault_in_twiml(twiml)
        if fault:
            return Refused(fault)
        reports_to, sound_to = form.get("StatusCallback"), form.get("AsyncAmdStatusCallback")
        if not all(_is_url(url) for url in (reports_to, sound_to) if url is not None):
            return Refused(21609)
        if set(events) - _EVENTS:
            return Refused(21626)
        if form.get("AsyncAmd") == "true" and not (sound_to and form.get("MachineDetection")):
            self._record.violate("21262", "calls.create", "nowhere to tell who answered")
        verbs = verbs_in(twiml)
        call = Call(
            sid=new_sid("CA"),
            phone=form["To"],
            says=" ".join(verb.says for verb in verbs),
            language=verbs[0].language if verbs else "",
            placed_at=datetime.now(UTC),
            left=tuple(verbs),
            reports_to=reports_to,
            events=frozenset(events) or frozenset({"completed"}),
            sound_to=sound_to,
        )
        with self._lock:
            self._calls[call.sid] = call
        self._bell.ring()
        self._courier.send_off(lambda: self._ring(call.sid))
        return call

    def calls(self, phone: str | None = None) -> list[Call]:
        """Oldest first."""
        with self._lock:
            return [call for call in self._calls.values() if phone in (None, call.phone)]

    def call(self, sid: str) -> Call | None:
        with self._lock:
            return self._calls.get(sid)

    def answer(self, sid: str, by: str = "human") -> bool:
        """`by` as Twilio hears it: human, machine_start, fax, unknown. False where the call does
        not ring."""
        now = datetime.now(UTC)
        call = self._turn(sid, "ringing", "in-progress", answered_at=now, answered_by=by)
        if call is None:
            return False
        self._report(call)
        if call.sound_to:
            form = {
                "CallSid": sid,
                "AccountSid": self._knock.account_sid,
                "AnsweredBy": by,
                "MachineDetectionDuration": "2100",
            }
            self._post(call.sound_to, form, call, "twilio.amd")
        return True

    def press(self, sid: str, key: str) -> str | None:
        """What is said then; None where no key is waited for."""
        call = self.call(sid)
        if call is None or call.status != "in-progress":
            return None
        waiting = next((verb for verb in call.left if verb.action), None)
        if waiting is None or waiting.action is None:
            return None
        form = self._form(call) | {"Digits": key, "msg": "Gather End", "FinishedOnKey": ""}
        answer = self._knock.post(waiting.action, form, {})
        twiml = answer.body.decode("utf-8", "replace")
        fault = fault_in_twiml(twiml) if answer.ok and "xml" in answer.content_type else 11200
        if fault:
            self._record.violate(str(fault), "gather", f"HTTP {answer.status}")
            self.hang_up(sid)
            return None
        verbs = verbs_in(twiml)
        said = " ".join(verb.says for verb in verbs)
        self._change(sid, left=tuple(verbs), heard=(*call.heard, said))
        if not any(verb.action for verb in verbs):
            self.hang_up(sid)
        return said

    def hang_up(self, sid: str) -> bool:
        return self._end(sid, "in-progress", "completed")

    def let_ring(self, sid: str) -> bool:
        return self._end(sid, "ringing", "no-answer")

    def decline(self, sid: str) -> bool:
        return self._end(sid, "ringing", "busy")

    def shown(self, call: Call, account: str) -> dict[str, Any]:
        return {
            "sid": call.sid,
            "account_sid": account,
            "to": call.phone,
            "from": self._sender,
            "status": call.status,
            "answered_by": call.answered_by,
            "date_created": format_datetime(call.placed_at),
            "direction": "outbound-api",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{call.sid}.json",
        }

    def _ring(self, sid: str) -> None:
        placed = self.call(sid)
        ringing = self._turn(sid, "queued", "ringing")
        if placed and ringing:
            # No errand: nothing waits for a phone that nobody answers.
            Thread(target=self._ring_out, args=(sid,), daemon=True, name="ringing").start()
            fault = self._faults.take("calls.report", placed.phone) or Fault()
            both = (ringing, placed) if fault.out_of_order else (placed, ringing)
            for call in both if not fault.silent else ():
                self._report(call)

    def _ring_out(self, sid: str) -> None:
        if self._courier.pause(self._ring_for):
            self.let_ring(sid)

    def _end(self, sid: str, before: str, after: str) -> bool:
        call = self._turn(sid, before, after, left=())
        if call is None:
            return False
        fault = self._faults.take("calls.report", call.phone) or Fault()
        if not fault.silent:
            self._report(call)
        return True

    def _report(self, call: Call) -> None:
        event = _EVENT_OF.get(call.status, "completed")
        if call.reports_to and event in call.events:
            self._post(call.reports_to, self._form(call), call, "twilio.call")

    def _form(self, call: Call) -> dict[str, str]:
        now = datetime.now(UTC)
        status = "initiated" if call.status == "queued" else call.status
        form = {
            "CallSid": call.sid,
            "AccountSid": self._knock.account_sid,
            "From": self._sender,
            "To": call.phone,
            "Called": call.phone,
            "Caller": self._sender,
            "CallStatus": status,
            "Direction": "outbound-api",
            "ApiVersion": "2010-04-01",
            "CallbackSource": "call-progress-events",
            "Timestamp": format_datetime(now),
        }
        if _EVENT_OF.get(call.status) is None:
            lasted = (now - call.answered_at).total_seconds() if call.answered_at else 0
            form |= {"CallDuration": str(int(lasted)), "Duration": "1"}
        return form

    def _post(self, url: str, form: Mapping[str, str], call: Call, kind: str) -> None:
        answer = self._knock.post(url, form, {})
        self._record.delivery(
            Delivery(kind, call.sid, 1, answer.status, answer.seconds, answer.reason)
        )
        if answer.status is not None and not answer.ok:
            self._record.violate("status_callback_refused", call.status, str(answer.status))

    def _turn(self, sid: str, before: str, after: str, **more: Any) -> Call | None:
        """The call in its new state, or None where it was not in the one before."""
        with self._lock:
            call = self._calls.get(sid)
            if call is None or call.status != before:
                return None
            self._calls[sid] = turned = replace(call, status=after, **more)
        self._bell.ring()
        return turned

    def _change(self, sid: str, **more: Any) -> None:
        with self._lock:
            self._calls[sid] = replace(self._calls[sid], **more)
        self._bell.ring()


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
