"""Who writes under a message of Vigia's in Slack is sometimes faster than the note that Slack took
it: the reply is kept, and taken in once the message is known."""

from datetime import datetime

from bot.actions.asking import Unsearched
from bot.actions.heard import is_reply
from bot.actions.intake import receive
from bot.core.early_reply import DANGER_WAITS, EarlyReply
from bot.core.inbound import Channel, InboundMessage
from bot.core.protocol.answer import Answer
from bot.core.redflags import find_red_flags, flags_by_rule
from bot.core.rules import Rules
from bot.store.early_reply_rows import (
    keep_reply,
    put_off_reply,
    release_reply,
    replies_under,
)
from bot.store.inbound_rows import claim_inbound
from bot.store.said_rows import being_posted, message_sent_as
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import known_thread
from bot.store.transaction import Snapshot, Transaction


def hear_message(
    tx: Transaction,
    message: InboundMessage,
    rules: Rules,
    answer: Answer | Unsearched | None = None,
) -> None:
    """What a chat sends: received at once, or kept until what it may reply to is known.
    Either way nothing of it can be lost after this."""
    staff = staff_by_sender(tx, message.channel, message.sender)
    if staff and may_be_under_a_post(tx, message, tx.now):
        # Without its words: they may be none of ours.
        kept = claim_inbound(tx, message.channel, message.provider_id, staff.id, None)
        if kept:
            keep_reply(tx, kept, message, f"staff:{staff.id}")
        return
    if is_reply(message):
        take_up_replies(tx, message.address.thread or "", rules)
    receive(tx, message, rules, answer)


def take_up_replies(tx: Transaction, root: str, rules: Rules) -> None:
    """Of one thread together, so that none overtakes another: each is received as what it is, once
    no message that was being posted when it came is still unknown."""
    for reply in replies_under(tx, root):
        waits = may_be_under_a_post(tx, reply.message, reply.arrived_at)
        if waits and not _is_pressing(tx, reply, rules):
            put_off_reply(tx, reply.id)
        else:
            release_reply(tx, reply.id)
            receive(tx, reply.message, rules, kept=reply.id)


def may_be_under_a_post(snapshot: Snapshot, message: InboundMessage, arrived_at: datetime) -> bool:
    """Of Vigia's that Slack shows already, although its id is not noted here yet."""
    if not is_reply(message):
        return False
    posting = any(
        one.thread.channel is Channel.SLACK and one.queued_at <= arrived_at
        for one in being_posted(snapshot)
    )
    root, place = message.address.thread or "", message.address.to
    return (
        posting
        and message_sent_as(snapshot, Channel.SLACK, root, place) is None
        and known_thread(snapshot, Channel.SLACK, message.address) is None
    )


def _is_pressing(tx: Transaction, reply: EarlyReply, rules: Rules) -> bool:
    """A danger as intake counts it where no card is known: words alone by a rule, beside a photo
    by their sound too."""
    if tx.now - reply.arrived_at < DANGER_WAITS:
        return False
    find = find_red_flags if reply.message.attachments else flags_by_rule
    return bool(find(reply.message.text, rules.table.limits))
