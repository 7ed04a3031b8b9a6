"""The record of every change, on a hash chain: nothing can be altered or dropped unseen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

GENESIS = "0" * 64

Detail = str | int | float | bool | None


class AuditKind(StrEnum):
    STAFF_ENROLLED = "staff.enrolled"
    STAFF_REMOVED = "staff.removed"
    STAFF_LANGUAGE = "staff.language"
    ON_CALL_SET = "on_call.set"
    ON_CALL_OVERRIDDEN = "on_call.overridden"
    ON_CALL_REMOVED = "on_call.removed"
    INBOUND_RECEIVED = "inbound.received"
    INBOUND_REFUSED = "inbound.refused"
    REPLY_HELD = "reply.held"
    REPLY_RELEASED = "reply.released"
    THREAD_OPENED = "thread.opened"
    THREAD_HEARD = "thread.heard"
    PATIENT_KNOWN = "patient.known"
    CASE_OPENED = "case.opened"
    CASE_MOVED = "case.moved"
    CASE_CLOSED = "case.closed"
    PHOTO_ANNOUNCED = "photo.announced"
    PHOTO_CLAIMED = "photo.claimed"
    PHOTO_STORED = "photo.stored"
    PHOTO_READ = "photo.read"
    PHOTO_LOST = "photo.lost"
    PHOTO_RETRY = "photo.retry"
    PHOTO_FORGOTTEN = "photo.forgotten"
    FILE_ANNOUNCED = "file.announced"
    FILE_CLAIMED = "file.claimed"
    FILE_STORED = "file.stored"
    FILE_RETRY = "file.retry"
    FILE_LOST = "file.lost"
    FILE_FORGOTTEN = "file.forgotten"
    ASSESSMENT_MADE = "assessment.made"
    SECOND_ASKED = "second.asked"
    SECOND_CLAIMED = "second.claimed"
    SECOND_HEARD = "second.heard"
    DECISION_MADE = "decision.made"
    LABEL_GIVEN = "label.given"
    LABELS_EXPORTED = "labels.exported"
    ESCALATION_RAISED = "escalation.raised"
    ESCALATION_CLIMBED = "escalation.climbed"
    ESCALATION_NAMED = "escalation.named"
    ESCALATION_HASTENED = "escalation.hastened"
    ESCALATION_EXHAUSTED = "escalation.exhausted"
    ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
    ESCALATION_HANDED_OVER = "escalation.handed_over"
    CALL_PLACED = "call.placed"
    CALL_REPORTED = "call.reported"
    CALL_FOLLOWED = "call.followed"
    PRESS_REFUSED = "press.refused"
    MESSAGE_QUEUED = "message.queued"
    MESSAGE_CHANGED = "message.changed"
    MESSAGE_CLAIMED = "message.claimed"
    MESSAGE_SENT = "message.sent"
    MESSAGE_RETRY = "message.retry"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_REPORTED = "message.reported"
    MESSAGE_PACED = "message.paced"
    CHOICE_OFFERED = "choice.offered"
    CHOICE_MADE = "choice.made"
    SCALE_STARTED = "scale.started"
    SCALE_ANSWERED = "scale.answered"
    SCALE_STOPPED = "scale.stopped"
    SCALE_SCORED = "scale.scored"
    CHART_ASKED = "chart.asked"
    CHART_DRAWN = "chart.drawn"
    QUESTION_ASKED = "question.asked"
    QUESTION_ANSWERED = "question.answered"
    CASE_LEARNED = "case.learned"
    REMINDER_MOVED = "reminder.moved"
    COMPARISON_ASKED = "comparison.asked"
    COMPARISON_DRAWN = "comparison.drawn"
    HOME_OPENED = "home.opened"
    HOME_CHANGED = "home.changed"
    HOME_CLAIMED = "home.claimed"
    HOME_SHOWN = "home.shown"
    HOME_FAILED = "home.failed"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`actor` is who did it ("staff:ID", "system:sweep", "vendor:twilio"), `subject` the row it
    was done to ("case:ID"). `details` holds ids, codes and numbers only, never a person's words."""

    kind: AuditKind
    actor: str
    subject: str
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    seq: int
    at: datetime
    event: AuditEvent
    previous_hash: str
    hash: str


def chain_hash(previous_hash: str, at: datetime, event: AuditEvent) -> str:
    """SHA-256 over the previous hash and the event in canonical JSON."""
    body = json.dumps(
        [
            previous_hash,
            at.isoformat(timespec="microseconds"),
            event.kind.value,
            event.actor,
            event.subject,
            dict(event.details),
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainIntact:
    count: int
    head: str


@dataclass(frozen=True, slots=True)
class ChainBroken:
    seq: int


def verify_chain(records: Iterable[AuditRecord]) -> ChainIntact | ChainBroken:
    """Walks the records in order of `seq`; the first that does not fit breaks the chain."""
    previous, count = GENESIS, 0
    for record in records:
        fits = (
            record.seq == count + 1
            and record.previous_hash == previous
            and record.hash == chain_hash(previous, record.at, record.event)
        )
        if not fits:
            return ChainBroken(record.seq)
        previous, count = record.hash, count + 1
    return ChainIntact(count, previous)
