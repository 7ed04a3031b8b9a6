"""What was queued and said, as it is read back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select

from bot.core.inbound import Channel
from bot.core.message import UNSENT, Message, MessageKind, OutboxStatus
from bot.core.staff import Language
from bot.core.thread import Thread
from bot.core.work import Work
from bot.store import tables as t
from bot.store.thread_rows import thread_by_id
from bot.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox. `uncertain_since` is set while an attempt may have arrived."""

    id: str
    case_id: str | None
    thread: Thread
    language: Language
    message: Message
    status: OutboxStatus
    queued_at: datetime
    attempts: int
    uncertain_since: datetime | None
    provider_id: str | None
    place: str | None


def work_of(alarm: bool) -> Work:
    return Work.DELIVER_ALARM if alarm else Work.DELIVER_MESSAGE


def message_by_id(snapshot: Snapshot, id: str) -> Outgoing:
    row = snapshot.first(select(t.outbox).where(t.outbox.c.id == id))
    if row is None:
        raise KeyError("message")
    return _outgoing(snapshot, row)


def message_sent_as(
    snapshot: Snapshot, channel: Channel, provider_id: str, place: str | None = None
) -> Outgoing | None:
    """The message that the vendor knows by this id (in Slack: in this channel)."""
    for row in snapshot.all(select(t.outbox).where(t.outbox.c.provider_id == provider_id)):
        outgoing = _outgoing(snapshot, row)
        if outgoing.thread.channel is channel and place in (None, outgoing.place):
            return outgoing
    return None


def being_posted(snapshot: Snapshot) -> list[Outgoing]:
    """New messages that a vendor may show already, although its id is not noted here yet."""
    table = t.outbox
    given = (table.c.status == OutboxStatus.SENDING) | table.c.uncertain_since.is_not(None)
    query = select(table).where(
        table.c.status.in_(UNSENT), given, table.c.provider_id.is_(None), table.c.replaces.is_(None)
    )
    return [_outgoing(snapshot, row) for row in snapshot.all(query)]


def cards_of(snapshot: Snapshot, case_id: str) -> list[Outgoing]:
    """The escalation cards of a case that were posted or wait to be, oldest first."""
    table = t.outbox
    query = (
        select(table)
        .where(
            table.c.case_id == case_id,
            table.c.kind == MessageKind.CARD,
            table.c.replaces.is_(None),
            table.c.status != OutboxStatus.FAILED,
        )
        .order_by(table.c.seq)
    )
    return [_outgoing(snapshot, row) for row in snapshot.all(query)]


def latest_message(snapshot: Snapshot, case_id: str, kind: MessageKind) -> Outgoing | None:
    """The one of this kind that was queued last in the case."""
    table = t.outbox
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.kind == kind)
        .order_by(table.c.seq.desc())
        .limit(1)
    )
    row = snapshot.first(query)
    return _outgoing(snapshot, row) if row else None


def said_after(snapshot: Snapshot, earlier: Outgoing, kind: MessageKind) -> bool:
    """Whether a message of this kind was queued in the same conversation since."""
    table = t.outbox
    seq = select(table.c.seq).where(table.c.id == earlier.id).scalar_subquery()
    here = (table.c.thread_id == earlier.thread.id) & (table.c.kind == kind)
    return snapshot.first(select(table.c.id).where(here, table.c.seq > seq).limit(1)) is not None


def last_said(snapshot: Snapshot, case_id: str, kind: MessageKind) -> datetime | None:
    """When a message of this kind was last queued in the case."""
    found: datetime | None = snapshot.value(
        select(func.max(t.outbox.c.queued_at)).where(
            t.outbox.c.case_id == case_id, t.outbox.c.kind == kind
        )
    )
    return found


def due_messages(snapshot: Snapshot, now: datetime) -> list[tuple[Work, str]]:
    table = t.outbox
    query = (
        select(table.c.id, table.c.alarm)
        .where(
            or_(
                (table.c.status == OutboxStatus.QUEUED) & (table.c.next_attempt_at <= now),
                (table.c.status == OutboxStatus.SENDING) & (table.c.lease_until <= now),
            )
        )
        .order_by(table.c.seq)
    )
    return [(work_of(row.alarm), row.id) for row in snapshot.all(query)]


def oldest_unsent(snapshot: Snapshot) -> datetime | None:
    query = (
        select(t.outbox.c.queued_at)
        .where(t.outbox.c.status.in_(UNSENT))
        .order_by(t.outbox.c.queued_at)
        .limit(1)
    )
    found: datetime | None = snapshot.value(query)
    return found


def _outgoing(snapshot: Snapshot, row: Row[Any]) -> Outgoing:
    vault = snapshot.vault
    message = Message(
        kind=row.kind,
        key=row.idempotency_key,
        facts=vault.open_facts(row.facts_sealed, "outbox.facts"),
        picture=row.picture,
        replaces=row.replaces,
        under=row.under,
        only_to=(
            vault.open_text(row.only_to_sealed, "outbox.only_to") if row.only_to_sealed else None
        ),
        alarm=row.alarm,
    )
    return Outgoing(
        id=row.id,
        case_id=row.case_id,
        thread=thread_by_id(snapshot, row.thread_id),
        language=row.language,
        message=message,
        status=row.status,
        queued_at=row.queued_at,
        attempts=row.attempts,
        uncertain_since=row.uncertain_since,
        provider_id=row.provider_id,
        place=vault.open_text(row.place_sealed, "outbox.place") if row.place_sealed else None,
    )
