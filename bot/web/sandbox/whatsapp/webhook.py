"""Twilio's knock at the product's door: signed over the public address, retried once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from bot.web.sandbox.courier import Answer, Courier
from bot.web.sandbox.record import Delivery, Record
from bot.web.sandbox.whatsapp.line import Line

MESSAGE_PATH = "/webhooks/whatsapp"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EMPTY_FIELDS = ("ButtonText", "ButtonPayload")


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether the product took the message, and the texts of its TwiML answer."""

    taken: bool
    texts: tuple[str, ...] = ()


class TwilioKnock:
    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_url: str,
        target: str,
        courier: Courier,
        record: Record,
        deadline: float,
    ) -> None:
        self.account_sid = account_sid
        self.sender = sender
        self.public_url = public_url
        self.target = target
        self._validator = RequestValidator(auth_token)
        self._courier = courier
        self._record = record
        self._deadline = deadline

    def reachable(self, url: str) -> str | None:
        """Where the public address is on this machine; None for a host that is not here."""
        if url == self.public_url or url.startswith(self.public_url + "/"):
            return self.target + url.removeprefix(self.public_url)
        return url if urlsplit(url).hostname in LOOPBACK else None

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        local = self.reachable(url)
        if local is None:
            self._record.violate("callback_foreign_host", "webhook", urlsplit(url).hostname or "")
            return Answer(None, b"", "", 0.0, "connection_failed")
        signed = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, dict(form)),
            "X-Home-Region": "us1",
        } | dict(headers)
        return self._courier.post(local, urlencode(form).encode(), signed, deadline=self._deadline)

    def announce(self, form: Mapping[str, str]) -> Heard:
        """Delivers an inbound message."""
        token = {"I-Twilio-Idempotency-Token": str(uuid.uuid4())}
        for attempt in (1, 2):
            answer = self.post(self.public_url + MESSAGE_PATH, form, token)
            self._record.delivery(
                Delivery(
                    "twilio.message",
                    form["MessageSid"],
                    attempt,
                    answer.status,
                    answer.seconds,
                    answer.reason,
                )
            )
            if answer.reason == "http_timeout":
                self._record.violate("late_answer", MESSAGE_PATH, f"{answer.seconds:.1f} s")
            if answer.status is not None and answer.status < 500:
                return Heard(answer.ok, tuple(self._read_twiml(answer)))
        return Heard(taken=False)

    def _read_twiml(self, answer: Answer) -> list[str]:
        if not answer.ok or not answer.body.strip():
            return []
        if "xml" not in answer.content_type:
            if "text/plain" in answer.content_type:
                return [answer.body.decode()]
            self._record.violate("invalid_content_type", MESSAGE_PATH, answer.content_type)
            return []
        try:
            root = ElementTree.fromstring(answer.body)
        except ElementTree.ParseError:
            root = ElementTree.Element("unreadable")
        if root.tag != "Response":
            self._record.violate("invalid_twiml", MESSAGE_PATH, root.tag)
            return []
        texts = [m.findtext("Body") or m.text or "" for m in root.iter("Message")]
        return [text.strip() for text in texts if text.strip()]


def inbound_form(
    message: Line,
    *,
    account_sid: str,
    sender: str,
    name: str,
    api_base: str,
    extra: Mapping[str, str],
) -> dict[str, str]:
    """The fields of Twilio's WhatsApp webhook, the empty ones too."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ProfileName": name,
        "MessageType": _message_type(message),
        "SmsSid": message.sid,
        "WaId": message.phone.lstrip("+"),
        "SmsStatus": "received",
        "Body": message.body,
        "To": sender,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": f"whatsapp:{message.phone}",
        "ApiVersion": "2010-04-01",
        "ChannelMetadata": "",
    } | dict.fromkeys(EMPTY_FIELDS, "")
    for n, media in enumerate(message.media):
        path = f"/2010-04-01/Accounts/{account_sid}/Messages/{message.sid}/Media/{media.sid}"
        form |= {f"MediaUrl{n}": api_base + path, f"MediaContentType{n}": media.content_type}
    if message.location:
        latitude, longitude = message.location
        form |= {"Latitude": str(latitude), "Longitude": str(longitude), "Address": "", "Label": ""}
    if message.replied_to:
        form |= {
            "OriginalRepliedMessageSid": message.replied_to,
            "OriginalRepliedMessageSender": sender,
        }
    return form | dict(extra)


def _message_type(message: Line) -> str:
    if message.location:
        return "location"
    if not message.media:
        return "text"
    kind = message.media[0].content_type
    if "vcard" in kind:
        return "contacts"
    family = kind.split("/")[0]
    return family if family in ("image", "audio", "video") else "document"
