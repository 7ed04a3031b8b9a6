"""Two photos of one wound, side by side: asked for, drawn, kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.work import Work
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction

_TABLE = t.comparisons
_SEAL = "comparisons.picture"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`before` and `now` are ids of photos."""

    case_id: str
    before: str
    now: str


def ask_for_comparison(tx: Transaction, asked: Comparison, actor: str) -> None:
    """Once for each case."""
    event = AuditEvent(AuditKind.COMPARISON_ASKED, actor, f"case:{asked.case_id}")
    values = {
        "case_id": asked.case_id,
        "before_photo": asked.before,
        "now_photo": asked.now,
        "due_at": tx.now,
    }
    if tx.add_once(_TABLE, values, ["case_id"], event):
        tx.ring(Work.DRAW_COMPARISON, asked.case_id)


def comparison_of(snapshot: Snapshot, case_id: str) -> Comparison | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.case_id == case_id))
    return Comparison(row.case_id, row.before_photo, row.now_photo) if row else None


def keep_comparison(tx: Transaction, case_id: str, picture: bytes, actor: str) -> bool:
    """Whether this was the first to draw it."""
    event = AuditEvent(
        AuditKind.COMPARISON_DRAWN, actor, f"case:{case_id}", {"bytes": len(picture)}
    )
    values = {"picture_sealed": tx.vault.seal(picture, _SEAL), "due_at": None}
    undrawn = (_TABLE.c.case_id == case_id) & _TABLE.c.picture_sealed.is_(None)
    return tx.write(update(_TABLE).where(undrawn).values(values), event) == 1


def leave_undrawn(tx: Transaction, case_id: str, actor: str) -> None:
    """One of the two cannot be shown: better no picture than half of one."""
    event = AuditEvent(AuditKind.COMPARISON_DRAWN, actor, f"case:{case_id}", {"bytes": 0})
    tx.write(update(_TABLE).where(_TABLE.c.case_id == case_id).values(due_at=None), event)


def comparison_picture(snapshot: Snapshot, case_id: str) -> bytes | None:
    sealed = snapshot.value(select(_TABLE.c.picture_sealed).where(_TABLE.c.case_id == case_id))
    return snapshot.vault.open(sealed, _SEAL) if sealed else None


def comparisons_due(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(_TABLE.c.case_id).where(_TABLE.c.due_at <= now)
    return [row.case_id for row in snapshot.all(query)]
