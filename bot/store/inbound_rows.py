"""What arrived. The provider's id is claimed once; a redelivery finds it taken."""

from collections.abc import Sequence

from sqlalchemy import select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id


def claim_inbound(
    tx: Transaction,
    channel: Channel,
    provider_id: str,
    staff_id: str | None,
    text: str | None,
) -> str | None:
    """The new row's id, or None where this message was received before. The words of a person
    who is not enrolled are not kept."""
    id = new_id()
    actor = f"staff:{staff_id}" if staff_id else f"vendor:{channel}"
    kind = AuditKind.INBOUND_RECEIVED if staff_id else AuditKind.INBOUND_REFUSED
    values = {
        "id": id,
        "channel": channel,
        "provider_id": provider_id,
        "received_at": tx.now,
        "staff_id": staff_id,
        "text_sealed": tx.vault.seal_text(text, "inbound.text") if staff_id and text else None,
    }
    event = AuditEvent(kind, actor, f"inbound:{id}", {"channel": channel})
    return id if tx.add_once(t.inbound, values, ["channel", "provider_id"], event) else None


def keep_words(tx: Transaction, id: str, text: str, actor: str) -> None:
    """The words of a message that was claimed before anybody knew what it is."""
    sealed = tx.vault.seal_text(text, "inbound.text") if text else None
    event = AuditEvent(AuditKind.INBOUND_RECEIVED, actor, f"inbound:{id}")
    tx.write(update(t.inbound).where(t.inbound.c.id == id).values(text_sealed=sealed), event)


def place_inbound(tx: Transaction, id: str, thread_id: str, case_id: str, actor: str) -> None:
    """Says to which thread and case a message belongs."""
    event = AuditEvent(AuditKind.INBOUND_RECEIVED, actor, f"inbound:{id}", {"case": case_id})
    row = t.inbound.c.id == id
    tx.write(update(t.inbound).where(row).values(thread_id=thread_id, case_id=case_id), event)


def text_of_inbound(snapshot: Snapshot, id: str) -> str:
    """Empty for a message without words."""
    query = select(t.inbound.c.text_sealed).where(t.inbound.c.id == id)
    sealed: bytes | None = snapshot.value(query)
    return snapshot.vault.open_text(sealed, "inbound.text") if sealed else ""


def case_of_inbound(snapshot: Snapshot, channel: Channel, provider_id: str) -> str | None:
    """The case to which this message was placed."""
    table = t.inbound
    this = (table.c.channel == channel) & (table.c.provider_id == provider_id)
    found: str | None = snapshot.value(select(table.c.case_id).where(this))
    return found


def texts_of_case(snapshot: Snapshot, case_id: str) -> Sequence[tuple[str, str]]:
    """(inbound id, words) of everything the nurse wrote in this case, oldest first."""
    table = t.inbound
    query = (
        select(table.c.id, table.c.text_sealed)
        .where(table.c.case_id == case_id, table.c.text_sealed.is_not(None))
        .order_by(table.c.received_at, table.c.id)
    )
    vault = snapshot.vault
    return [
        (row.id, vault.open_text(row.text_sealed, "inbound.text")) for row in snapshot.all(query)
    ]
