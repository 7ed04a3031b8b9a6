"""A message as it is taken in: what was sent, by whom, and where the answer goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.inbound import Attachment, AttachmentKind, InboundMessage
from bot.core.staff import Staff
from bot.core.thread import Thread


@dataclass(frozen=True, slots=True)
class Arrived:
    """`id` is its inbound row, `danger` whether its words sound like one."""

    message: InboundMessage
    staff: Staff
    thread: Thread
    id: str
    danger: bool

    @property
    def actor(self) -> str:
        return f"staff:{self.staff.id}"

    @property
    def has_words(self) -> bool:
        return bool(self.message.text.strip())

    @property
    def photos(self) -> list[Attachment]:
        return [a for a in self.message.attachments if a.kind is AttachmentKind.PHOTO]

    @property
    def others(self) -> Mapping[str, Attachment]:
        """What is no photo, by the key of what is said of it."""
        return {
            f"{self.id}:{at}": one
            for at, one in enumerate(self.message.attachments)
            if one.kind is not AttachmentKind.PHOTO
        }

    @property
    def voices(self) -> Mapping[str, str]:
        """The sources of the voice notes, by the same key."""
        voice = AttachmentKind.VOICE
        return {key: one.source for key, one in self.others.items() if one.kind is voice}
