"""Escalations. A change is a conditional update from the state it was computed on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.core.audit import AuditEvent
from bot.core.case import OPEN_CASES
from bot.core.escalation import UNTAKEN, Escalation, EscalationStatus
from bot.store import tables as t
from bot.store.home_rows import homes_changed
from bot.store.transaction import Snapshot, Transaction


def add_escalation(tx: Transaction, escalation: Escalation, event: AuditEvent) -> None:
    homes_changed(tx)
    tx.write(insert(t.escalations).values(_values(escalation)), event)


def save_escalation(
    tx: Transaction, before: Escalation, after: Escalation, event: AuditEvent
) -> bool:
    """False where somebody changed it since `before` was read."""
    table = t.escalations
    unchanged = (
        (table.c.id == before.id)
        & (table.c.status == before.status)
        & (table.c.rung == before.rung)
        & (table.c.rung_due_at == before.rung_due_at)
        & (table.c.act_by == before.act_by)
    )
    homes_changed(tx)
    return tx.write(update(table).where(unchanged).values(_values(after)), event) == 1


def escalation_by_id(snapshot: Snapshot, id: str) -> Escalation | None:
    row = snapshot.first(select(t.escalations).where(t.escalations.c.id == id))
    return _escalation(row) if row else None


def escalation_of(snapshot: Snapshot, case_id: str) -> Escalation | None:
    row = snapshot.first(select(t.escalations).where(t.escalations.c.case_id == case_id))
    return _escalation(row) if row else None


def open_escalations(snapshot: Snapshot) -> list[Escalation]:
    """Those nobody has taken, the first due first."""
    query = (
        select(t.escalations)
        .where(t.escalations.c.status.in_(UNTAKEN))
        .order_by(t.escalations.c.rung_due_at)
    )
    return [_escalation(row) for row in snapshot.all(query)]


def escalations_held_by(snapshot: Snapshot, staff_id: str) -> list[Escalation]:
    """Of cases that are open, the one taken last first."""
    table = t.escalations
    query = (
        select(table)
        .join(t.cases, t.cases.c.id == table.c.case_id)
        .where(
            table.c.status == EscalationStatus.ACKNOWLEDGED,
            table.c.acknowledged_by == staff_id,
            t.cases.c.status.in_(OPEN_CASES),
        )
        .order_by(table.c.acknowledged_at.desc())
    )
    return [_escalation(row) for row in snapshot.all(query)]


def due_escalations(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(t.escalations.c.id).where(
        t.escalations.c.status.in_(UNTAKEN), t.escalations.c.rung_due_at <= now
    )
    return [row.id for row in snapshot.all(query)]


def _values(escalation: Escalation) -> dict[str, Any]:
    return {
        "id": escalation.id,
        "case_id": escalation.case_id,
        "urgency": escalation.urgency,
        "kind": escalation.kind,
        "status": escalation.status,
        "rung": escalation.rung,
        "raised_at": escalation.raised_at,
        "act_by": escalation.act_by,
        "rung_due_at": escalation.rung_due_at,
        "held": escalation.held,
        "acknowledged_by": escalation.acknowledged_by,
        "acknowledged_at": escalation.acknowledged_at,
        "beside": escalation.beside,
    }


def _escalation(row: Row[Any]) -> Escalation:
    return Escalation(
        row.id,
        row.case_id,
        row.urgency,
        row.kind,
        row.status,
        row.rung,
        row.raised_at,
        row.act_by,
        row.rung_due_at,
        row.held,
        row.acknowledged_by,
        row.acknowledged_at,
        row.beside,
    )
