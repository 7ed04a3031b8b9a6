"""The audit chain, read back."""

import json
from collections.abc import Iterator

from sqlalchemy import func, select

from bot.core.audit import AuditEvent, AuditRecord
from bot.store import tables as t
from bot.store.transaction import Snapshot

_PAGE = 1000


def audit_records(snapshot: Snapshot) -> Iterator[AuditRecord]:
    last = 0
    while True:
        query = select(t.audit).where(t.audit.c.seq > last).order_by(t.audit.c.seq).limit(_PAGE)
        rows = snapshot.all(query)
        for row in rows:
            event = AuditEvent(row.kind, row.actor, row.subject, json.loads(row.details))
            yield AuditRecord(row.seq, row.at, event, row.previous_hash, row.hash)
            last = row.seq
        if len(rows) < _PAGE:
            return


def audit_length(snapshot: Snapshot) -> int:
    count: int = snapshot.value(select(func.coalesce(func.max(t.audit.c.seq), 0)))
    return count
