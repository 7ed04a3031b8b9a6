"""Every outgoing message. It is claimed, sent, and what the vendor said is written down."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, or_, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.choice import choices_in
from bot.core.inbound import DeliveryReport
from bot.core.message import (
    SEND_LEASE,
    UNSENT,
    Message,
    MessageKind,
    OutboxStatus,
    after_report,
)
from bot.core.staff import Language
from bot.core.thread import Thread
from bot.core.work import Work
from bot.store import tables as t
from bot.store.home_rows import homes_changed
from bot.store.offer_rows import keep_offer
from bot.store.report_rows import keep_report
from bot.store.said_rows import Outgoing, message_by_id, work_of
from bot.store.transaction import Transaction, new_id

log = logging.getLogger(__name__)


def queue_message(
    tx: Transaction,
    thread: Thread,
    message: Message,
    language: Language,
    *,
    case_id: str | None = None,
    not_before: datetime | None = None,
) -> str | None:
    """The outbox id, or None where a message with this key was queued before."""
    id = new_id()
    values = {
        "id": id,
        "idempotency_key": message.key,
        "thread_id": thread.id,
        "case_id": case_id,
        "kind": message.kind,
        "language": language,
        "facts_sealed": tx.vault.seal_facts(message.facts, "outbox.facts"),
        "picture": message.picture,
        "replaces": message.replaces,
        "under": message.under,
        "only_to_sealed": (
            tx.vault.seal_text(message.only_to, "outbox.only_to") if message.only_to else None
        ),
        "alarm": message.alarm,
        "status": OutboxStatus.QUEUED,
        "queued_at": tx.now,
        "attempts": 0,
        "next_attempt_at": not_before or tx.now,
    }
    event = AuditEvent(
        AuditKind.MESSAGE_QUEUED,
        "system",
        f"message:{id}",
        {"kind": message.kind, "case": case_id},
    )
    if not tx.add_once(t.outbox, values, ["idempotency_key"], event):
        return None
    if choices_in(message.facts) and message.replaces is None:
        keep_offer(tx, id, thread.id)
    tx.ring(work_of(message.alarm), id)
    return id


def queue_rewriting(
    tx: Transaction, thread: Thread, message: Message, language: Language, *, case_id: str
) -> None:
    """Rewrites the message that `message.replaces` names. A rewriting of it that nobody has begun
    to send says the newer words instead: a person reads only the last."""
    table = t.outbox
    waiting = (table.c.replaces == message.replaces) & (table.c.status == OutboxStatus.QUEUED)
    sealed = tx.vault.seal_facts(message.facts, "outbox.facts")
    event = AuditEvent(
        AuditKind.MESSAGE_CHANGED,
        "system",
        f"message:{message.replaces}",
        {"kind": message.kind, "case": case_id},
    )
    changed = tx.write(update(table).where(waiting).values(facts_sealed=sealed), event)
    if not changed:
        queue_message(tx, thread, message, language, case_id=case_id)


def settle_words(
    tx: Transaction, id: str, facts: Mapping[str, object], outcome: str, actor: str
) -> bool:
    """The final words of a message that waits for them and that nobody has tried to send: it goes
    now. False where it has gone already."""
    table = t.outbox
    untried = (table.c.id == id) & (table.c.status == OutboxStatus.QUEUED) & (table.c.attempts == 0)
    values = {
        "facts_sealed": tx.vault.seal_facts(facts, "outbox.facts"),
        "next_attempt_at": tx.now,
    }
    event = AuditEvent(AuditKind.MESSAGE_CHANGED, actor, f"message:{id}", {"outcome": outcome})
    if not tx.write(update(table).where(untried).values(values), event):
        return False
    tx.ring(Work.DELIVER_MESSAGE, id)
    return True


def claim_message(tx: Transaction, id: str) -> Outgoing | None:
    """Takes a message that is due and whose turn it is. A lease that ran out means that an
    earlier attempt may have arrived: `uncertain_since` says so."""
    table = t.outbox
    earlier = table.alias("earlier")
    # In one conversation about one case the order is kept; an alarm waits for alarms only, and
    # nothing for a card but its own next rewriting.
    turn = ~exists().where(
        earlier.c.thread_id == table.c.thread_id,
        earlier.c.case_id == table.c.case_id,
        earlier.c.seq < table.c.seq,
        earlier.c.status.in_(UNSENT),
        or_(earlier.c.alarm, ~table.c.alarm),
        or_(earlier.c.kind != MessageKind.CARD, earlier.c.replaces == table.c.replaces),
    )
    orphaned = (table.c.status == OutboxStatus.SENDING) & (table.c.lease_until <= tx.now)
    waiting = (table.c.status == OutboxStatus.QUEUED) & (table.c.next_attempt_at <= tx.now)
    before = tx.first(select(table.c.status, table.c.queued_at).where(table.c.id == id))
    if before is None:
        return None
    values: dict[str, Any] = {
        "status": OutboxStatus.SENDING,
        "lease_until": tx.now + SEND_LEASE,
        "attempts": table.c.attempts + 1,
    }
    if before.status is OutboxStatus.SENDING:
        values["uncertain_since"] = before.queued_at
    event = AuditEvent(AuditKind.MESSAGE_CLAIMED, "system:deliver", f"message:{id}")
    claim = update(table).where(table.c.id == id, turn, or_(waiting, orphaned)).values(values)
    return message_by_id(tx, id) if tx.write(claim, event) else None


def mark_sent(
    tx: Transaction, outgoing: Outgoing, provider_id: str, place: str | None, text: str
) -> bool:
    values = {
        "status": OutboxStatus.SENT,
        "sent_at": tx.now,
        "provider_id": provider_id,
        "place_sealed": tx.vault.seal_text(place, "outbox.place") if place else None,
        "lease_until": None,
        "uncertain_since": None,
    }
    if not _finish_attempt(tx, outgoing, values, AuditKind.MESSAGE_SENT, "sent", text):
        return False
    if outgoing.message.kind is MessageKind.CARD and not outgoing.message.replaces:
        # Homes link to it, and may have been published since the alarm was raised.
        homes_changed(tx)
    _ring_next(tx, outgoing)
    return True


def mark_retry(
    tx: Transaction, outgoing: Outgoing, at: datetime, reason: str, *, uncertain: bool
) -> bool:
    values: dict[str, Any] = {
        "status": OutboxStatus.QUEUED,
        "next_attempt_at": at,
        "lease_until": None,
        "uncertain_since": outgoing.uncertain_since or (outgoing.queued_at if uncertain else None),
    }
    return _finish_attempt(tx, outgoing, values, AuditKind.MESSAGE_RETRY, reason, None)


def mark_failed(tx: Transaction, outgoing: Outgoing, reason: str) -> bool:
    values = {
        "status": OutboxStatus.FAILED,
        "failed_because": reason,
        "lease_until": None,
    }
    if not _finish_attempt(tx, outgoing, values, AuditKind.MESSAGE_FAILED, reason, None):
        return False
    _ring_next(tx, outgoing)
    return True


def retire(tx: Transaction, outgoing: Outgoing, reason: str) -> None:
    """A message that was sent, and shows what is no longer true: another stands in its place."""
    row = (t.outbox.c.id == outgoing.id) & (t.outbox.c.status == outgoing.status)
    event = AuditEvent(
        AuditKind.MESSAGE_FAILED, "system:deliver", f"message:{outgoing.id}", {"reason": reason}
    )
    values = {"status": OutboxStatus.FAILED, "failed_because": reason}
    tx.write(update(t.outbox).where(row).values(values), event)


def put_off(tx: Transaction, outgoing: Outgoing, at: datetime, reason: str) -> None:
    """Gives the claim back unused: it was not this message's time."""
    table = t.outbox
    values = {
        "status": OutboxStatus.QUEUED,
        "next_attempt_at": at,
        "lease_until": None,
        "attempts": table.c.attempts - 1,
    }
    event = AuditEvent(
        AuditKind.MESSAGE_PACED,
        "system:deliver",
        f"message:{outgoing.id}",
        {"reason": reason},
    )
    tx.write(update(table).where(_being_sent(outgoing)).values(values), event)


