"""WhatsApp's customer service window: free words only to who wrote within a day, else a template
that WhatsApp approved."""

from datetime import datetime, timedelta

from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.thread import Thread

WINDOW = timedelta(hours=24)
# What waits for the window to open is looked at again this often, and given up after a day.
LOOK_AGAIN = timedelta(minutes=30)
HELD_FOR = timedelta(hours=24)

# Those that say all they have to say in a template of their own.
OWN_TEMPLATE: dict[MessageKind, str] = {
    MessageKind.KNOCK: "message",
    MessageKind.REMINDER: "reminder",
}


def is_closed(thread: Thread, now: datetime) -> bool:
    if thread.channel is not Channel.WHATSAPP:
        return False
    return thread.heard_at is None or now - thread.heard_at >= WINDOW
