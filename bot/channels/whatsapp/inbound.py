"""Twilio's webhooks: verified, then read into our own words."""

from collections.abc import Mapping
from datetime import datetime

from twilio.request_validator import RequestValidator

from bot.channels.origins import origin
from bot.channels.whatsapp.client import VENDOR
from bot.core.inbound import (
    Attachment,
    AttachmentKind,
    Channel,
    DeliveryReport,
    DeliveryState,
    InboundMessage,
)
from bot.core.ports import Address

_MOST_MEDIA = 10
_KINDS = {
    "image": AttachmentKind.PHOTO,
    "audio": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
    "application": AttachmentKind.DOCUMENT,
    "text": AttachmentKind.DOCUMENT,
}


def verify(auth_token: str, signature: str, url: str, form: Mapping[str, str]) -> bool:
    """`url` is the public one that Twilio was given. All fields count, empty ones too; a field
    that came twice counts twice where `form` is a MultiDict."""
    validator = RequestValidator(auth_token)
    return bool(validator.validate(url, form, signature))


def parse(form: Mapping[str, str], now: datetime, *, api_base: str) -> InboundMessage:
    sender = form["From"].removeprefix("whatsapp:")
    return InboundMessage(
        provider_id=form["MessageSid"],
        channel=Channel.WHATSAPP,
        sender=sender,
        address=Address(sender),
        text=form.get("Body", ""),
        attachments=_attachments(form, api_base),
        sent_at=now,
        replied_to=form.get("OriginalRepliedMessageSid") or None,
        button_payload=form.get("ButtonPayload") or form.get("ListId") or None,
    )


def parse_status(form: Mapping[str, str]) -> DeliveryReport | None:
    """None for a state that says nothing about arrival."""
    try:
        state = DeliveryState(form.get("MessageStatus", ""))
    except ValueError:
        return None
    return DeliveryReport(form["MessageSid"], state, form.get("ErrorCode") or None)


def _attachments(form: Mapping[str, str], api_base: str) -> tuple[Attachment, ...]:
    said = form.get("NumMedia", "")
    count = min(int(said), _MOST_MEDIA) if said.isdecimal() else 0
    found = [
        _attachment(form.get(f"MediaUrl{n}", ""), form.get(f"MediaContentType{n}", ""), api_base)
        for n in range(count)
    ]
    if form.get("MessageType") == "location" or form.get("Latitude"):
        found.append(Attachment("", AttachmentKind.LOCATION))
    if form.get("MessageType") in ("contact", "contacts") and not found:
        found.append(Attachment("", AttachmentKind.CONTACT))
    return tuple(found)


def _attachment(url: str, content_type: str, api_base: str) -> Attachment:
    if origin(url) not in (origin(api_base), origin(VENDOR)):
        # Twilio hands out media of its own host only: another one wants our credentials.
        return Attachment("", AttachmentKind.FORGED, content_type)
    kind = _KINDS.get(content_type.split("/")[0].lower(), AttachmentKind.OTHER)
    if content_type.lower().startswith("image/webp"):
        # What a phone takes arrives as JPEG; WebP is how WhatsApp carries stickers.
        kind = AttachmentKind.STICKER
    if "vcard" in content_type.lower():
        kind = AttachmentKind.CONTACT
    return Attachment(url, kind, content_type)
