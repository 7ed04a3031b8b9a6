"""Replies that wait until the card above them is known. None of their words stay here, or in the
inbound row, once a reply turns out to be talk among colleagues."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.early_reply import LOOK_AGAIN, EarlyReply
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage
from bot.core.ports import Address
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction

_TABLE = t.early_replies
_SEAL = "early_replies.message"
_ACTOR = "system:early_reply"


def keep_reply(tx: Transaction, inbound_id: str, message: InboundMessage, actor: str) -> None:
    values = {
        "id": inbound_id,
        "root": message.address.thread,
        "message_sealed": tx.vault.seal_facts(_facts(message), _SEAL),
        "arrived_at": tx.now,
        "due_at": tx.now + LOOK_AGAIN,
    }
    event = AuditEvent(AuditKind.REPLY_HELD, actor, f"inbound:{inbound_id}")
    tx.write(insert(_TABLE).values(values), event)


def replies_under(snapshot: Snapshot, root: str) -> list[EarlyReply]:
    """Those in the thread of this post, in the order in which they were written."""
    rows = snapshot.all(select(_TABLE).where(_TABLE.c.root == root))
    opened = ((row, snapshot.vault.open_facts(row.message_sealed, _SEAL)) for row in rows)
    kept = [EarlyReply(row.id, _message(facts), row.arrived_at) for row, facts in opened]
    return sorted(kept, key=lambda one: one.message.sent_at)


def threads_with_replies_due(snapshot: Snapshot, now: datetime) -> list[str]:
    """The posts that those replies stand under."""
    due = select(_TABLE.c.root).where(_TABLE.c.due_at <= now).distinct()
    return [row.root for row in snapshot.all(due)]


def put_off_reply(tx: Transaction, id: str) -> None:
    event = AuditEvent(AuditKind.REPLY_HELD, _ACTOR, f"inbound:{id}")
    later = update(_TABLE).where(_TABLE.c.id == id).values(due_at=tx.now + LOOK_AGAIN)
    tx.write(later, event)


def release_reply(tx: Transaction, id: str) -> None:
    event = AuditEvent(AuditKind.REPLY_RELEASED, _ACTOR, f"inbound:{id}")
    tx.write(delete(_TABLE).where(_TABLE.c.id == id), event)


def _facts(message: InboundMessage) -> dict[str, object]:
    return {
        "provider_id": message.provider_id,
        "sender": message.sender,
        "to": message.address.to,
        "thread": message.address.thread,
        "text": message.text,
        "attachments": [
            [one.source, one.kind, one.content_type, one.size] for one in message.attachments
        ],
        "sent_at": message.sent_at.isoformat(),
        "replied_to": message.replied_to,
        "before": message.before,
        "for_vigia": message.for_vigia,
    }


def _message(facts: Mapping[str, Any]) -> InboundMessage:
    return InboundMessage(
        provider_id=facts["provider_id"],
        channel=Channel.SLACK,
        sender=facts["sender"],
        address=Address(facts["to"], facts["thread"]),
        text=facts["text"],
        attachments=tuple(
            Attachment(source, AttachmentKind(kind), content_type, size)
            for source, kind, content_type, size in facts["attachments"]
        ),
        sent_at=datetime.fromisoformat(facts["sent_at"]),
        replied_to=facts.get("replied_to"),
        before=facts.get("before"),
        for_vigia=facts.get("for_vigia", False),
    )
