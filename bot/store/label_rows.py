"""Clinicians' labels, and how cases were closed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select

from bot.core.audit import AuditEvent, AuditKind
from bot.core.label import Closing, Label
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_NOTE = "labels.note"
_CLOSING_NOTE = "closings.note"


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """`decision` is the number of the decision that it judges, None where there was none."""

    id: str
    case_id: str
    decision: int | None
    label: Label
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenClosing:
    closing: Closing
    note: str
    by: str
    at: datetime


def add_label(tx: Transaction, case_id: str, label: Label, by: str, decision: int | None) -> str:
    id = new_id()
    values = {
        "id": id,
        "case_id": case_id,
        "decision": decision,
        "kind": label.kind,
        "category": label.category,
        "tissue": label.tissue,
        "note_sealed": tx.vault.seal_text(label.note, _NOTE) if label.note else None,
        "staff_id": by,
        "given_at": tx.now,
    }
    event = AuditEvent(
        AuditKind.LABEL_GIVEN,
        f"staff:{by}",
        f"case:{case_id}",
        {"kind": label.kind, "category": label.category},
    )
    tx.write(insert(t.labels).values(values), event)
    return id


def labels(snapshot: Snapshot, case_id: str | None = None) -> list[GivenLabel]:
    """Oldest first; of every case where none is named."""
    query = select(t.labels).order_by(t.labels.c.given_at, t.labels.c.id)
    if case_id is not None:
        query = query.where(t.labels.c.case_id == case_id)
    return [_label(snapshot, row) for row in snapshot.all(query)]


def add_closing(tx: Transaction, case_id: str, closing: Closing, note: str, by: str) -> None:
    values = {
        "case_id": case_id,
        "closing": closing,
        "note_sealed": tx.vault.seal_text(note, _CLOSING_NOTE) if note else None,
        "staff_id": by,
        "closed_at": tx.now,
    }
    event = AuditEvent(
        AuditKind.CASE_CLOSED, f"staff:{by}", f"case:{case_id}", {"closing": closing}
    )
    tx.write(insert(t.closings).values(values), event)


def closing_of(snapshot: Snapshot, case_id: str) -> GivenClosing | None:
    row = snapshot.first(select(t.closings).where(t.closings.c.case_id == case_id))
    if row is None:
        return None
    note = snapshot.vault.open_text(row.note_sealed, _CLOSING_NOTE) if row.note_sealed else ""
    return GivenClosing(row.closing, note, row.staff_id, row.closed_at)


def _label(snapshot: Snapshot, row: Row[tuple[object, ...]]) -> GivenLabel:
    note = snapshot.vault.open_text(row.note_sealed, _NOTE) if row.note_sealed else ""
    label = Label(row.kind, row.category, row.tissue, note)
    return GivenLabel(row.id, row.case_id, row.decision, label, row.staff_id, row.given_at)
