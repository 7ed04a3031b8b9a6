"""A conversation: one phone on WhatsApp, or one thread, channel or DM in Slack."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.inbound import Channel
from bot.core.ports import Address


@dataclass(frozen=True, slots=True)
class Thread:
    """`heard_at` is when its person last wrote: WhatsApp's 24-hour window counts from there."""

    id: str
    channel: Channel
    address: Address
    staff_id: str | None
    heard_at: datetime | None
