"""Every table. Sealed columns end in `_sealed`; look-up columns of sealed values in `_print`."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from bot.core.assessment import Category, NotAssessed, Outcome, Tissue
from bot.core.audit import AuditKind
from bot.core.call import CallState
from bot.core.case import CaseStatus, PhotoStatus
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel, DeliveryState
from bot.core.label import Closing, LabelKind
from bot.core.ladder import EscalationKind
from bot.core.message import MessageKind, OutboxStatus
from bot.core.on_call import Weekday
from bot.core.passed_file import FileKind, FileStatus, NotPassed
from bot.core.questions import Question
from bot.core.reminder import ReminderStatus
from bot.core.scales.scale import ScaleName
from bot.core.second_opinion import Agreement
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.store.columns import Choice, Choices, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_ID = String(32)
_PRINT = String(64)

staff = Table(
    "staff",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("language", Choice(Language), nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("phone_print", _PRINT, unique=True),
    Column("slack_user_sealed", LargeBinary),
    Column("slack_user_print", _PRINT, unique=True),
    Column("active", Boolean, nullable=False),
    Column("enrolled_at", Instant, nullable=False),
)

threads = Table(
    "threads",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("address_sealed", LargeBinary, nullable=False),
    Column("address_print", _PRINT, nullable=False, unique=True),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    Column("opened_at", Instant, nullable=False),
    Column("heard_at", Instant),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("provider_id", String(128), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    Column("thread_id", _ID, ForeignKey("threads.id")),
    Column("case_id", _ID, ForeignKey("cases.id"), index=True),
    Column("text_sealed", LargeBinary),
    UniqueConstraint("channel", "provider_id"),
)

patients = Table(
    "patients",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("pseudonym", _PRINT, nullable=False, unique=True),
    Column("code_sealed", LargeBinary),
    Column("first_seen_at", Instant, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("status", Choice(CaseStatus), nullable=False, index=True),
    Column("thread_id", _ID, ForeignKey("threads.id"), nullable=False, index=True),
    Column("nurse_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("patient_id", _ID, ForeignKey("patients.id")),
    Column("opened_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("decide_by", Instant, index=True),
    Column("site_sealed", LargeBinary),
    Column("follows", _ID, ForeignKey("cases.id")),
)

photos = Table(
    "photos",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("source_sealed", LargeBinary, nullable=False),
    Column("source_print", _PRINT, nullable=False, unique=True),
    Column("status", Choice(PhotoStatus), nullable=False, index=True),
    Column("arrived_at", Instant, nullable=False),
    Column("photo_sealed", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("lost_because", String(32)),
    Column("forget_due_at", Instant, index=True),
    Column("forget_attempts", Integer, nullable=False),
)

passed_files = Table(
    "passed_files",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False),
    Column("kind", Choice(FileKind), nullable=False),
    Column("number", Integer, nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("thread_id", _ID, ForeignKey("threads.id"), nullable=False),
    Column("channel", Choice(Channel), nullable=False),
    Column("source_sealed", LargeBinary, nullable=False),
    Column("source_print", _PRINT, nullable=False),
    Column("status", Choice(FileStatus), nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("content_sealed", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("lost_because", Choice(NotPassed)),
    Column("forget_due_at", Instant, index=True),
    UniqueConstraint("case_id", "source_print"),
    Index("ix_passed_files_due", "status", "due_at"),
)

unkept_media = Table(
    "unkept_media",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("source_sealed", LargeBinary, nullable=False),
    Column("forget_due_at", Instant, nullable=False, index=True),
)

assessments = Table(
    "assessments",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("photo_id", _ID, ForeignKey("photos.id"), nullable=False, unique=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("outcome", Choice(Outcome), nullable=False),
    Column("reason", Choice(NotAssessed)),
    Column("model", String(128)),
    Column("p_wound", Float),
    Column("categories", JSON),
    Column("plausible", JSON),
    Column("tissue", JSON),
    Column("notices", JSON),
    Column("quality", JSON),
    Column("overlay_sealed", LargeBinary),
    Column("bars_sealed", LargeBinary),
)

second_opinions = Table(
    "second_opinions",
    metadata,
    Column("photo_id", _ID, ForeignKey("photos.id"), primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("answer_by", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("agreement", Choice(Agreement)),
    Column("model", String(128)),
    Column("categories", JSON),
    Column("tissue", JSON),
    Column("described_sealed", LargeBinary),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("row", String(64), nullable=False),
    Column("urgency", Choice(Urgency), nullable=False),
    Column("needs_human", Boolean, nullable=False),
    Column("table_version", String(64), nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("inputs", JSON, nullable=False),
    UniqueConstraint("case_id", "number"),
)

labels = Table(
    "labels",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("decision", Integer),
    Column("kind", Choice(LabelKind), nullable=False),
    Column("category", Choice(Category)),
    Column("tissue", Choice(Tissue)),
    Column("note_sealed", LargeBinary),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("given_at", Instant, nullable=False),
)

closings = Table(
    "closings",
    metadata,
    Column("case_id", _ID, ForeignKey("cases.id"), primary_key=True),
    Column("closing", Choice(Closing), nullable=False),
    Column("note_sealed", LargeBinary),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("closed_at", Instant, nullable=False),
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("urgency", Choice(Urgency), nullable=False),
    Column("kind", Choice(EscalationKind), nullable=False),
    Column("status", Choice(EscalationStatus), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("act_by", Instant, nullable=False),
    Column("rung_due_at", Instant, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("acknowledged_by", _ID, ForeignKey("staff.id")),
    Column("acknowledged_at", Instant),
    Column("beside", Choices(Role), nullable=False),
    Index("ix_escalations_open", "status", "rung_due_at"),
)

on_call_shifts = Table(
    "on_call_shifts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("role", Choice(Role), nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("weekday", Choice(Weekday), nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    UniqueConstraint("role", "staff_id", "weekday", "starts", "ends"),
)

on_call_overrides = Table(
    "on_call_overrides",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("role", Choice(Role), nullable=False),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("idempotency_key", String(128), nullable=False, unique=True),
    Column("thread_id", _ID, ForeignKey("threads.id"), nullable=False, index=True),
    Column("case_id", _ID, ForeignKey("cases.id"), index=True),
    Column("kind", Choice(MessageKind), nullable=False),
    Column("language", Choice(Language), nullable=False),
    Column("facts_sealed", LargeBinary, nullable=False),
    Column("picture", String(48)),
    Column("replaces", _ID, ForeignKey("outbox.id")),
    Column("under", _ID, ForeignKey("outbox.id")),
    Column("only_to_sealed", LargeBinary),
    Column("alarm", Boolean, nullable=False),
    Column("status", Choice(OutboxStatus), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("uncertain_since", Instant),
    Column("sent_at", Instant),
    Column("provider_id", String(128), index=True),
    Column("place_sealed", LargeBinary),
    Column("failed_because", String(48)),
    Index("ix_outbox_due", "status", "next_attempt_at"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", _ID, ForeignKey("outbox.id"), primary_key=True),
    Column("escalation_id", _ID, ForeignKey("escalations.id"), nullable=False, index=True),
    Column("staff_id", _ID, ForeignKey("staff.id"), nullable=False),
    Column("urgency", Choice(Urgency), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Choice(CallState), nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("end_by", Instant, index=True),
    Column("again_at", Instant, index=True),
    Column("took_at", Instant),
)

offers = Table(
    "offers",
    metadata,
    Column("outbox_id", _ID, ForeignKey("outbox.id"), primary_key=True),
    Column("thread_id", _ID, ForeignKey("threads.id"), nullable=False, index=True),
    Column("offered_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

scale_sittings = Table(
    "scale_sittings",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("scale", Choice(ScaleName), nullable=False),
    Column("thread_id", _ID, ForeignKey("threads.id"), nullable=False, index=True),
    Column("staff_id", _ID, ForeignKey("staff.id")),
    Column("case_id", _ID, ForeignKey("cases.id"), index=True),
    Column("patient_id", _ID, ForeignKey("patients.id"), index=True),
    Column("answers_sealed", LargeBinary, nullable=False),
    Column("offer_id", _ID, ForeignKey("outbox.id")),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("total", Integer),
    Column("meaning", String(32)),
    Column("chart_sealed", LargeBinary),
    Column("chart_due_at", Instant, index=True),
)

questions = Table(
    "questions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("question", Choice(Question), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("answered_at", Instant),
    Column("answer_sealed", LargeBinary),
    UniqueConstraint("case_id", "question"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("status", Choice(ReminderStatus), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answer_by", Instant),
    Column("asked", Integer, nullable=False),
    Index("ix_reminders_due", "status", "due_at"),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("case_id", _ID, ForeignKey("cases.id"), primary_key=True),
    Column("before_photo", _ID, ForeignKey("photos.id"), nullable=False),
    Column("now_photo", _ID, ForeignKey("photos.id"), nullable=False),
    Column("due_at", Instant, index=True),
    Column("picture_sealed", LargeBinary),
)

homes = Table(
    "homes",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("slack_user_sealed", LargeBinary, nullable=False),
    Column("slack_user_print", _PRINT, nullable=False, unique=True),
    Column("due_at", Instant, index=True),
    Column("lease_until", Instant, index=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("outbox_id", _ID, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(48), nullable=False),
    Column("text_sealed", LargeBinary),
)

early_reports = Table(
    "early_reports",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("provider_id", String(128), nullable=False, index=True),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("error_code", String(16)),
    Column("arrived_at", Instant, nullable=False),
)

early_replies = Table(
    "early_replies",
    metadata,
    Column("id", _ID, ForeignKey("inbound.id"), primary_key=True),
    Column("root", String(128), nullable=False, index=True),
    Column("message_sealed", LargeBinary, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
)

pacing = Table(
    "pacing",
    metadata,
    Column("recipient_print", _PRINT, primary_key=True),
    Column("free_at", Instant, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("beat_at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Choice(AuditKind), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("details", Text, nullable=False),
    Column("previous_hash", _PRINT, nullable=False, unique=True),
    Column("hash", _PRINT, nullable=False, unique=True),
)