def hurry(tx: Transaction, thread_id: str, reason: str) -> None:
    """What waits in this conversation waits no longer."""
    table = t.outbox
    waiting = (table.c.thread_id == thread_id) & (table.c.status == OutboxStatus.QUEUED)
    event = AuditEvent(AuditKind.MESSAGE_PACED, "system", f"thread:{thread_id}", {"reason": reason})
    tx.write(update(table).where(waiting).values(next_attempt_at=tx.now), event)
    for row in tx.all(select(table.c.id, table.c.alarm).where(waiting).order_by(table.c.seq)):
        tx.ring(work_of(row.alarm), row.id)


def _finish_attempt(
    tx: Transaction,
    outgoing: Outgoing,
    values: dict[str, Any],
    kind: AuditKind,
    outcome: str,
    text: str | None,
) -> bool:
    event = AuditEvent(
        kind,
        "system:deliver",
        f"message:{outgoing.id}",
        {"attempt": outgoing.attempts, "outcome": outcome},
    )
    if not tx.write(update(t.outbox).where(_being_sent(outgoing)).values(values), event):
        return False
    row = {
        "id": new_id(),
        "outbox_id": outgoing.id,
        "attempt": outgoing.attempts,
        "at": tx.now,
        "outcome": outcome,
        "text_sealed": tx.vault.seal_text(text, "deliveries.text") if text else None,
    }
    tx.write(insert(t.deliveries).values(row), event)
    return True


def _being_sent(outgoing: Outgoing) -> Any:
    table = t.outbox
    return (
        (table.c.id == outgoing.id)
        & (table.c.status == OutboxStatus.SENDING)
        & (table.c.attempts == outgoing.attempts)
    )


def _ring_next(tx: Transaction, outgoing: Outgoing) -> None:
    table = t.outbox
    query = (
        select(table.c.id, table.c.alarm)
        .where(
            table.c.thread_id == outgoing.thread.id,
            table.c.case_id == outgoing.case_id,
            table.c.status == OutboxStatus.QUEUED,
        )
        .order_by(table.c.seq)
        .limit(1)
    )
    following = tx.first(query)
    if following:
        tx.ring(work_of(following.alarm), following.id)


def take_report(tx: Transaction, report: DeliveryReport, actor: str) -> Outgoing | None:
    """Moves the message's state, never backwards. Returns the message where it moved; a report of
    a message that is not known yet is kept."""
    row = tx.first(select(t.outbox).where(t.outbox.c.provider_id == report.provider_id))
    if row is None:
        log.warning("report_of_unknown_message", extra={"status": report.state.value})
        keep_report(tx, report, actor)
        return None
    then = after_report(row.status, report.state)
    if then is None:
        return None
    values: dict[str, Any] = {"status": then}
    if then is OutboxStatus.FAILED:
        values["failed_because"] = report.error_code or report.state.value
    event = AuditEvent(
        AuditKind.MESSAGE_REPORTED,
        actor,
        f"message:{row.id}",
        {"state": report.state, "error": report.error_code},
    )
    unmoved = (t.outbox.c.id == row.id) & (t.outbox.c.status == row.status)
    if not tx.write(update(t.outbox).where(unmoved).values(values), event):
        return None
    return message_by_id(tx, row.id)
