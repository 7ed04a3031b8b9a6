"""Media of people who are not enrolled: never fetched, and known only until the vendor's copy is
gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_TABLE = t.unkept_media
_SEAL = "unkept_media.source"
# For a moment after its message Twilio does not know a file, which would pass for gone.
_KNOWN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class UnkeptMedia:
    """`source` is what the channel's messenger forgets."""

    id: str
    channel: Channel
    source: str


def keep_nothing_of(tx: Transaction, channel: Channel, source: str) -> None:
    values = {
        "id": new_id(),
        "channel": channel,
        "source_sealed": tx.vault.seal_text(source, _SEAL),
        "forget_due_at": tx.now + _KNOWN_AFTER,
    }
    event = AuditEvent(AuditKind.INBOUND_REFUSED, f"vendor:{channel}", f"unkept:{values['id']}")
    tx.write(insert(_TABLE).values(values), event)


def unkept_by_id(snapshot: Snapshot, id: str) -> UnkeptMedia | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.id == id))
    if row is None:
        return None
    return UnkeptMedia(row.id, row.channel, snapshot.vault.open_text(row.source_sealed, _SEAL))


def unkept_to_forget(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(_TABLE.c.id).where(_TABLE.c.forget_due_at <= now)
    return [row.id for row in snapshot.all(query)]


def note_unkept_forgotten(
    tx: Transaction, media: UnkeptMedia, next_try: datetime | None, reason: str | None, actor: str
) -> None:
    """The vendor's copy is gone, or is to be deleted again at `next_try`."""
    event = AuditEvent(
        AuditKind.FILE_FORGOTTEN,
        actor,
        f"unkept:{media.id}",
        {"done": next_try is None, "reason": reason},
    )
    row = _TABLE.c.id == media.id
    if next_try is None:
        tx.write(delete(_TABLE).where(row), event)
    else:
        tx.write(update(_TABLE).where(row).values(forget_due_at=next_try), event)
