"""Photos on their way: announced, stored, read. A claim is a conditional update with a lease."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from bot.core.assessment import (
    Category,
    CategoryDistribution,
    Notice,
    Outcome,
    Reading,
    Tissue,
)
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import PENDING_PHOTOS, Photo, PhotoStatus
from bot.core.inbound import Channel
from bot.core.ports import ReadPhoto
from bot.core.work import Work
from bot.store import tables as t
from bot.store.comparison_rows import comparison_picture
from bot.store.passed_file_rows import file_content
from bot.store.transaction import Snapshot, Transaction, new_id

_WORK_ON = {
    PhotoStatus.ANNOUNCED: Work.FETCH_PHOTO,
    PhotoStatus.STORED: Work.ASSESS_PHOTO,
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A reading as it was stored."""

    id: str
    photo_id: str
    reading: Reading
    has_overlay: bool
    has_bars: bool


def announce_photo(
    tx: Transaction, case_id: str, channel: Channel, source: str, actor: str
) -> str | None:
    """The new photo's id, or None where this very file is known already."""
    id = new_id()
    values = {
        "id": id,
        "case_id": case_id,
        "channel": channel,
        "source_sealed": tx.vault.seal_text(source, "photos.source"),
        "source_print": tx.vault.fingerprint(source, "source"),
        "status": PhotoStatus.ANNOUNCED,
        "arrived_at": tx.now,
        "attempts": 0,
        "due_at": tx.now,
        "forget_attempts": 0,
    }
    event = AuditEvent(AuditKind.PHOTO_ANNOUNCED, actor, f"photo:{id}", {"case": case_id})
    if not tx.add_once(t.photos, values, ["source_print"], event):
        return None
    tx.ring(Work.FETCH_PHOTO, id)
    return id


def case_of_photo(snapshot: Snapshot, source: str) -> str | None:
    """The case that has this very file, or None where it is not known."""
    mark = snapshot.vault.fingerprint(source, "source")
    case: str | None = snapshot.value(
        select(t.photos.c.case_id).where(t.photos.c.source_print == mark)
    )
    return case


def claim_photo(
    tx: Transaction, id: str, status: PhotoStatus, lease: timedelta, actor: str
) -> Photo | None:
    """Takes the photo for one attempt, or None where it is done, not due or somebody else's."""
    table = t.photos
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= tx.now)
    ready = (table.c.id == id) & (table.c.status == status) & (table.c.due_at <= tx.now) & free
    event = AuditEvent(AuditKind.PHOTO_CLAIMED, actor, f"photo:{id}", {"status": status})
    values = {"lease_until": tx.now + lease, "attempts": table.c.attempts + 1}
    if not tx.write(update(table).where(ready).values(values), event):
        return None
    return photo_by_id(tx, id)


def store_photo(tx: Transaction, photo: Photo, content: bytes, forget: bool, actor: str) -> bool:
    event = AuditEvent(AuditKind.PHOTO_STORED, actor, f"photo:{photo.id}", {"bytes": len(content)})
    values = {
        "status": PhotoStatus.STORED,
        "photo_sealed": tx.vault.seal(content, "photos.photo"),
        "attempts": 0,
        "lease_until": None,
        "due_at": tx.now,
        "forget_due_at": tx.now if forget else None,
    }
    if not tx.write(update(t.photos).where(_still(photo)).values(values), event):
        return False
    tx.ring(Work.ASSESS_PHOTO, photo.id)
    if forget:
        tx.ring(Work.DELETE_MEDIA, photo.id)
    return True


def retry_photo(tx: Transaction, photo: Photo, due_at: datetime, reason: str, actor: str) -> None:
    event = AuditEvent(AuditKind.PHOTO_RETRY, actor, f"photo:{photo.id}", {"reason": reason})
    values = {"due_at": due_at, "lease_until": None}
    tx.write(update(t.photos).where(_still(photo)).values(values), event)


def lose_photo(tx: Transaction, photo: Photo, reason: str, actor: str) -> bool:
    event = AuditEvent(AuditKind.PHOTO_LOST, actor, f"photo:{photo.id}", {"reason": reason})
    values = {"status": PhotoStatus.LOST, "lost_because": reason, "lease_until": None}
    return tx.write(update(t.photos).where(_still(photo)).values(values), event) == 1


def save_reading(
    tx: Transaction, photo: Photo, read: ReadPhoto, actor: str, *, bars: bytes | None = None
) -> bool:
    """Writes the assessment and marks the photo read; `bars` is the picture of its likely
    categories. Whether this was the first to do so."""
    reading = read.reading
    event = AuditEvent(
        AuditKind.PHOTO_READ, actor, f"photo:{photo.id}", {"outcome": reading.outcome}
    )
    values = {"status": PhotoStatus.READ, "lease_until": None}
    if not tx.write(update(t.photos).where(_still(photo)).values(values), event):
        return False
    id = new_id()
    quality = reading.quality
    row = {
        "id": id,
        "photo_id": photo.id,
        "case_id": photo.case_id,
        "made_at": tx.now,
        "outcome": reading.outcome,
        "reason": reading.reason,
        "model": reading.model,
        "p_wound": reading.p_wound,
        "categories": (
            {category.value: p for category, p in reading.categories.probabilities.items()}
            if reading.categories
            else None
        ),
        "plausible": sorted(reading.plausible),
        "tissue": dict(reading.tissue),
        "notices": sorted(reading.notices),
        "quality": (
            {
                "width": quality.width,
                "height": quality.height,
                "brightness": quality.brightness,
                "sharpness": quality.sharpness,
            }
            if quality
            else None
        ),
        "overlay_sealed": (
            tx.vault.seal(read.overlay, "assessments.overlay") if read.overlay else None
        ),
        "bars_sealed": tx.vault.seal(bars, "assessments.bars") if bars else None,
    }
    made = AuditEvent(
        AuditKind.ASSESSMENT_MADE, actor, f"assessment:{id}", {"model": reading.model}
    )
    tx.write(insert(t.assessments).values(row), made)
    return True


