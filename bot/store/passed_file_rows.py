"""Files on their way between the two threads: announced, sealed, passed on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.core.passed_file import FileKind, FileStatus, NotPassed, PassedFile
from bot.core.work import Work
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_TABLE = t.passed_files
_SEAL = "passed_files.content"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a file, and the thread in which they are told what became of it."""

    staff_id: str
    thread_id: str


def announce_file(
    tx: Transaction, case_id: str, kind: FileKind, channel: Channel, source: str, sender: Sender
) -> None:
    """Once for each file of a case."""
    id = new_id()
    earlier = select(func.count()).select_from(_TABLE)
    values = {
        "id": id,
        "case_id": case_id,
        "kind": kind,
        "number": 1 + tx.value(earlier.where(_TABLE.c.case_id == case_id, _TABLE.c.kind == kind)),
        "staff_id": sender.staff_id,
        "thread_id": sender.thread_id,
        "channel": channel,
        "source_sealed": tx.vault.seal_text(source, "passed_files.source"),
        "source_print": tx.vault.fingerprint(source, "source"),
        "status": FileStatus.ANNOUNCED,
        "arrived_at": tx.now,
        "attempts": 0,
        "due_at": tx.now,
    }
    event = AuditEvent(
        AuditKind.FILE_ANNOUNCED,
        f"staff:{sender.staff_id}",
        f"file:{id}",
        {"case": case_id, "kind": kind},
    )
    if tx.add_once(_TABLE, values, ["case_id", "source_print"], event):
        tx.ring(Work.CARRY_FILE, id)


def claim_file(tx: Transaction, id: str, lease: timedelta, actor: str) -> PassedFile | None:
    """Takes the file for one attempt, or None where it is done, not due or somebody else's."""
    free = or_(_TABLE.c.lease_until.is_(None), _TABLE.c.lease_until <= tx.now)
    waiting = (_TABLE.c.status == FileStatus.ANNOUNCED) & (_TABLE.c.due_at <= tx.now)
    event = AuditEvent(AuditKind.FILE_CLAIMED, actor, f"file:{id}")
    values = {"lease_until": tx.now + lease, "attempts": _TABLE.c.attempts + 1}
    claim = update(_TABLE).where(_TABLE.c.id == id, waiting, free).values(values)
    return file_by_id(tx, id) if tx.write(claim, event) else None


def store_file(
    tx: Transaction, file: PassedFile, content: bytes, *, forget: bool, actor: str
) -> bool:
    """Whether this was the first to store it. `forget`: the vendor's copy is to be deleted."""
    event = AuditEvent(AuditKind.FILE_STORED, actor, f"file:{file.id}", {"bytes": len(content)})
    values = {
        "status": FileStatus.STORED,
        "content_sealed": tx.vault.seal(content, _SEAL),
        "lease_until": None,
        "forget_due_at": tx.now if forget else None,
    }
    if not tx.write(update(_TABLE).where(_unstored(file)).values(values), event):
        return False
    if forget:
        tx.ring(Work.DELETE_MEDIA, file.id)
    return True


def retry_file(
    tx: Transaction, file: PassedFile, due_at: datetime, reason: str, actor: str
) -> None:
    event = AuditEvent(AuditKind.FILE_RETRY, actor, f"file:{file.id}", {"reason": reason})
    values = {"due_at": due_at, "lease_until": None}
    tx.write(update(_TABLE).where(_unstored(file)).values(values), event)


def lose_file(tx: Transaction, file: PassedFile, why: NotPassed, actor: str) -> bool:
    event = AuditEvent(AuditKind.FILE_LOST, actor, f"file:{file.id}", {"reason": why})
    values = {"status": FileStatus.LOST, "lost_because": why, "lease_until": None}
    return tx.write(update(_TABLE).where(_unstored(file)).values(values), event) == 1


def file_by_id(snapshot: Snapshot, id: str) -> PassedFile | None:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.id == id))
    return _file(snapshot, row) if row else None


def voices_of_case(snapshot: Snapshot, case_id: str) -> list[PassedFile]:
    """Those that are stored, oldest first."""
    query = (
        select(_TABLE)
        .where(
            _TABLE.c.case_id == case_id,
            _TABLE.c.kind == FileKind.VOICE,
            _TABLE.c.status == FileStatus.STORED,
        )
        .order_by(_TABLE.c.number)
    )
    return [_file(snapshot, row) for row in snapshot.all(query)]


def file_content(snapshot: Snapshot, id: str) -> bytes | None:
    sealed = snapshot.value(select(_TABLE.c.content_sealed).where(_TABLE.c.id == id))
    return snapshot.vault.open(sealed, _SEAL) if sealed else None


def due_files(snapshot: Snapshot, now: datetime) -> list[str]:
    free = or_(_TABLE.c.lease_until.is_(None), _TABLE.c.lease_until <= now)
    due = (_TABLE.c.status == FileStatus.ANNOUNCED) & (_TABLE.c.due_at <= now)
    return [row.id for row in snapshot.all(select(_TABLE.c.id).where(due, free))]


def files_to_forget(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(_TABLE.c.id).where(_TABLE.c.forget_due_at <= now)
    return [row.id for row in snapshot.all(query)]


def note_file_forgotten(
    tx: Transaction, file: PassedFile, next_try: datetime | None, reason: str | None, actor: str
) -> None:
    """The vendor's copy is gone, or is to be deleted again at `next_try`."""
    event = AuditEvent(
        AuditKind.FILE_FORGOTTEN,
        actor,
        f"file:{file.id}",
        {"done": next_try is None, "reason": reason},
    )
    row = _TABLE.c.id == file.id
    tx.write(update(_TABLE).where(row).values(forget_due_at=next_try), event)


def _unstored(file: PassedFile) -> Any:
    return (_TABLE.c.id == file.id) & (_TABLE.c.status == FileStatus.ANNOUNCED)


def _file(snapshot: Snapshot, row: Row[Any]) -> PassedFile:
    return PassedFile(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        number=row.number,
        staff_id=row.staff_id,
        thread_id=row.thread_id,
        channel=row.channel,
        source=snapshot.vault.open_text(row.source_sealed, "passed_files.source"),
        status=row.status,
        attempts=row.attempts,
        arrived_at=row.arrived_at,
    )
