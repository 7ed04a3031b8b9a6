"""A message as it arrived, whichever chat it came from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ports import Address


class Channel(StrEnum):
    WHATSAPP = "whatsapp"
    SLACK = "slack"
    PHONE = "phone"
    SMS = "sms"


class AttachmentKind(StrEnum):
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    FORGED = "forged"
    GONE = "gone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """`source` is what `Messenger.fetch` takes; its meaning belongs to the channel."""

    source: str
    kind: AttachmentKind
    content_type: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """`provider_id` is the identity to dedupe on. `sender` is E.164 or a Slack user id.
    `replied_to` is the provider's id of the message that was answered; in Slack's direct messages
    that is the thread's first. `before` is what an edited message said until then. `addressed`: it
    stands in a Slack channel and names Vigia, or a person pointed Vigia at it."""

    provider_id: str
    channel: Channel
    sender: str
    address: Address
    text: str
    attachments: tuple[Attachment, ...]
    sent_at: datetime
    replied_to: str | None = None
    button_payload: str | None = None
    before: str | None = None
    addressed: bool = False


class DeliveryState(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    provider_id: str
    state: DeliveryState
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed in Slack. `provider_id` is the identity to dedupe on. `channel` and
    `message` are empty for a press on the home tab."""

    provider_id: str
    user: str
    action: str
    value: str
    channel: str
    message: str
    trigger_id: str | None = None

    @property
    def on_home(self) -> bool:
        return not self.channel


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`/vigia` and what was typed after it. `provider_id` is the identity to dedupe on;
    `response_url`, where Slack takes later answers for half an hour, is a secret."""

    provider_id: str
    user: str
    text: str
    response_url: str
