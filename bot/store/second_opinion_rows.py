"""What a second reader was asked, and said."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from bot.core.assessment import Category, CategoryDistribution, Tissue
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Photo
from bot.core.second_opinion import Agreement, Description, Opinion
from bot.core.work import Work
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction

_SEAL = "second_opinions.described"


def ask_for_second(tx: Transaction, photo: Photo, patience: timedelta, actor: str) -> None:
    event = AuditEvent(AuditKind.SECOND_ASKED, actor, f"photo:{photo.id}")
    row = {"photo_id": photo.id, "case_id": photo.case_id, "answer_by": tx.now + patience}
    tx.write(insert(t.second_opinions).values(row), event)
    tx.ring(Work.SECOND_READ, photo.id)


def claim_second(tx: Transaction, photo_id: str, lease: timedelta, actor: str) -> bool:
    """Takes it for one attempt; False where it was answered, or is being answered."""
    table = t.second_opinions
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= tx.now)
    ready = (table.c.photo_id == photo_id) & table.c.agreement.is_(None) & free
    event = AuditEvent(AuditKind.SECOND_CLAIMED, actor, f"photo:{photo_id}")
    values = {"lease_until": tx.now + lease}
    return tx.write(update(table).where(ready).values(values), event) == 1


def save_second(
    tx: Transaction, photo_id: str, agreement: Agreement, opinion: Opinion | None, actor: str
) -> bool:
    """Whether this was the first word on it."""
    table = t.second_opinions
    event = AuditEvent(AuditKind.SECOND_HEARD, actor, f"photo:{photo_id}", {"agreement": agreement})
    values: dict[str, object] = {"agreement": agreement, "lease_until": None}
    if opinion:
        described = json.dumps(asdict(opinion.description))
        values |= {
            "model": opinion.model,
            "categories": opinion.categories and dict(opinion.categories.probabilities),
            "tissue": sorted(opinion.tissue),
            "described_sealed": tx.vault.seal_text(described, _SEAL),
        }
    open_still = (table.c.photo_id == photo_id) & table.c.agreement.is_(None)
    return tx.write(update(table).where(open_still).values(values), event) == 1


def seconds_to_ask(snapshot: Snapshot, now: datetime) -> list[str]:
    """Photos that wait for a second reader, with time left."""
    table = t.second_opinions
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    query = select(table.c.photo_id).where(
        table.c.agreement.is_(None), table.c.answer_by > now, free
    )
    return [row.photo_id for row in snapshot.all(query)]


def overdue_seconds(snapshot: Snapshot, now: datetime) -> list[str]:
    table = t.second_opinions
    query = select(table.c.photo_id).where(table.c.agreement.is_(None), table.c.answer_by <= now)
    return [row.photo_id for row in snapshot.all(query)]


def seconds_of_case(snapshot: Snapshot, case_id: str) -> list[tuple[Agreement, Opinion | None]]:
    """Those that were heard, or not heard in time."""
    table = t.second_opinions
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.agreement.is_not(None))
        .order_by(table.c.answer_by, table.c.photo_id)
    )
    return [(row.agreement, _opinion(snapshot, row)) for row in snapshot.all(query)]


def _opinion(snapshot: Snapshot, row: Row[Any]) -> Opinion | None:
    if row.model is None:
        return None
    named = {Category(name): p for name, p in row.categories.items()} if row.categories else None
    described = json.loads(snapshot.vault.open_text(row.described_sealed, _SEAL))
    return Opinion(
        row.model,
        CategoryDistribution(named) if named else None,
        frozenset(Tissue(name) for name in row.tissue),
        Description(**described),
    )
