"""Phone calls: one row for each that was made, with its own deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select, update

from bot.core.audit import AuditEvent, AuditKind, Detail
from bot.core.call import Call
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction

_TABLE = t.calls


def add_call(tx: Transaction, call: Call, actor: str) -> None:
    event = _event(AuditKind.CALL_PLACED, actor, call, {"number": call.number})
    tx.write(insert(_TABLE).values(_values(call)), event)


def save_call(
    tx: Transaction, before: Call, after: Call, kind: AuditKind, actor: str, **details: Detail
) -> bool:
    """False where nothing changed, or somebody was faster."""
    if after == before:
        return False
    unchanged = (
        (_TABLE.c.id == before.id)
        & (_TABLE.c.state == before.state)
        & _TABLE.c.end_by.is_not_distinct_from(before.end_by)
        & _TABLE.c.again_at.is_not_distinct_from(before.again_at)
    )
    event = _event(kind, actor, after, {"from": before.state, **details})
    return tx.write(update(_TABLE).where(unchanged).values(_values(after)), event) == 1


def call_by_id(snapshot: Snapshot, id: str) -> Call | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.id == id))
    return _call(row) if row else None


def calls_of(snapshot: Snapshot, escalation_id: str) -> list[Call]:
    """Oldest first."""
    query = select(_TABLE).where(_TABLE.c.escalation_id == escalation_id)
    return _calls(snapshot, query.order_by(_TABLE.c.placed_at, _TABLE.c.number, _TABLE.c.id))


def latest_calls(snapshot: Snapshot, most: int) -> list[Call]:
    """Newest first."""
    return _calls(snapshot, select(_TABLE).order_by(_TABLE.c.placed_at.desc()).limit(most))


def calls_due(snapshot: Snapshot, now: datetime) -> list[str]:
    """Those whose end is not known although it should be, and those to make again."""
    due = or_(_TABLE.c.end_by <= now, _TABLE.c.again_at <= now)
    return [row.id for row in snapshot.all(select(_TABLE.c.id).where(due))]


def _calls(snapshot: Snapshot, query: Select[Any]) -> list[Call]:
    return [_call(row) for row in snapshot.all(query)]


def _event(kind: AuditKind, actor: str, call: Call, details: dict[str, Detail]) -> AuditEvent:
    known: dict[str, Detail] = {
        "escalation": call.escalation_id,
        "staff": call.staff_id,
        "state": call.state,
    }
    return AuditEvent(kind, actor, f"call:{call.id}", known | details)


def _values(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "escalation_id": call.escalation_id,
        "staff_id": call.staff_id,
        "urgency": call.urgency,
        "number": call.number,
        "state": call.state,
        "placed_at": call.placed_at,
        "end_by": call.end_by,
        "again_at": call.again_at,
        "took_at": call.took_at,
    }


def _call(row: Row[Any]) -> Call:
    return Call(
        row.id,
        row.escalation_id,
        row.staff_id,
        row.urgency,
        row.number,
        row.state,
        row.placed_at,
        row.end_by,
        row.again_at,
        row.took_at,
    )
