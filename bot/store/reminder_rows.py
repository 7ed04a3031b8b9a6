"""Reminders of the next photo: one for each case, with its own deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, or_, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.reminder import (
    ANSWERABLE,
    REMINDER_TRANSITIONS,
    WAITING,
    Reminder,
    ReminderStatus,
)
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_TABLE = t.reminders


def plan_reminder(tx: Transaction, case_id: str, due_at: datetime, actor: str) -> None:
    """In place of the one that the case had, unless the nurse stopped that."""
    known = reminder_of(tx, case_id)
    if known:
        move_reminder(tx, known, ReminderStatus.PLANNED, actor, due_at=due_at)
        return
    id = new_id()
    values = {
        "id": id,
        "case_id": case_id,
        "status": ReminderStatus.PLANNED,
        "due_at": due_at,
        "asked": 0,
    }
    event = AuditEvent(AuditKind.REMINDER_MOVED, actor, f"reminder:{id}", {"to": "planned"})
    tx.write(insert(_TABLE).values(values), event)


def move_reminder(
    tx: Transaction,
    reminder: Reminder,
    status: ReminderStatus,
    actor: str,
    *,
    due_at: datetime | None = None,
    answer_by: datetime | None = None,
) -> bool:
    """Whether it moved: the table allows it, and nobody was faster."""
    if status not in REMINDER_TRANSITIONS[reminder.status]:
        return False
    event = AuditEvent(
        AuditKind.REMINDER_MOVED,
        actor,
        f"reminder:{reminder.id}",
        {"from": reminder.status, "to": status},
    )
    still = and_(
        _TABLE.c.id == reminder.id,
        _TABLE.c.status == reminder.status,
        _TABLE.c.asked == reminder.asked,
    )
    values = {
        "status": status,
        "due_at": due_at or reminder.due_at,
        "answer_by": answer_by,
        "asked": reminder.asked + (status is ReminderStatus.ASKED),
    }
    return tx.write(update(_TABLE).where(still).values(values), event) == 1


def reminder_by_id(snapshot: Snapshot, id: str) -> Reminder | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.id == id))
    return _reminder(row) if row else None


def reminder_of(snapshot: Snapshot, case_id: str) -> Reminder | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.case_id == case_id))
    return _reminder(row) if row else None


def reminders_due(snapshot: Snapshot, now: datetime) -> list[str]:
    """Those to ask now, and those whose answer did not come."""
    due = or_(
        and_(_TABLE.c.status == ReminderStatus.PLANNED, _TABLE.c.due_at <= now),
        and_(_TABLE.c.status == ReminderStatus.ASKED, _TABLE.c.answer_by <= now),
    )
    return [row.id for row in snapshot.all(select(_TABLE.c.id).where(due))]


def reminders_asked_in(snapshot: Snapshot, thread_id: str) -> list[Reminder]:
    """Those that a photo in this thread would answer, the one asked last first."""
    query = (
        select(_TABLE)
        .join(t.cases, t.cases.c.id == _TABLE.c.case_id)
        .where(t.cases.c.thread_id == thread_id, _TABLE.c.status.in_(ANSWERABLE))
        .order_by(_TABLE.c.due_at.desc())
    )
    return [_reminder(row) for row in snapshot.all(query)]


def reminders_of_nurse(snapshot: Snapshot, nurse_id: str) -> list[Reminder]:
    """Those that still wait."""
    query = (
        select(_TABLE)
        .join(t.cases, t.cases.c.id == _TABLE.c.case_id)
        .where(t.cases.c.nurse_id == nurse_id, _TABLE.c.status.in_(WAITING))
        .order_by(_TABLE.c.due_at)
    )
    return [_reminder(row) for row in snapshot.all(query)]


def reminders_of_thread(snapshot: Snapshot, thread_id: str) -> list[Reminder]:
    """One for each case of it that had any, the latest first."""
    query = (
        select(_TABLE)
        .join(t.cases, t.cases.c.id == _TABLE.c.case_id)
        .where(t.cases.c.thread_id == thread_id)
        .order_by(t.cases.c.opened_at.desc())
    )
    return [_reminder(row) for row in snapshot.all(query)]


def _reminder(row: Row[Any]) -> Reminder:
    return Reminder(row.id, row.case_id, row.status, row.due_at, row.answer_by, row.asked)
