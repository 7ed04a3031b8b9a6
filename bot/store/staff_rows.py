"""Who is enrolled. Names and addresses are sealed; a keyed print finds them."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.inbound import Channel
from bot.core.phone_number import spellings
from bot.core.staff import Language, Role, Staff
from bot.store import tables as t
from bot.store.home_rows import homes_changed
from bot.store.transaction import Snapshot, Transaction, new_id


class AddressTaken(Exception):
    """Another record has this phone number or Slack account. `id` is that record's."""

    def __init__(self, id: str) -> None:
        super().__init__("address_taken")
        self.id = id


def enrol(
    tx: Transaction,
    *,
    name: str,
    role: Role,
    language: Language,
    phone: str | None,
    slack_user: str | None,
    actor: str,
) -> Staff:
    """Enrols a person, or gives an enrolled one (same phone or Slack user) these particulars; an
    address that is not given stays. Who was removed comes back under the same name: another
    person must not become the sender of their cases. Raises AddressTaken."""
    known = _record_of(tx, phone, slack_user)
    if known and not known.active and known.name.casefold() != name.casefold():
        raise AddressTaken(known.id)
    vault = tx.vault
    if known:
        phone, slack_user = phone or known.phone, slack_user or known.slack_user
    values: dict[str, Any] = {
        "name_sealed": vault.seal_text(name, "staff.name"),
        "role": role,
        "language": language,
        "phone_sealed": vault.seal_text(phone, "staff.phone") if phone else None,
        "phone_print": vault.fingerprint(phone, "phone") if phone else None,
        "slack_user_sealed": vault.seal_text(slack_user, "staff.slack") if slack_user else None,
        "slack_user_print": vault.fingerprint(slack_user, "slack") if slack_user else None,
        "active": True,
    }
    id = known.id if known else new_id()
    event = AuditEvent(AuditKind.STAFF_ENROLLED, actor, f"staff:{id}", {"role": role})
    if known:
        tx.write(update(t.staff).where(t.staff.c.id == id).values(values), event)
    else:
        tx.write(insert(t.staff).values(id=id, enrolled_at=tx.now, **values), event)
    for user in {slack_user, known.slack_user if known else None} - {None}:
        homes_changed(tx, vault.fingerprint(user or "", "slack"))
    return Staff(id, name, role, language, phone, slack_user)


def _record_of(tx: Transaction, phone: str | None, slack_user: str | None) -> Staff | None:
    """Of a person who is or was enrolled with one of these."""
    found = {
        person.id: person
        for channel, sender in ((Channel.WHATSAPP, phone), (Channel.SLACK, slack_user))
        if sender and (person := _by_sender(tx, channel, sender))
    }
    if len(found) > 1:
        raise AddressTaken(list(found)[1])
    return next(iter(found.values()), None)


def remove_staff(tx: Transaction, id: str, actor: str) -> bool:
    """They can no longer write to Vigia; their record stays."""
    event = AuditEvent(AuditKind.STAFF_REMOVED, actor, f"staff:{id}")
    active = (t.staff.c.id == id) & t.staff.c.active
    _change_home(tx, id)
    return tx.write(update(t.staff).where(active).values(active=False), event) == 1


def speak(tx: Transaction, id: str, language: Language) -> None:
    """From now on they are spoken to in this language, at their own word."""
    event = AuditEvent(
        AuditKind.STAFF_LANGUAGE, f"staff:{id}", f"staff:{id}", {"language": language}
    )
    tx.write(update(t.staff).where(t.staff.c.id == id).values(language=language), event)
    _change_home(tx, id)


def _change_home(tx: Transaction, id: str) -> None:
    """Who is no longer enrolled must no longer see the ward."""
    mark = tx.value(select(t.staff.c.slack_user_print).where(t.staff.c.id == id))
    if mark:
        homes_changed(tx, mark)


def staff_by_sender(snapshot: Snapshot, channel: Channel, sender: str) -> Staff | None:
    found = _by_sender(snapshot, channel, sender)
    return found if found and found.active else None


def _by_sender(snapshot: Snapshot, channel: Channel, sender: str) -> Staff | None:
    if channel is Channel.WHATSAPP:
        column, purpose, names = t.staff.c.phone_print, "phone", spellings(sender)
    else:
        column, purpose, names = t.staff.c.slack_user_print, "slack", (sender,)
    marks = [snapshot.vault.fingerprint(name, purpose) for name in names]
    row = snapshot.first(select(t.staff).where(column.in_(marks)).order_by(t.staff.c.active.desc()))
    return _staff(snapshot, row) if row else None


def staff_by_id(snapshot: Snapshot, id: str) -> Staff:
    row = snapshot.first(select(t.staff).where(t.staff.c.id == id))
    if row is None:
        raise KeyError("staff")
    return _staff(snapshot, row)


def all_staff(snapshot: Snapshot, role: Role | None = None) -> list[Staff]:
    query = select(t.staff).where(t.staff.c.active).order_by(t.staff.c.enrolled_at)
    if role is not None:
        query = query.where(t.staff.c.role == role)
    return [_staff(snapshot, row) for row in snapshot.all(query)]


def _staff(snapshot: Snapshot, row: Row[Any]) -> Staff:
    vault = snapshot.vault
    return Staff(
        id=row.id,
        name=vault.open_text(row.name_sealed, "staff.name"),
        role=row.role,
        language=row.language,
        phone=vault.open_text(row.phone_sealed, "staff.phone") if row.phone_sealed else None,
        slack_user=(
            vault.open_text(row.slack_user_sealed, "staff.slack") if row.slack_user_sealed else None
        ),
        active=row.active,
    )
