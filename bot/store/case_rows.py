"""Cases, their patients and their decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import (
    CASE_TRANSITIONS,
    OPEN_CASES,
    READ_WITHIN,
    Case,
    CaseStatus,
)
from bot.core.case_code import new_code
from bot.core.urgency import Urgency
from bot.store import tables as t
from bot.store.home_rows import homes_changed
from bot.store.transaction import Snapshot, Transaction, new_id

_SITE_SEAL = "cases.site"
_CODE_SEAL = "patients.code"


def open_case(
    tx: Transaction,
    *,
    thread_id: str,
    nurse_id: str,
    patient_id: str | None,
    follows: Case | None = None,
) -> Case:
    """`follows` is the case that this one is stated to continue: the same wound, later."""
    actor = f"staff:{nurse_id}"
    decide_by = tx.now + READ_WITHIN
    while True:
        id, code = new_id(), new_code()
        values = {
            "id": id,
            "code": code,
            "status": CaseStatus.READING,
            "thread_id": thread_id,
            "nurse_id": nurse_id,
            "patient_id": patient_id,
            "opened_at": tx.now,
            "moved_at": tx.now,
            "decide_by": decide_by,
            "follows": follows.id if follows else None,
            "site_sealed": _sealed_site(tx, follows),
        }
        event = AuditEvent(AuditKind.CASE_OPENED, actor, f"case:{id}", {"code": code})
        if tx.add_once(t.cases, values, ["code"], event):
            homes_changed(tx)
            return case_by_id(tx, id)


def _sealed_site(tx: Transaction, follows: Case | None) -> bytes | None:
    return tx.vault.seal_text(follows.site, _SITE_SEAL) if follows and follows.site else None


def move_case(tx: Transaction, case: Case, status: CaseStatus, actor: str) -> bool:
    """Moves the case on, where the table allows it. Whether it moved. The time by which it must
    be decided stays: a person who takes the case does not read its photo."""
    if status not in CASE_TRANSITIONS[case.status]:
        return False
    event = AuditEvent(
        AuditKind.CASE_MOVED,
        actor,
        f"case:{case.id}",
        {"from": case.status, "to": status},
    )
    unmoved = (t.cases.c.id == case.id) & (t.cases.c.status == case.status)
    values: dict[str, Any] = {"status": status, "moved_at": tx.now}
    if status is CaseStatus.READING:
        values["decide_by"] = tx.now + READ_WITHIN
    homes_changed(tx)
    return tx.write(update(t.cases).where(unmoved).values(values), event) == 1


def await_decision(tx: Transaction, case: Case, decide_by: datetime | None, actor: str) -> None:
    """Sets or clears the time by which the case must have been decided."""
    event = AuditEvent(AuditKind.CASE_MOVED, actor, f"case:{case.id}", {"to": case.status})
    tx.write(
        update(t.cases).where(t.cases.c.id == case.id).values(decide_by=decide_by),
        event,
    )


def case_by_id(snapshot: Snapshot, id: str) -> Case:
    row = snapshot.first(select(t.cases).where(t.cases.c.id == id))
    if row is None:
        raise KeyError("case")
    return _case(snapshot, row)


def case_by_code(snapshot: Snapshot, code: str) -> Case | None:
    row = snapshot.first(select(t.cases).where(t.cases.c.code == code))
    return _case(snapshot, row) if row else None


def open_cases_in(snapshot: Snapshot, thread_id: str, since: datetime) -> list[Case]:
    """The thread's open cases that moved since then, the latest first."""
    query = (
        select(t.cases)
        .where(
            t.cases.c.thread_id == thread_id,
            t.cases.c.status.in_(OPEN_CASES),
            t.cases.c.moved_at >= since,
        )
        .order_by(t.cases.c.opened_at.desc(), t.cases.c.id)
    )
    return [_case(snapshot, row) for row in snapshot.all(query)]


def open_cases_of(snapshot: Snapshot, nurse_id: str) -> list[Case]:
    """A nurse's open cases, the latest first."""
    query = (
        select(t.cases)
        .where(t.cases.c.nurse_id == nurse_id, t.cases.c.status.in_(OPEN_CASES))
        .order_by(t.cases.c.opened_at.desc(), t.cases.c.id)
    )
    return [_case(snapshot, row) for row in snapshot.all(query)]


