"""What an admin must see at a glance, read in one snapshot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.core.call import Call
from bot.core.case import PENDING_PHOTOS
from bot.core.escalation import Escalation
from bot.core.message import UNSENT, MessageKind, OutboxStatus
from bot.store import tables as t
from bot.store.audit_rows import audit_length
from bot.store.call_rows import latest_calls
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import open_escalations
from bot.store.said_rows import message_by_id, oldest_unsent
from bot.store.staff_rows import all_staff, staff_by_id
from bot.store.transaction import Snapshot

_LATEST_FAILURES = 20
_LATEST_CALLS = 20


@dataclass(frozen=True, slots=True)
class OpenEscalation:
    code: str
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class FailedMessage:
    kind: MessageKind
    code: str | None
    because: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneCall:
    code: str
    name: str
    call: Call


@dataclass(frozen=True, slots=True)
class Overview:
    escalations: tuple[OpenEscalation, ...]
    unsent: int
    oldest_unsent: datetime | None
    failed: tuple[FailedMessage, ...]
    calls: tuple[PhoneCall, ...]
    pending_photos: int
    sweep_at: datetime | None
    auditor_at: datetime | None
    audit_events: int
    staff: int


def overview(snapshot: Snapshot) -> Overview:
    return Overview(
        escalations=tuple(
            OpenEscalation(case_by_id(snapshot, escalation.case_id).code, escalation)
            for escalation in open_escalations(snapshot)
        ),
        unsent=snapshot.value(
            select(func.count()).select_from(t.outbox).where(t.outbox.c.status.in_(UNSENT))
        ),
        oldest_unsent=oldest_unsent(snapshot),
        failed=_failed(snapshot),
        calls=tuple(_phone_call(snapshot, call) for call in latest_calls(snapshot, _LATEST_CALLS)),
        pending_photos=snapshot.value(
            select(func.count()).select_from(t.photos).where(t.photos.c.status.in_(PENDING_PHOTOS))
        ),
        sweep_at=_last_beat(snapshot, "sweep"),
        auditor_at=_last_beat(snapshot, "auditor"),
        audit_events=audit_length(snapshot),
        staff=len(all_staff(snapshot)),
    )


def _last_beat(snapshot: Snapshot, name: str) -> datetime | None:
    at: datetime | None = snapshot.value(
        select(t.heartbeats.c.beat_at).where(t.heartbeats.c.name == name)
    )
    return at


def _phone_call(snapshot: Snapshot, call: Call) -> PhoneCall:
    case_id = message_by_id(snapshot, call.id).case_id
    code = case_by_id(snapshot, case_id).code if case_id else ""
    return PhoneCall(code, staff_by_id(snapshot, call.staff_id).name, call)


def _failed(snapshot: Snapshot) -> tuple[FailedMessage, ...]:
    query = (
        select(t.outbox.c.kind, t.outbox.c.failed_because, t.outbox.c.queued_at, t.cases.c.code)
        .outerjoin(t.cases, t.cases.c.id == t.outbox.c.case_id)
        .where(t.outbox.c.status == OutboxStatus.FAILED)
        .order_by(t.outbox.c.seq.desc())
        .limit(_LATEST_FAILURES)
    )
    return tuple(
        FailedMessage(row.kind, row.code, row.failed_because or "", row.queued_at)
        for row in snapshot.all(query)
    )
