"""The conversations. An address is sealed; a keyed print finds it."""

from typing import Any

from sqlalchemy import Row, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.core.ports import Address
from bot.core.thread import Thread
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id


def thread_at(
    tx: Transaction, channel: Channel, address: Address, *, staff_id: str | None = None
) -> Thread:
    """The thread with this address, opened if it is new."""
    known = known_thread(tx, channel, address)
    if known:
        return known
    mark = _print(tx, channel, address)
    id = new_id()
    facts = {"to": address.to, "thread": address.thread}
    values = {
        "id": id,
        "channel": channel,
        "address_sealed": tx.vault.seal_facts(facts, "threads.address"),
        "address_print": mark,
        "staff_id": staff_id,
        "opened_at": tx.now,
    }
    event = AuditEvent(AuditKind.THREAD_OPENED, "system", f"thread:{id}", {"channel": channel})
    tx.add_once(t.threads, values, ["address_print"], event)
    return Thread(id, channel, address, staff_id, None)


def known_thread(snapshot: Snapshot, channel: Channel, address: Address) -> Thread | None:
    mark = _print(snapshot, channel, address)
    row = snapshot.first(select(t.threads).where(t.threads.c.address_print == mark))
    return _thread(snapshot, row) if row else None


def _print(snapshot: Snapshot, channel: Channel, address: Address) -> str:
    place = f"{channel}|{address.to}|{address.thread or ''}"
    return snapshot.vault.fingerprint(place, "address")


def hear(tx: Transaction, thread: Thread, staff_id: str) -> None:
    event = AuditEvent(AuditKind.THREAD_HEARD, f"staff:{staff_id}", f"thread:{thread.id}")
    row = t.threads.c.id == thread.id
    tx.write(update(t.threads).where(row).values(heard_at=tx.now, staff_id=staff_id), event)


def thread_by_id(snapshot: Snapshot, id: str) -> Thread:
    row = snapshot.first(select(t.threads).where(t.threads.c.id == id))
    if row is None:
        raise KeyError("thread")
    return _thread(snapshot, row)


def _thread(snapshot: Snapshot, row: Row[Any]) -> Thread:
    facts = snapshot.vault.open_facts(row.address_sealed, "threads.address")
    thread = facts["thread"]
    address = Address(str(facts["to"]), str(thread) if thread is not None else None)
    return Thread(row.id, row.channel, address, row.staff_id, row.heard_at)
