"""What happens to an accepted message: its media fetched, its states told, perhaps in vain."""

from email.utils import format_datetime
from urllib.parse import urlsplit

import requests

from bot.web.sandbox.contents import kind_of
from bot.web.sandbox.courier import Courier
from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Delivery, Record
from bot.web.sandbox.whatsapp.line import Exchange, Line, Media, new_sid
from bot.web.sandbox.whatsapp.webhook import TwilioKnock

LARGEST_IMAGE = 5 * 1024 * 1024
LARGEST_MEDIA = 16 * 1024 * 1024
MEDIA_TYPES = frozenset(
    {"image/jpeg", "image/png", "audio/ogg", "audio/mpeg", "video/mp4", "application/pdf"}
)
MEDIA_FAILED = 63019
# These end in "failed"; the phone's own refusals end in "undelivered".
_FAILED = frozenset({63016, 63019, 63007})


class Outgoing:
    def __init__(
        self,
        exchange: Exchange,
        knock: TwilioKnock,
        courier: Courier,
        faults: Faults,
        record: Record,
        pause: float,
    ) -> None:
        self._exchange = exchange
        self._knock = knock
        self._courier = courier
        self._faults = faults
        self._record = record
        self._pause = pause

    def deliver(self, sid: str) -> None:
        message = self._exchange.get(sid)
        if message is None:
            return
        fault = self._faults.take("messages.deliver", message.phone) or Fault()
        if not self._courier.pause(self._pause + fault.delay):
            return
        code = int(fault.error) if fault.error is not None else None
        media: tuple[Media, ...] = ()
        if code is None and message.media_urls:
            fetched = self._fetch(message.media_urls[0])
            media, code = ((fetched,), None) if fetched else ((), MEDIA_FAILED)
        if code is not None:
            state = "failed" if code in _FAILED else "undelivered"
            self._advance(sid, [state], fault, code)
            return
        self._exchange.change(sid, media=media)
        states = ["sent", "delivered"] if fault.never_read else ["sent", "delivered", "read"]
        self._advance(sid, states, fault, None)

    def _advance(self, sid: str, states: list[str], fault: Fault, code: int | None) -> None:
        reported: list[Line] = []
        for state in states:
            changed = self._exchange.change(sid, status=state, error_code=code)
            if changed is None:
                return
            reported.append(changed)
            if not fault.out_of_order:
                self._report(changed, fault)
                if not self._courier.pause(self._pause):
                    return
        if fault.out_of_order:
            for changed in reversed(reported):
                self._report(changed, fault)

    def _report(self, message: Line, fault: Fault) -> None:
        if not message.status_callback or fault.silent:
            return
        form = {
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "MessageStatus": message.status,
            "ChannelToAddress": f"{message.phone[:-4]}XXXX",
            "To": f"whatsapp:{message.phone}",
            "ChannelPrefix": "whatsapp",
            "MessageSid": message.sid,
            "AccountSid": self._knock.account_sid,
            "From": self._knock.sender,
            "ApiVersion": "2010-04-01",
            "ChannelInstallSid": "XE" + "0" * 32,
        }
        if message.error_code:
            form |= {"ErrorCode": str(message.error_code), "ChannelStatusMessage": ""}
        if message.status == "read":
            form["EventType"] = "READ"
        answer = self._knock.post(message.status_callback, form, {})
        self._record.delivery(
            Delivery("twilio.status", message.sid, 1, answer.status, answer.seconds, answer.reason)
        )
        if answer.status is not None and not answer.ok:
            self._record.violate("status_callback_refused", message.status, str(answer.status))

    def _fetch(self, url: str) -> Media | None:
        """Twilio's servers fetch what they send; here the public address leads to the product."""
        local = self._knock.reachable(url)
        if local is None:
            self._record.violate("media_foreign_host", "MediaUrl", urlsplit(url).hostname or "")
            return None
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(local, timeout=10)
        except requests.RequestException as error:
            self._record.violate("media_unreachable", "MediaUrl", type(error).__name__)
            return None
        declared = answer.headers.get("Content-Type", "").split(";")[0].strip()
        found = kind_of(answer.content)[0]
        limit = LARGEST_IMAGE if declared.startswith("image/") else LARGEST_MEDIA
        problem = None
        if answer.status_code != 200:
            problem = f"http_{answer.status_code}"
        elif declared not in MEDIA_TYPES or declared != found:
            problem = f"media_type_{declared or 'none'}_is_{found}"
        elif len(answer.content) > limit:
            problem = "media_too_large"
        if problem:
            self._record.violate("media_refused", "MediaUrl", problem)
            return None
        return Media(new_sid("ME"), declared, answer.content)


def rfc2822(message: Line) -> str:
    return format_datetime(message.created_at)
