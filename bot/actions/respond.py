"""A clinician presses a button on an escalation card."""

from bot.actions.cards import refresh_cards
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import CaseStatus
from bot.core.escalation import Acknowledged, AlreadyTaken, Escalation, NotAllowed, acknowledge
from bot.core.inbound import Channel, Press
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.store.case_rows import case_by_id, move_case
from bot.store.escalation_rows import escalation_by_id, save_escalation
from bot.store.inbound_rows import claim_inbound
from bot.store.outbox_rows import message_sent_as, queue_message
from bot.store.staff_rows import staff_by_id, staff_by_sender
from bot.store.thread_rows import thread_at, thread_by_id
from bot.store.transaction import Transaction

TAKE = "vigia_take"


def press(tx: Transaction, pressed: Press, rules: Rules) -> None:
    """Acts as of the card that was pressed; a refusal is told to that person alone."""
    staff = staff_by_sender(tx, Channel.SLACK, pressed.user)
    staff_id = staff.id if staff else None
    if claim_inbound(tx, Channel.SLACK, pressed.provider_id, staff_id, None) is None:
        return
    if pressed.action != TAKE:
        return
    escalation = _escalation_of_card(tx, pressed)
    if staff is None or escalation is None:
        _refuse(tx, pressed, staff, "not_enrolled" if staff is None else "forged", rules)
        return
    match acknowledge(escalation, staff, tx.now):
        case NotAllowed():
            _refuse(tx, pressed, staff, "role", rules)
        case AlreadyTaken(by=colleague):
            if colleague != staff.id:
                name = staff_by_id(tx, colleague).name
                _tell_only(tx, pressed, staff, MessageKind.ALREADY_TAKEN, rules, name=name)
        case Acknowledged(escalation=taken):
            _take(tx, escalation, taken, staff, rules)


def _escalation_of_card(tx: Transaction, pressed: Press) -> Escalation | None:
    """None where the button's value names another case than the card it sits on."""
    card = message_sent_as(tx, Channel.SLACK, pressed.message, pressed.channel)
    escalation = escalation_by_id(tx, pressed.value)
    if card is None or escalation is None or card.case_id != escalation.case_id:
        return None
    return escalation


def _take(
    tx: Transaction, before: Escalation, taken: Escalation, staff: Staff, rules: Rules
) -> None:
    actor = f"staff:{staff.id}"
    event = AuditEvent(
        AuditKind.ESCALATION_ACKNOWLEDGED,
        actor,
        f"escalation:{taken.id}",
        {"case": taken.case_id, "rung": taken.rung},
    )
    save_escalation(tx, before, taken, event)
    case = case_by_id(tx, taken.case_id)
    move_case(tx, case, CaseStatus.WITH_CLINICIAN, actor)
    refresh_cards(tx, case, taken, rules)
    nurse = staff_by_id(tx, case.nurse_id)
    told = Message(
        MessageKind.TAKEN,
        f"taken:{taken.id}:{tx.now.isoformat()}",
        {"code": case.code, "name": staff.name, "role": staff.role},
        alarm=True,
    )
    thread = thread_by_id(tx, case.thread_id)
    queue_message(tx, thread, told, nurse.language, case_id=case.id)


def _refuse(
    tx: Transaction, pressed: Press, staff: Staff | None, reason: str, rules: Rules
) -> None:
    actor = f"staff:{staff.id}" if staff else "vendor:slack"
    tx.note(AuditEvent(AuditKind.PRESS_REFUSED, actor, "press", {"reason": reason}))
    _tell_only(tx, pressed, staff, MessageKind.PRESS_REFUSED, rules, reason=reason)


def _tell_only(
    tx: Transaction,
    pressed: Press,
    staff: Staff | None,
    kind: MessageKind,
    rules: Rules,
    **facts: object,
) -> None:
    thread = thread_at(tx, Channel.SLACK, Address(pressed.channel))
    language = staff.language if staff else rules.language
    message = Message(kind, f"{kind}:{pressed.provider_id}", facts, only_to=pressed.user)
    queue_message(tx, thread, message, language)
