"""Scales asked question by question: who was asked, what was answered, and the totals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Case
from bot.core.scales.scale import Result, ScaleName
from bot.core.scales.sitting import ANSWERED_WITHIN, Sitting
from bot.core.work import Work
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_TABLE = t.scale_sittings


def start_sitting(
    tx: Transaction,
    scale: ScaleName,
    *,
    thread_id: str,
    staff_id: str | None,
    case: Case | None,
    patient_id: str | None,
    actor: str,
) -> Sitting:
    id = new_id()
    case_id = case.id if case else None
    patient_id = patient_id or (case.patient_id if case else None)
    values = {
        "id": id,
        "scale": scale,
        "thread_id": thread_id,
        "staff_id": staff_id,
        "case_id": case_id,
        "patient_id": patient_id,
        "answers_sealed": tx.vault.seal_facts({}, "scale_sittings.answers"),
        "asked_at": tx.now,
    }
    event = AuditEvent(
        AuditKind.SCALE_STARTED, actor, f"scale:{id}", {"scale": scale, "case": case_id}
    )
    tx.write(insert(_TABLE).values(values), event)
    return Sitting(id, scale, thread_id, staff_id, case_id, patient_id, {}, None, tx.now)


def keep_answer(
    tx: Transaction, sitting: Sitting, answers: dict[str, str], offer_id: str | None, actor: str
) -> None:
    """`answers` are all so far, `offer_id` the question that was asked after them."""
    event = AuditEvent(
        AuditKind.SCALE_ANSWERED, actor, f"scale:{sitting.id}", {"answers": len(answers)}
    )
    values = {
        "answers_sealed": tx.vault.seal_facts(answers, "scale_sittings.answers"),
        "offer_id": offer_id,
        "asked_at": tx.now,
    }
    tx.write(update(_TABLE).where(_TABLE.c.id == sitting.id).values(values), event)


def stop_sitting(tx: Transaction, sitting: Sitting, actor: str) -> None:
    event = AuditEvent(AuditKind.SCALE_STOPPED, actor, f"scale:{sitting.id}")
    still = (_TABLE.c.id == sitting.id) & _TABLE.c.ended_at.is_(None)
    tx.write(update(_TABLE).where(still).values(ended_at=tx.now), event)


def score_sitting(
    tx: Transaction, sitting: Sitting, answers: dict[str, str], scored: Result, actor: str
) -> bool:
    """Whether this was the first to end it."""
    event = AuditEvent(
        AuditKind.SCALE_SCORED,
        actor,
        f"scale:{sitting.id}",
        {"scale": sitting.scale, "case": sitting.case_id},
    )
    values = {
        "answers_sealed": tx.vault.seal_facts(answers, "scale_sittings.answers"),
        "offer_id": None,
        "total": scored.total,
        "meaning": scored.meaning,
        "ended_at": tx.now,
    }
    still = (_TABLE.c.id == sitting.id) & _TABLE.c.ended_at.is_(None)
    return tx.write(update(_TABLE).where(still).values(values), event) == 1


def belong_to_case(tx: Transaction, sitting: Sitting, case_id: str, actor: str) -> None:
    event = AuditEvent(AuditKind.SCALE_SCORED, actor, f"scale:{sitting.id}", {"case": case_id})
    tx.write(update(_TABLE).where(_TABLE.c.id == sitting.id).values(case_id=case_id), event)


def ask_for_chart(tx: Transaction, sitting: Sitting, actor: str) -> None:
    event = AuditEvent(AuditKind.CHART_ASKED, actor, f"scale:{sitting.id}")
    tx.write(update(_TABLE).where(_TABLE.c.id == sitting.id).values(chart_due_at=tx.now), event)
    tx.ring(Work.DRAW_CHART, sitting.id)


def keep_chart(tx: Transaction, id: str, chart: bytes, actor: str) -> bool:
    """Whether this was the first to draw it."""
    event = AuditEvent(AuditKind.CHART_DRAWN, actor, f"scale:{id}", {"bytes": len(chart)})
    values = {"chart_sealed": tx.vault.seal(chart, "scale_sittings.chart"), "chart_due_at": None}
    undrawn = (_TABLE.c.id == id) & _TABLE.c.chart_sealed.is_(None)
    return tx.write(update(_TABLE).where(undrawn).values(values), event) == 1


def charts_due(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(_TABLE.c.id).where(_TABLE.c.chart_due_at <= now)
    return [row.id for row in snapshot.all(query)]


def sitting_by_id(snapshot: Snapshot, id: str) -> Sitting:
    row = snapshot.first(select(_TABLE).where(_TABLE.c.id == id))
    if row is None:
        raise KeyError("scale")
    return _sitting(snapshot, row)


def open_sitting(snapshot: Snapshot, thread_id: str, now: datetime) -> Sitting | None:
    """The one that waits for an answer in this thread."""
    query = (
        select(_TABLE)
        .where(
            _TABLE.c.thread_id == thread_id,
            _TABLE.c.ended_at.is_(None),
            _TABLE.c.asked_at >= now - ANSWERED_WITHIN,
        )
        .order_by(_TABLE.c.asked_at.desc(), _TABLE.c.id)
        .limit(1)
    )
    row = snapshot.first(query)
    return _sitting(snapshot, row) if row else None


def scored_before(snapshot: Snapshot, sitting: Sitting) -> list[Sitting]:
    """Every total of this scale for the same case or patient, this one included, oldest first."""
    same: list[ColumnElement[bool]] = [_TABLE.c.id == sitting.id]
    if sitting.case_id:
        same.append(_TABLE.c.case_id == sitting.case_id)
    if sitting.patient_id:
        same.append(_TABLE.c.patient_id == sitting.patient_id)
    scored = select(_TABLE).where(
        _TABLE.c.scale == sitting.scale, _TABLE.c.total.is_not(None), or_(*same)
    )
    return _all(snapshot, snapshot.all(scored.order_by(_TABLE.c.ended_at, _TABLE.c.id)))


def scores_of_case(snapshot: Snapshot, case_id: str) -> list[Sitting]:
    """Oldest first."""
    query = (
        select(_TABLE)
        .where(_TABLE.c.case_id == case_id, _TABLE.c.total.is_not(None))
        .order_by(_TABLE.c.ended_at, _TABLE.c.id)
    )
    return _all(snapshot, snapshot.all(query))


def _all(snapshot: Snapshot, rows: Sequence[Row[Any]]) -> list[Sitting]:
    return [_sitting(snapshot, row) for row in rows]


def _sitting(snapshot: Snapshot, row: Row[Any]) -> Sitting:
    answers = snapshot.vault.open_facts(row.answers_sealed, "scale_sittings.answers")
    return Sitting(
        row.id,
        row.scale,
        row.thread_id,
        row.staff_id,
        row.case_id,
        row.patient_id,
        {key: str(value) for key, value in answers.items()},
        row.offer_id,
        row.asked_at,
        row.ended_at,
        row.total,
        row.meaning,
    )
