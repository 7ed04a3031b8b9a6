"""Which message a pressed button sits on."""

from collections.abc import Callable

from bot.core.inbound import Channel, Press
from bot.store.said_rows import Outgoing, being_posted, message_sent_as
from bot.store.transaction import Snapshot


def pressed_message(
    snapshot: Snapshot, pressed: Press, carries: Callable[[Outgoing], bool]
) -> Outgoing | None:
    """None where that message does not carry the button. Slack shows a message before the house
    has noted the id that Slack gave it: a press on such a one counts."""
    known = message_sent_as(snapshot, Channel.SLACK, pressed.message, pressed.channel)
    if known:
        return known if carries(known) else None
    posting = (one for one in being_posted(snapshot) if one.thread.channel is Channel.SLACK)
    return next(filter(carries, posting), None)