def photo_by_id(snapshot: Snapshot, id: str) -> Photo:
    row = snapshot.first(select(t.photos).where(t.photos.c.id == id))
    if row is None:
        raise KeyError("photo")
    return _photo(snapshot, row)


def photos_of_case(snapshot: Snapshot, case_id: str) -> list[Photo]:
    query = (
        select(t.photos)
        .where(t.photos.c.case_id == case_id)
        .order_by(t.photos.c.arrived_at, t.photos.c.id)
    )
    return [_photo(snapshot, row) for row in snapshot.all(query)]


def assessments_of_case(snapshot: Snapshot, case_id: str) -> list[Assessment]:
    table = t.assessments
    # Not the pictures themselves: a case is gathered often, and they are large.
    light = [column for column in table.c if not column.name.endswith("_sealed")]
    query = (
        select(
            *light,
            table.c.overlay_sealed.is_not(None).label("has_overlay"),
            table.c.bars_sealed.is_not(None).label("has_bars"),
        )
        .where(table.c.case_id == case_id)
        .order_by(table.c.made_at, table.c.id)
    )
    return [
        Assessment(row.id, row.photo_id, _reading(row), row.has_overlay, row.has_bars)
        for row in snapshot.all(query)
    ]


def picture(snapshot: Snapshot, reference: str) -> bytes | None:
    """The bytes of "photo:ID" as the nurse sent it, of "overlay:ASSESSMENT_ID", of
    "bars:ASSESSMENT_ID", of "chart:ID", of "comparison:CASE_ID", or of "file:ID", which may be a
    voice note."""
    kind, _, id = reference.partition(":")
    vault = snapshot.vault
    if kind == "photo":
        sealed = snapshot.value(select(t.photos.c.photo_sealed).where(t.photos.c.id == id))
        return vault.open(sealed, "photos.photo") if sealed else None
    if kind == "chart":
        table = t.scale_sittings
        sealed = snapshot.value(select(table.c.chart_sealed).where(table.c.id == id))
        return vault.open(sealed, "scale_sittings.chart") if sealed else None
    if kind == "comparison":
        return comparison_picture(snapshot, id)
    if kind == "file":
        return file_content(snapshot, id)
    if kind == "bars":
        sealed = snapshot.value(select(t.assessments.c.bars_sealed).where(t.assessments.c.id == id))
        return vault.open(sealed, "assessments.bars") if sealed else None
    sealed = snapshot.value(select(t.assessments.c.overlay_sealed).where(t.assessments.c.id == id))
    return vault.open(sealed, "assessments.overlay") if sealed else None


def due_photos(snapshot: Snapshot, now: datetime) -> list[tuple[Work, str]]:
    table = t.photos
    query = select(table.c.id, table.c.status).where(
        table.c.status.in_(PENDING_PHOTOS),
        table.c.due_at <= now,
        or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
    )
    return [(_WORK_ON[row.status], row.id) for row in snapshot.all(query)]


def media_to_forget(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(t.photos.c.id).where(t.photos.c.forget_due_at <= now)
    return [row.id for row in snapshot.all(query)]


def note_forgotten(
    tx: Transaction,
    photo: Photo,
    next_try: datetime | None,
    reason: str | None,
    actor: str,
) -> None:
    """The vendor's copy is gone, or is to be deleted again at `next_try`."""
    event = AuditEvent(
        AuditKind.PHOTO_FORGOTTEN,
        actor,
        f"photo:{photo.id}",
        {"done": next_try is None, "reason": reason},
    )
    values = {
        "forget_due_at": next_try,
        "forget_attempts": t.photos.c.forget_attempts + 1,
    }
    tx.write(update(t.photos).where(t.photos.c.id == photo.id).values(values), event)


def _still(photo: Photo) -> Any:
    """True while the photo's status is what it was when claimed."""
    return (t.photos.c.id == photo.id) & (t.photos.c.status == photo.status)


def _photo(snapshot: Snapshot, row: Row[Any]) -> Photo:
    return Photo(
        row.id,
        row.case_id,
        row.channel,
        snapshot.vault.open_text(row.source_sealed, "photos.source"),
        row.status,
        row.attempts,
        row.arrived_at,
        row.lost_because,
    )


def _reading(row: Row[Any]) -> Reading:
    categories = (
        CategoryDistribution({Category(name): p for name, p in row.categories.items()})
        if row.outcome is Outcome.ASSESSED
        else None
    )
    return Reading(
        outcome=row.outcome,
        model=row.model,
        reason=row.reason,
        p_wound=row.p_wound,
        categories=categories,
        plausible=frozenset(Category(name) for name in row.plausible or ()),
        tissue={Tissue(name): p for name, p in (row.tissue or {}).items()},
        notices=frozenset(Notice(name) for name in row.notices or ()),
    )
