"""How fast a vendor may be spoken to, per recipient: one row holds when it is free again."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.core.thread import Thread
from bot.store import tables as t
from bot.store.transaction import Transaction

# Slack takes about one post a second in a channel, WhatsApp about one message in six seconds
# per person; both forgive a short burst, which is what a result with its picture is.
_INTERVAL = {
    Channel.SLACK: timedelta(seconds=1),
    Channel.WHATSAPP: timedelta(seconds=6),
    Channel.PHONE: timedelta(seconds=60),
    Channel.SMS: timedelta(seconds=1),
}
_BURST = {Channel.SLACK: 3, Channel.WHATSAPP: 10, Channel.PHONE: 2, Channel.SMS: 3}
# WhatsApp forgives some 45 in a row: what the rest may not use up is kept for alarms.
_BURST_OF_ALARMS = _BURST | {Channel.WHATSAPP: 40}
# What Slack forgives beyond that is kept for the cards that call a person: nothing that nurses
# write to the cards before may hold up the next one.
_BURST_OF_CALLS = _BURST_OF_ALARMS | {Channel.SLACK: 5}


def take_turn(
    tx: Transaction,
    thread: Thread,
    *,
    alarm: bool,
    calls: bool = False,
    rewrites: bool = False,
    uploads: bool = False,
) -> datetime | None:
    """None where the message may go now, otherwise when to come back. `calls`: it is the card that
    calls a person. `rewrites`: it changes an earlier one, and leaves the burst to those that are
    new. `uploads`: it brings Slack a file."""
    channel = thread.channel
    held = _free_at(tx, _uploads(tx)) if uploads else None
    if held and held > tx.now:
        return held
    mark = _recipient(tx, thread)
    free_at = _free_at(tx, mark)
    interval = _INTERVAL[channel]
    bursts = _BURST_OF_CALLS if calls else _BURST_OF_ALARMS if alarm else _BURST
    burst = 1 if rewrites else bursts[channel]
    earliest = (free_at or tx.now) - interval * (burst - 1)
    if earliest > tx.now:
        line = "rewrites" if rewrites else "calls" if calls else "alarms" if alarm else "others"
        return _place_in_line(tx, thread, earliest, line)
    _hold(tx, mark, max(free_at or tx.now, tx.now) + interval)
    return None


def _place_in_line(tx: Transaction, thread: Thread, earliest: datetime, line: str) -> datetime:
    """Messages that wait come back one after the other: all at one instant, and all but one would
    be put off again, and again. What is urgent or new stands in no line behind what is not."""
    mark = tx.vault.fingerprint(f"{thread.channel}|{thread.address.to}|{line}", "recipient")
    last = _free_at(tx, mark)
    place = max(earliest, last + _INTERVAL[thread.channel]) if last else earliest
    _hold(tx, mark, place)
    return place


def hold_recipient(tx: Transaction, thread: Thread, until: datetime) -> None:
    """The vendor said when it will listen again."""
    slack = _INTERVAL[thread.channel] * (_BURST[thread.channel] - 1)
    _hold(tx, _recipient(tx, thread), until + slack)


def hold_uploads(tx: Transaction, until: datetime) -> None:
    """Slack counts the files of a workspace, whichever channel they are for."""
    _hold(tx, _uploads(tx), until)


def _free_at(tx: Transaction, mark: str) -> datetime | None:
    free_at: datetime | None = tx.value(
        select(t.pacing.c.free_at).where(t.pacing.c.recipient_print == mark)
    )
    return free_at


def _uploads(tx: Transaction) -> str:
    return tx.vault.fingerprint("slack|files", "recipient")


def _recipient(tx: Transaction, thread: Thread) -> str:
    return tx.vault.fingerprint(f"{thread.channel}|{thread.address.to}", "recipient")


def _hold(tx: Transaction, mark: str, free_at: datetime) -> None:
    event = AuditEvent(AuditKind.MESSAGE_PACED, "system:deliver", "pacing")
    values = {"recipient_print": mark, "free_at": free_at}
    if not tx.add_once(t.pacing, values, ["recipient_print"], event):
        row = t.pacing.c.recipient_print == mark
        tx.write(update(t.pacing).where(row).values(free_at=free_at), event)
