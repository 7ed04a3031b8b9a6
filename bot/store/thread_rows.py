"""The conversations. An address is sealed; a keyed print finds it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.core.ports import Address
from bot.core.thread import Thread
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_SEAL = "threads.address"


def thread_at(
    tx: Transaction, channel: Channel, address: Address, *, staff_id: str | None = None
) -> Thread:
    """The thread with this address, opened if it is new; with `staff_id` it is theirs from now."""
    known = known_thread(tx, channel, address)
    if known and staff_id and known.staff_id != staff_id:
        # A phone on duty passes from hand to hand.
        event = AuditEvent(AuditKind.THREAD_OPENED, "system", f"thread:{known.id}", {"named": True})
        row = t.threads.c.id == known.id
        tx.write(update(t.threads).where(row).values(staff_id=staff_id), event)
        return replace(known, staff_id=staff_id)
    if known:
        return known
    mark = _print(tx, channel, address)
    id = new_id()
    facts = {"to": address.to, "thread": address.thread}
    values = {
        "id": id,
        "channel": channel,
        "address_sealed": tx.vault.seal_facts(facts, _SEAL),
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


def direct_address(snapshot: Snapshot, staff_id: str, slack_user: str) -> Address:
    """Where this person and Vigia talk alone in Slack: the conversation's own id where they have
    written there, else the user's id, under which Slack finds it."""
    theirs = (t.threads.c.staff_id == staff_id) & (t.threads.c.channel == Channel.SLACK)
    query = select(t.threads).where(theirs).order_by(t.threads.c.opened_at)
    for thread in (_thread(snapshot, row) for row in snapshot.all(query)):
        if thread.address.to.startswith("D") and thread.address.thread is None:
            return thread.address
    return Address(slack_user)


def name_direct(tx: Transaction, slack_user: str, address: Address) -> None:
    """Vigia spoke first, to the user's id; now the conversation's own id is known, and what was
    said there goes on in it."""
    spoken = known_thread(tx, Channel.SLACK, Address(slack_user))
    direct = address.to.startswith("D") and address.thread is None
    if not direct or spoken is None or known_thread(tx, Channel.SLACK, address):
        return
    values = {
        "address_sealed": tx.vault.seal_facts({"to": address.to, "thread": None}, _SEAL),
        "address_print": _print(tx, Channel.SLACK, address),
    }
    event = AuditEvent(AuditKind.THREAD_OPENED, "system", f"thread:{spoken.id}", {"named": True})
    tx.write(update(t.threads).where(t.threads.c.id == spoken.id).values(values), event)


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
    facts = snapshot.vault.open_facts(row.address_sealed, _SEAL)
    thread = facts["thread"]
    address = Address(str(facts["to"]), str(thread) if thread is not None else None)
    return Thread(row.id, row.channel, address, row.staff_id, row.heard_at)