def undecided_cases(snapshot: Snapshot, now: datetime) -> list[str]:
    query = select(t.cases.c.id).where(t.cases.c.decide_by <= now)
    return [row.id for row in snapshot.all(query)]


def know_patient(tx: Transaction, patient_code: str, actor: str) -> str:
    """The id of the patient with this code. It is found by a pseudonym; the code is sealed."""
    pseudonym = tx.vault.fingerprint(patient_code, "patient")
    id = new_id()
    values = {
        "id": id,
        "pseudonym": pseudonym,
        "code_sealed": tx.vault.seal_text(patient_code, _CODE_SEAL),
        "first_seen_at": tx.now,
    }
    event = AuditEvent(AuditKind.PATIENT_KNOWN, actor, f"patient:{id}")
    tx.add_once(t.patients, values, ["pseudonym"], event)
    known: str = tx.value(select(t.patients.c.id).where(t.patients.c.pseudonym == pseudonym))
    return known


def patient_code_of(snapshot: Snapshot, case: Case) -> str | None:
    query = select(t.patients.c.code_sealed).where(t.patients.c.id == case.patient_id)
    sealed = snapshot.value(query)
    return snapshot.vault.open_text(sealed, _CODE_SEAL) if sealed else None


def learn_patient(tx: Transaction, case: Case, patient_id: str, actor: str) -> None:
    """Where the case has no patient yet."""
    event = AuditEvent(AuditKind.CASE_LEARNED, actor, f"case:{case.id}", {"what": "patient"})
    unknown = (t.cases.c.id == case.id) & t.cases.c.patient_id.is_(None)
    homes_changed(tx)
    tx.write(update(t.cases).where(unknown).values(patient_id=patient_id), event)


def link_case(tx: Transaction, case: Case, before: Case, actor: str) -> None:
    """States that it continues the earlier one; what was stated first stays."""
    details = {"what": "follows", "case": before.id}
    event = AuditEvent(AuditKind.CASE_LEARNED, actor, f"case:{case.id}", details)
    unlinked = (t.cases.c.id == case.id) & t.cases.c.follows.is_(None)
    tx.write(update(t.cases).where(unlinked).values(follows=before.id), event)


def learn_site(tx: Transaction, case: Case, site: str, actor: str) -> None:
    event = AuditEvent(AuditKind.CASE_LEARNED, actor, f"case:{case.id}", {"what": "site"})
    sealed = tx.vault.seal_text(site, _SITE_SEAL)
    homes_changed(tx)
    tx.write(update(t.cases).where(t.cases.c.id == case.id).values(site_sealed=sealed), event)


def latest_decision(snapshot: Snapshot, case_id: str) -> Row[Any] | None:
    query = (
        select(t.decisions)
        .where(t.decisions.c.case_id == case_id)
        .order_by(t.decisions.c.number.desc())
        .limit(1)
    )
    return snapshot.first(query)


def decisions_of(snapshot: Snapshot, case_id: str) -> Sequence[Row[Any]]:
    """Oldest first."""
    table = t.decisions
    return snapshot.all(select(table).where(table.c.case_id == case_id).order_by(table.c.number))


def add_decision(
    tx: Transaction,
    case_id: str,
    *,
    row: str,
    urgency: Urgency,
    needs_human: bool,
    table_version: str,
    signed: bool,
    inputs: Mapping[str, object],
) -> str:
    id = new_id()
    last = latest_decision(tx, case_id)
    number = last.number + 1 if last else 1
    values = {
        "id": id,
        "case_id": case_id,
        "number": number,
        "made_at": tx.now,
        "row": row,
        "urgency": urgency,
        "needs_human": needs_human,
        "table_version": table_version,
        "signed": signed,
        "inputs": dict(inputs),
    }
    event = AuditEvent(
        AuditKind.DECISION_MADE,
        "system:decide",
        f"case:{case_id}",
        {"number": number, "row": row, "urgency": urgency, "table": table_version},
    )
    homes_changed(tx)
    tx.write(insert(t.decisions).values(values), event)
    return id


def _case(snapshot: Snapshot, row: Row[Any]) -> Case:
    return Case(
        row.id,
        row.code,
        row.status,
        row.thread_id,
        row.nurse_id,
        row.patient_id,
        row.opened_at,
        row.decide_by,
        snapshot.vault.open_text(row.site_sealed, _SITE_SEAL) if row.site_sealed else None,
        row.follows,
    )
