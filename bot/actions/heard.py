"""Whether a message is said to Vigia at all, or to the nurse of a case."""

from bot.core.inbound import Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.redflags import find_red_flags, flags_by_rule
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.store.said_rows import message_sent_as
from bot.store.thread_rows import known_thread
from bot.store.transaction import Snapshot

# What tells clinicians of a case; a hand-over is told in their direct messages too.
_TOLD_TO_CLINICIANS = frozenset({MessageKind.CARD, MessageKind.DONE_UNDER_CARD})


def is_reply(message: InboundMessage) -> bool:
    """In Slack, in the thread of an earlier post."""
    root = message.address.thread
    first = message.provider_id.endswith(f":{root}")
    return message.channel is Channel.SLACK and root is not None and not first


def case_of_card(snapshot: Snapshot, message: InboundMessage) -> str | None:
    """The case that clinicians were told of by the message under which this stands in Slack."""
    root = message.address.thread or message.replied_to
    if message.channel is not Channel.SLACK or not root:
        return None
    card = message_sent_as(snapshot, Channel.SLACK, root, message.address.to)
    return card.case_id if card and card.message.kind in _TOLD_TO_CLINICIANS else None


def says_anything_new(snapshot: Snapshot, message: InboundMessage, rules: Rules) -> bool:
    """What was said once counts, and a correction is a message of its own: of an edit nothing
    counts but a danger or a file that it adds. What a clinician corrects, the nurse must read."""
    if message.before is None or message.attachments or case_of_card(snapshot, message):
        return True
    limits = rules.table.limits
    known = {flag.kind for flag in find_red_flags(message.before, limits)}
    return any(flag.kind not in known for flag in find_red_flags(message.text, limits))


def is_overheard(
    snapshot: Snapshot, message: InboundMessage, staff: Staff | None, rules: Rules
) -> bool:
    """A reply among colleagues, in a Slack thread that Vigia has no part in."""
    for_us = message.replied_to is not None or message.addressed
    if for_us or not is_reply(message) or message.attachments:
        return False
    root, place = message.address.thread, message.address.to
    ours = known_thread(snapshot, Channel.SLACK, message.address)
    card = message_sent_as(snapshot, Channel.SLACK, root or "", place)
    # Talk that is not meant for Vigia counts where a rule names the danger, not by its sound.
    danger = staff is not None and bool(flags_by_rule(message.text, rules.table.limits))
    return ours is None and card is None and not danger
