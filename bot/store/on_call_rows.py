"""Who is on call: the week of each role, and the overrides. Times of the week are the site's."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, insert, select

from bot.core.audit import AuditEvent, AuditKind
from bot.core.on_call import Override, Roster, Shift, Weekday
from bot.core.staff import Role, Staff
from bot.core.wall_clock import Hours
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_SHIFTS, _OVERRIDES = t.on_call_shifts, t.on_call_overrides


def add_shift(tx: Transaction, person: Staff, weekday: Weekday, hours: Hours, actor: str) -> bool:
    """False where this person has that very shift already."""
    id = new_id()
    values = {
        "role": person.role,
        "staff_id": person.id,
        "weekday": weekday,
        "starts": hours.starts,
        "ends": hours.ends,
    }
    details = {
        "role": person.role,
        "staff": person.id,
        "weekday": weekday,
        "from": f"{hours.starts:%H:%M}",
        "to": f"{hours.ends:%H:%M}",
    }
    event = AuditEvent(AuditKind.ON_CALL_SET, actor, f"on_call:{id}", details)
    return tx.add_once(_SHIFTS, values | {"id": id}, list(values), event)


def add_override(
    tx: Transaction, person: Staff, starts_at: datetime, ends_at: datetime, actor: str
) -> None:
    id = new_id()
    row = {
        "id": id,
        "role": person.role,
        "staff_id": person.id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "set_at": tx.now,
    }
    details = {
        "role": person.role,
        "staff": person.id,
        "from": starts_at.isoformat(timespec="minutes"),
        "to": ends_at.isoformat(timespec="minutes"),
    }
    event = AuditEvent(AuditKind.ON_CALL_OVERRIDDEN, actor, f"on_call:{id}", details)
    tx.write(insert(_OVERRIDES).values(row), event)


def remove_duty(tx: Transaction, id: str, actor: str) -> bool:
    """A shift or an override. What it was stays in the audit."""
    event = AuditEvent(AuditKind.ON_CALL_REMOVED, actor, f"on_call:{id}")
    tables = (_SHIFTS, _OVERRIDES)
    return any(tx.write(delete(table).where(table.c.id == id), event) for table in tables)


def roster(snapshot: Snapshot, role: Role, now: datetime) -> Roster:
    """Overrides that are over are left out; so is whoever left, or has another role now."""
    shifts = snapshot.all(_of_role(_SHIFTS, role).order_by(_SHIFTS.c.starts, _SHIFTS.c.id))
    current = _of_role(_OVERRIDES, role).where(_OVERRIDES.c.ends_at > now)
    overrides = snapshot.all(current.order_by(_OVERRIDES.c.starts_at, _OVERRIDES.c.set_at))
    return Roster(
        tuple(
            Shift(one.id, one.staff_id, one.weekday, Hours(one.starts, one.ends)) for one in shifts
        ),
        tuple(
            Override(one.id, one.staff_id, one.starts_at, one.ends_at, one.set_at)
            for one in overrides
        ),
    )


def _of_role(table: Any, role: Role) -> Select[Any]:
    serves = and_(t.staff.c.id == table.c.staff_id, t.staff.c.active, t.staff.c.role == role)
    return select(table).join(t.staff, serves).where(table.c.role == role)
