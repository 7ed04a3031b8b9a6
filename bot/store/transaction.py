"""The only door to the database. A write cannot be made without saying what is audited."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, insert, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import Delete, Insert, Update

from bot.core.audit import GENESIS, AuditEvent, chain_hash
from bot.core.work import Work
from bot.store import engine as engines
from bot.store import tables as t
from bot.store.vault import Vault


def new_id() -> str:
    return uuid.uuid4().hex


class Snapshot:
    """Reads of one moment."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self.vault = vault

    def all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self._connection.execute(query).all()

    def first(self, query: Select[Any]) -> Row[Any] | None:
        return self._connection.execute(query).first()

    def value(self, query: Select[Any]) -> Any:
        return self._connection.execute(query).scalar()


class Transaction(Snapshot):
    """One unit of work, all or nothing, at one time `now`."""

    def __init__(self, connection: Connection, vault: Vault, now: datetime) -> None:
        super().__init__(connection, vault)
        self.now = now
        self.rings: list[tuple[Work, str]] = []

    def ring(self, work: Work, id: str) -> None:
        """Remembers a bell to ring once this transaction is committed."""
        self.rings.append((work, id))

    def write(self, statement: Insert | Update | Delete, event: AuditEvent) -> int:
        """Returns the number of rows changed; a write that changes none leaves no event."""
        # Without the option PostgreSQL's driver reports -1 for an insert that was skipped.
        counted = statement.execution_options(preserve_rowcount=True)
        changed: int = self._connection.execute(counted).rowcount
        if changed:
            self._append(event)
        return changed

    def add_once(
        self,
        table: Any,
        values: dict[str, Any],
        unique: Sequence[str],
        event: AuditEvent,
    ) -> bool:
        """Inserts unless a row with the same `unique` columns exists. Whether it was inserted."""
        dialect = self._connection.dialect.name
        make = sqlite_insert if dialect == "sqlite" else postgres_insert
        statement = make(table).values(values).on_conflict_do_nothing(index_elements=list(unique))
        return self.write(statement, event) == 1

    def note(self, event: AuditEvent) -> None:
        """Records a fact that changes no other row, as a refused press."""
        self._append(event)

    def beat(self, name: str) -> None:
        """Proves that a loop lives. A heartbeat says nothing of a case and is overwritten at
        every tick, so it alone leaves no event."""
        table = t.heartbeats
        dialect = self._connection.dialect.name
        make = sqlite_insert if dialect == "sqlite" else postgres_insert
        statement = make(table).values(name=name, beat_at=self.now)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"beat_at": statement.excluded.beat_at}
            )
        )

    def _append(self, event: AuditEvent) -> None:
        last = self.first(
            select(t.audit.c.seq, t.audit.c.hash).order_by(t.audit.c.seq.desc()).limit(1)
        )
        seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
        self._connection.execute(
            insert(t.audit).values(
                seq=seq + 1,
                at=self.now,
                kind=event.kind,
                actor=event.actor,
                subject=event.subject,
                details=json.dumps(dict(event.details), sort_keys=True),
                previous_hash=previous,
                hash=chain_hash(previous, self.now, event),
            )
        )


class Store:
    """Opens transactions and snapshots."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.engine = engine
        self.vault = vault

    @contextmanager
    def transaction(self, now: datetime) -> Iterator[Transaction]:
        with engines.writing(self.engine) as connection:
            yield Transaction(connection, self.vault, now)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with engines.reading(self.engine) as connection:
            yield Snapshot(connection, self.vault)
