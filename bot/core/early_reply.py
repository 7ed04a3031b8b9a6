"""A reply that may stand under a card which Slack shows before the house has noted its posting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.inbound import InboundMessage

LOOK_AGAIN = timedelta(seconds=2)
# A danger that is under no known card by then is triaged as a message of its own.
DANGER_WAITS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class EarlyReply:
    """`id` is that of its inbound row."""

    id: str
    message: InboundMessage
    arrived_at: datetime
