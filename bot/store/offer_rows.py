"""Which messages offer answers, and which of them were answered. The answers themselves are the
message's own facts."""

from datetime import datetime

from sqlalchemy import insert, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction


def keep_offer(tx: Transaction, outbox_id: str, thread_id: str) -> None:
    event = AuditEvent(AuditKind.CHOICE_OFFERED, "system", f"message:{outbox_id}")
    row = {"outbox_id": outbox_id, "thread_id": thread_id, "offered_at": tx.now}
    tx.write(insert(t.offers).values(row), event)


def close_offer(tx: Transaction, outbox_id: str, actor: str) -> bool:
    """Whether this was the first to answer it."""
    table = t.offers
    event = AuditEvent(AuditKind.CHOICE_MADE, actor, f"message:{outbox_id}")
    open_still = (table.c.outbox_id == outbox_id) & table.c.closed_at.is_(None)
    return tx.write(update(table).where(open_still).values(closed_at=tx.now), event) == 1


def offers_in(
    snapshot: Snapshot, thread_id: str, *, since: datetime | None = None, open_only: bool = False
) -> list[str]:
    """The outbox ids, the latest first."""
    table = t.offers
    query = (
        select(table.c.outbox_id)
        .join(t.outbox, t.outbox.c.id == table.c.outbox_id)
        .where(table.c.thread_id == thread_id)
        .order_by(t.outbox.c.seq.desc())
    )
    if since is not None:
        query = query.where(table.c.offered_at >= since)
    if open_only:
        query = query.where(table.c.closed_at.is_(None))
    return [row.outbox_id for row in snapshot.all(query)]
