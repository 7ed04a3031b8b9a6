"""Who has opened their home tab, and whose is to be published again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.work import Work
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

# One case moves several rows within moments: they are shown together.
_SETTLE = timedelta(seconds=1)
_LEASE = timedelta(seconds=30)
_TABLE = t.homes
_SEAL = "homes.slack_user"
# While it is being published, a change sets the next time and leaves the lease alone.
_due_from = func.coalesce(_TABLE.c.lease_until, _TABLE.c.due_at)


@dataclass(frozen=True, slots=True)
class Home:
    """A home that was claimed to be published, until `lease_until`."""

    id: str
    slack_user: str
    lease_until: datetime


def open_home(tx: Transaction, slack_user: str) -> None:
    """Somebody looks at it: it is published now. A stranger has a home too."""
    id, mark = new_id(), tx.vault.fingerprint(slack_user, "slack")
    values = {
        "id": id,
        "slack_user_sealed": tx.vault.seal_text(slack_user, _SEAL),
        "slack_user_print": mark,
        "due_at": tx.now,
    }
    event = AuditEvent(AuditKind.HOME_OPENED, "vendor:slack", f"home:{id}")
    if tx.add_once(_TABLE, values, ["slack_user_print"], event):
        tx.ring(Work.PUBLISH_HOME, id)
    else:
        hurry_home(tx, slack_user)


def hurry_home(tx: Transaction, slack_user: str) -> None:
    """This person waits for it, if they have opened it at all."""
    mark = tx.vault.fingerprint(slack_user, "slack")
    id = tx.value(select(_TABLE.c.id).where(_TABLE.c.slack_user_print == mark))
    if id is None:
        return
    event = AuditEvent(AuditKind.HOME_CHANGED, "vendor:slack", f"home:{id}")
    tx.write(update(_TABLE).where(_TABLE.c.id == id).values(due_at=tx.now), event)
    tx.ring(Work.PUBLISH_HOME, id)


def homes_changed(tx: Transaction, slack_print: str | None = None) -> None:
    """What home tabs show has changed: everybody's who is enrolled, or one person's. The sweep
    rings for them, so that a burst of changes is published once."""
    enrolled = select(t.staff.c.slack_user_print).where(
        t.staff.c.active, t.staff.c.slack_user_print.is_not(None)
    )
    whose = (
        _TABLE.c.slack_user_print.in_(enrolled)
        if slack_print is None
        else _TABLE.c.slack_user_print == slack_print
    )
    event = AuditEvent(AuditKind.HOME_CHANGED, "system", "homes")
    waits = _TABLE.c.due_at.is_(None)
    tx.write(update(_TABLE).where(whose, waits).values(due_at=tx.now + _SETTLE), event)


def claim_home(tx: Transaction, id: str) -> Home | None:
    """None where it is up to date, or somebody publishes it."""
    until = tx.now + _LEASE
    event = AuditEvent(AuditKind.HOME_CLAIMED, "system:publish_home", f"home:{id}")
    ready = (_TABLE.c.id == id) & (_due_from <= tx.now)
    claim = update(_TABLE).where(ready).values(due_at=None, lease_until=until)
    if not tx.write(claim, event):
        return None
    sealed = tx.value(select(_TABLE.c.slack_user_sealed).where(_TABLE.c.id == id))
    return Home(id, tx.vault.open_text(sealed, _SEAL), until)


def home_shown(tx: Transaction, home: Home, staff_id: str | None) -> None:
    """What changed meanwhile is still due."""
    event = AuditEvent(
        AuditKind.HOME_SHOWN, "system:publish_home", f"home:{home.id}", {"staff": staff_id}
    )
    _release(tx, home, event)


def home_failed(tx: Transaction, home: Home, again_at: datetime | None, reason: str) -> None:
    """It is tried again then, or where that cannot help, at the next change or opening."""
    event = AuditEvent(
        AuditKind.HOME_FAILED, "system:publish_home", f"home:{home.id}", {"reason": reason}
    )
    if _release(tx, home, event) and again_at:
        row = _TABLE.c.id == home.id
        tx.write(update(_TABLE).where(row).values(due_at=again_at), event)


def homes_due(snapshot: Snapshot, now: datetime) -> list[str]:
    return [row.id for row in snapshot.all(select(_TABLE.c.id).where(_due_from <= now))]


def _release(tx: Transaction, home: Home, event: AuditEvent) -> bool:
    claimed = (_TABLE.c.id == home.id) & (_TABLE.c.lease_until == home.lease_until)
    if not tx.write(update(_TABLE).where(claimed).values(lease_until=None), event):
        return False
    due_at = tx.value(select(_TABLE.c.due_at).where(_TABLE.c.id == home.id))
    if due_at is not None and due_at <= tx.now:
        tx.ring(Work.PUBLISH_HOME, home.id)
    return True
