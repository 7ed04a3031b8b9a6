"""Delivery reports of messages that nobody here knows yet: the vendor can be faster than our own
note that it took the message."""

from datetime import timedelta

from sqlalchemy import delete, exists, insert, select

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import DeliveryReport
from bot.store import tables as t
from bot.store.transaction import Transaction, new_id

# Whose message is still unknown then was never ours.
_KEPT_FOR = timedelta(days=1)


def keep_report(tx: Transaction, report: DeliveryReport, actor: str) -> None:
    id = new_id()
    values = {
        "id": id,
        "provider_id": report.provider_id,
        "state": report.state,
        "error_code": report.error_code,
        "arrived_at": tx.now,
    }
    tx.write(insert(t.early_reports).values(values), _event(actor, f"report:{id}", report))


def take_known_reports(tx: Transaction, actor: str) -> list[DeliveryReport]:
    """Those whose message is known by now, in the order in which they came; what is too old is
    dropped."""
    table = t.early_reports
    known = exists().where(t.outbox.c.provider_id == table.c.provider_id)
    found = tx.all(select(table).where(known).order_by(table.c.arrived_at, table.c.id))
    reports = []
    for row in found:
        report = DeliveryReport(row.provider_id, row.state, row.error_code)
        event = _event(actor, f"report:{row.id}", report)
        if tx.write(delete(table).where(table.c.id == row.id), event):
            reports.append(report)
    stale = AuditEvent(AuditKind.MESSAGE_REPORTED, actor, "report", {"dropped": True})
    tx.write(delete(table).where(table.c.arrived_at < tx.now - _KEPT_FOR), stale)
    return reports


def _event(actor: str, subject: str, report: DeliveryReport) -> AuditEvent:
    details = {"state": report.state.value, "error": report.error_code}
    return AuditEvent(AuditKind.MESSAGE_REPORTED, actor, subject, details)
