"""A clinician presses a button on a card, or sends the form that it opened."""

from bot.actions.deed_forms import form_facts, wrong_fields
from bot.actions.deeds import Actor, carry_out, judge, shown_category
from bot.actions.pressed import pressed_message
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Case
from bot.core.deed import Deed, Filled, Form
from bot.core.escalation import AlreadyTaken, Escalation
from bot.core.inbound import Channel, Press
from bot.core.message import Message, MessageKind
from bot.core.permissions import Refusal
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.urgency import Urgency
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import escalation_by_id
from bot.store.home_rows import hurry_home
from bot.store.inbound_rows import claim_inbound
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import Outgoing
from bot.store.staff_rows import staff_by_id, staff_by_sender
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction

ACTION = "vigia_"
_WITH_FORM = frozenset({Deed.CORRECT, Deed.MESSAGE, Deed.HAND_OVER, Deed.CLOSE})


def press(tx: Transaction, pressed: Press, rules: Rules) -> Form | None:
    """Acts as of the card that was pressed; a refusal is told to that person alone. The form that
    a deed needs first is returned, to be opened once this is committed."""
    staff = staff_by_sender(tx, Channel.SLACK, pressed.user)
    staff_id = staff.id if staff else None
    if claim_inbound(tx, Channel.SLACK, pressed.provider_id, staff_id, None) is None:
        return None
    name = pressed.action.removeprefix(ACTION)
    if not pressed.action.startswith(ACTION) or name not in set(Deed):
        return None
    if pressed.on_home:
        # Whoever presses looks at it, and it was true when it was drawn.
        hurry_home(tx, pressed.user)
    who = _judge(tx, Deed(name), pressed, staff, rules)
    if who is None:
        return None
    if who.deed in _WITH_FORM:
        facts = form_facts(tx, who.deed, who.case, who.staff, rules)
        return Form(who.deed, who.escalation.id, who.staff.language, facts)
    carry_out(tx, who, {}, rules)
    return None


def fill(tx: Transaction, filled: Filled, rules: Rules) -> dict[str, str]:
    """What is wrong with which field, as codes; empty where it was done, or refused."""
    staff = staff_by_sender(tx, Channel.SLACK, filled.user)
    wrong = wrong_fields(tx, filled.deed, filled.fields)
    if wrong and staff is not None:
        return wrong
    key = f"form:{filled.provider_id}"
    if claim_inbound(tx, Channel.SLACK, key, staff.id if staff else None, None) is None:
        return {}
    press_of_form = Press(
        key, filled.user, ACTION + filled.deed, filled.value, filled.channel, filled.message
    )
    who = _judge(tx, filled.deed, press_of_form, staff, rules)
    if who is not None:
        carry_out(tx, who, filled.fields, rules)
    return {}


def form_not_opened(tx: Transaction, pressed: Press, rules: Rules) -> None:
    """Slack would not open it, most likely since the press was too long ago."""
    staff = staff_by_sender(tx, Channel.SLACK, pressed.user)
    _tell_only(tx, pressed, staff, MessageKind.FORM_NOT_OPENED, rules)


def _judge(
    tx: Transaction, deed: Deed, pressed: Press, staff: Staff | None, rules: Rules
) -> Actor | None:
    """Who may do it on which case, or None where it was refused, or done already."""
    found = _case_on_home(tx, deed, pressed) if pressed.on_home else _case_of_card(tx, pressed)
    if staff is None or found is None:
        why = Refusal.NOT_ENROLLED if staff is None else Refusal.FORGED
        _refuse(tx, pressed, staff, why, rules)
        return None
    case, escalation = found
    who = Actor(deed, staff, case, escalation, pressed.provider_id, pressed.message)
    against = judge(tx, who)
    if against is None:
        against = _unlike_what_was_seen(tx, deed, case, escalation, pressed)
    match against:
        case Refusal():
            _refuse(tx, pressed, staff, against, rules)
        case AlreadyTaken(by=by) if by not in ("", staff.id):
            name = staff_by_id(tx, by).name
            _tell_only(tx, pressed, staff, MessageKind.ALREADY_TAKEN, rules, name=name)
    return who if against is None else None


def _unlike_what_was_seen(
    tx: Transaction, deed: Deed, case: Case, escalation: Escalation, pressed: Press
) -> Refusal | None:
    """Since the button was drawn a new photo may have changed the result, or a danger made the
    case more urgent than the one that this person would take."""
    seen = pressed.value.partition("/")[2]
    changed = deed is Deed.CONFIRM and seen != shown_category(tx, case.id)
    if deed is Deed.TAKE and seen in set(Urgency):
        changed = Urgency(seen).rank > escalation.urgency.rank
    return Refusal.CHANGED if changed else None


def _case_of_card(tx: Transaction, pressed: Press) -> tuple[Case, Escalation] | None:
    """None where the button's value names another case than the card it sits on."""
    escalation = escalation_by_id(tx, pressed.value.partition("/")[0])
    if escalation is None:
        return None
    case_id = escalation.case_id

    def carries(card: Outgoing) -> bool:
        return card.message.kind is MessageKind.CARD and card.case_id == case_id

    if pressed_message(tx, pressed, carries) is None:
        return None
    return case_by_id(tx, case_id), escalation


def _case_on_home(tx: Transaction, deed: Deed, pressed: Press) -> tuple[Case, Escalation] | None:
    """As on the latest card. The home tab offers to take a case and nothing else."""
    named = pressed.value.partition("/")[0]
    escalation = escalation_by_id(tx, named) if deed is Deed.TAKE else None
    return (case_by_id(tx, escalation.case_id), escalation) if escalation else None


def _refuse(
    tx: Transaction, pressed: Press, staff: Staff | None, reason: Refusal, rules: Rules
) -> None:
    actor = f"staff:{staff.id}" if staff else "vendor:slack"
    details = {"reason": reason, "action": pressed.action}
    tx.note(AuditEvent(AuditKind.PRESS_REFUSED, actor, "press", details))
    _tell_only(tx, pressed, staff, MessageKind.PRESS_REFUSED, rules, reason=reason)


def _tell_only(
    tx: Transaction,
    pressed: Press,
    staff: Staff | None,
    kind: MessageKind,
    rules: Rules,
    **facts: object,
) -> None:
    """In the channel of the card, or for a press on the home tab, in their direct messages."""
    thread = thread_at(tx, Channel.SLACK, Address(pressed.channel or pressed.user))
    language = staff.language if staff else rules.language
    only_to = None if pressed.on_home else pressed.user
    message = Message(kind, f"{kind}:{pressed.provider_id}", facts, only_to=only_to)
    queue_message(tx, thread, message, language)
