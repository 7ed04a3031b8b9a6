"""What is overdue, asked of the rows in other words than the sweep's: a fault there must not hide
from its auditor."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from bot.core.case import PENDING_PHOTOS
from bot.core.escalation import UNTAKEN
from bot.core.message import UNSENT, MessageKind
from bot.core.passed_file import FileStatus
from bot.core.reminder import WAITING
from bot.core.watch import Late
from bot.store import tables as t
from bot.store.transaction import Snapshot


def oldest_due(snapshot: Snapshot, started_at: datetime) -> dict[Late, datetime | None]:
    """When the oldest of each kind fell due; a sweep that never ticked counts from `started_at`."""
    ticked = select(func.max(t.heartbeats.c.beat_at)).where(t.heartbeats.c.name == "sweep")
    return {Late.SWEEP: snapshot.value(ticked) or started_at} | {
        late: snapshot.value(query) for late, query in _OLDEST.items()
    }


def _first_in_line() -> Any:
    """A message behind another of the same conversation waits for it, and is not late itself.
    Nothing waits for a card."""
    earlier = t.outbox.alias("ahead")
    return ~exists().where(
        and_(
            earlier.c.thread_id == t.outbox.c.thread_id,
            earlier.c.case_id == t.outbox.c.case_id,
            earlier.c.seq < t.outbox.c.seq,
            earlier.c.status.in_(UNSENT),
            earlier.c.kind != MessageKind.CARD,
        )
    )


def _message() -> Select[Any]:
    box = t.outbox.c
    due = func.coalesce(box.lease_until, box.next_attempt_at)
    # An alert about late messages must not call for another one.
    told = box.kind != MessageKind.ALERT
    return select(func.min(due)).where(box.status.in_(UNSENT), told, _first_in_line())


_OLDEST: dict[Late, Select[Any]] = {
    Late.ESCALATION: select(func.min(t.escalations.c.rung_due_at)).where(
        t.escalations.c.status.in_(UNTAKEN)
    ),
    Late.MESSAGE: _message(),
    Late.CALL: select(func.min(func.coalesce(t.calls.c.end_by, t.calls.c.again_at))),
    Late.PHOTO: select(func.min(func.coalesce(t.photos.c.lease_until, t.photos.c.due_at))).where(
        t.photos.c.status.in_(PENDING_PHOTOS)
    ),
    Late.FILE: select(
        func.min(func.coalesce(t.passed_files.c.lease_until, t.passed_files.c.due_at))
    ).where(t.passed_files.c.status == FileStatus.ANNOUNCED),
    Late.CASE: select(func.min(t.cases.c.decide_by)),
    Late.REMINDER: select(
        func.min(func.coalesce(t.reminders.c.answer_by, t.reminders.c.due_at))
    ).where(t.reminders.c.status.in_(WAITING)),
    Late.HOME: select(func.min(func.coalesce(t.homes.c.lease_until, t.homes.c.due_at))),
    Late.REPLY: select(func.min(t.early_replies.c.due_at)),
}
