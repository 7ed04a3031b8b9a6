"""A message that did not arrive takes the next route, and a person sees that it failed."""

from dataclasses import replace
from datetime import timedelta

from bot.actions.called import call_not_placed
from bot.actions.cards import post_anew, refresh_cards, still_calls
from bot.actions.escalating import alert, climb_ladder
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Case
from bot.core.choice import PLAIN, choices_in
from bot.core.inbound import Channel, DeliveryReport
from bot.core.message import Message, MessageKind, OutboxStatus
from bot.core.ports import CANNOT_REPLACE, Address
from bot.core.rules import Rules
from bot.core.staff import Role
from bot.store.case_rows import case_by_id, patient_code_of
from bot.store.escalation_rows import escalation_of
from bot.store.offer_rows import close_offer
from bot.store.outbox_rows import mark_failed, queue_message, take_report
from bot.store.report_rows import take_known_reports
from bot.store.said_rows import Outgoing
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import direct_address, thread_at
from bot.store.transaction import Transaction

# Twilio's numbers for what it took and then could not pass on fast enough.
_BUSY = frozenset({"30001", "63018"})
_BUSY_FOR = timedelta(seconds=30)
_AGAIN = "again:"
_TOLD_TO_ANYBODY = frozenset({MessageKind.NOT_ENROLLED, MessageKind.PRESS_REFUSED})


def give_up(tx: Transaction, outgoing: Outgoing, reason: str, rules: Rules) -> None:
    if not mark_failed(tx, outgoing, reason):
        return
    if outgoing.message.replaces and reason.startswith(CANNOT_REPLACE):
        if outgoing.message.kind is MessageKind.CARD:
            post_anew(tx, outgoing, reason, rules)
        return
    _next_route(tx, outgoing, rules)


def withhold(tx: Transaction, outgoing: Outgoing, rules: Rules) -> bool:
    """What waits for a person who is no longer enrolled does not go to them; those who have the
    case learn that its nurse is gone. Whether it was withheld."""
    thread, message = outgoing.thread, outgoing.message
    private = thread.channel is not Channel.SLACK or thread.address.to.startswith(("D", "U", "W"))
    if thread.staff_id is None or not private or message.kind in _TOLD_TO_ANYBODY:
        return False
    if staff_by_id(tx, thread.staff_id).active:
        return False
    if mark_failed(tx, outgoing, "not_enrolled"):
        if thread.channel is Channel.PHONE:
            call_not_placed(tx, outgoing.id, rules)
        case = case_by_id(tx, outgoing.case_id) if outgoing.case_id else None
        if case and case.nurse_id == thread.staff_id:
            nurse_gone(tx, case, rules)
    return True


def nurse_gone(tx: Transaction, case: Case, rules: Rules) -> None:
    """The cards say so, and the charge nurse is told: once a case."""
    facts = {
        "code": case.code,
        "patient": patient_code_of(tx, case),
        "site": case.site,
        "nurse": staff_by_id(tx, case.nurse_id).name,
    }
    place = Address(rules.ladders.channel_of(Role.CHARGE_NURSE))
    told = Message(MessageKind.NURSE_GONE, f"nurse_gone:{case.id}:{case.nurse_id}", facts)
    thread = thread_at(tx, Channel.SLACK, place)
    first = queue_message(tx, thread, told, rules.language, case_id=case.id)
    escalation = escalation_of(tx, case.id)
    if first and escalation:
        refresh_cards(tx, case, escalation, rules)


def say_elsewhere(tx: Transaction, outgoing: Outgoing, rules: Rules) -> None:
    """An alarm that may wait long on WhatsApp takes the other routes meanwhile: once."""
    _say_in_slack(tx, outgoing)
    code = case_by_id(tx, outgoing.case_id).code if outgoing.case_id else None
    alert(tx, "alarm_waits", rules, code=code, key=outgoing.id)


def call_next_rung(tx: Transaction, card: Outgoing, rules: Rules) -> None:
    """This card cannot be posted, or not for so long that nobody may wait for it: once, and not
    where the ladder has gone on without it."""
    if card.case_id is None:
        return
    code = case_by_id(tx, card.case_id).code
    escalation = escalation_of(tx, card.case_id)
    told = alert(tx, "card_undelivered", rules, code=code, key=card.id)
    if told and escalation and still_calls(card, escalation):
        climb_ladder(tx, escalation.id, rules, unreachable=True)


def report_delivery(tx: Transaction, report: DeliveryReport, rules: Rules) -> None:
    """What the vendor says became of a message; a late failure counts like an early one."""
    moved = take_report(tx, report, "vendor:twilio")
    if moved is None or moved.status is not OutboxStatus.FAILED:
        return
    busy = report.error_code in _BUSY
    if not ((busy and _say_later(tx, moved)) or _say_plainly(tx, moved, rules)):
        _next_route(tx, moved, rules)


def hear_early_reports(tx: Transaction, rules: Rules) -> None:
    """Those that came before their message was noted as sent."""
    for report in take_known_reports(tx, "system:sweep"):
        report_delivery(tx, report, rules)


def _say_later(tx: Transaction, outgoing: Outgoing) -> bool:
    """Once more, where this was the first time. Whether it is."""
    message = outgoing.message
    if message.key.startswith(_AGAIN):
        return False
    if choices_in(message.facts) and not close_offer(tx, outgoing.id, "system:again"):
        return False
    again = replace(message, key=f"{_AGAIN}{outgoing.id}")
    queue_message(
        tx,
        outgoing.thread,
        again,
        outgoing.language,
        case_id=outgoing.case_id,
        not_before=tx.now + _BUSY_FOR,
    )
    return True


def _say_plainly(tx: Transaction, outgoing: Outgoing, rules: Rules) -> bool:
    """A question whose buttons WhatsApp took and then dropped goes once more, as numbered lines.
    Whether it does."""
    message = outgoing.message
    pressed = rules.offers_buttons and outgoing.thread.channel is Channel.WHATSAPP
    if not pressed or PLAIN in message.facts or not choices_in(message.facts):
        return False
    # Two open offers of one question would let a number meet the one that nobody saw.
    if not close_offer(tx, outgoing.id, "system:plain"):
        return False
    again = replace(message, key=f"plain:{outgoing.id}", facts={**message.facts, PLAIN: True})
    queue_message(tx, outgoing.thread, again, outgoing.language, case_id=outgoing.case_id)
    return True


def _next_route(tx: Transaction, outgoing: Outgoing, rules: Rules) -> None:
    kind, case_id = outgoing.message.kind, outgoing.case_id
    if kind is MessageKind.ALERT:
        # The admins' channel itself is out of reach: the admin page shows it.
        event = AuditEvent(AuditKind.MESSAGE_FAILED, "system", f"message:{outgoing.id}")
        tx.note(event)
        return
    if outgoing.thread.channel is Channel.PHONE:
        call_not_placed(tx, outgoing.id, rules)
    code = case_by_id(tx, case_id).code if case_id else None
    if kind is MessageKind.CARD and outgoing.message.replaces is None:
        call_next_rung(tx, outgoing, rules)
    elif outgoing.message.only_to:
        _say_directly(tx, outgoing, outgoing.message.only_to)
    elif kind is not MessageKind.NOT_ENROLLED:
        _say_in_slack(tx, outgoing)
        # A number that cannot be called is told once, however often it is tried.
        is_call = outgoing.thread.channel is Channel.PHONE
        key = f"{case_id}:{outgoing.thread.id}" if is_call else outgoing.id
        alert(tx, "message_undelivered", rules, code=code, key=key)


def _say_directly(tx: Transaction, outgoing: Outgoing, user: str) -> None:
    """Who left the channel is shown nothing there that they alone may see."""
    again = replace(outgoing.message, key=f"directly:{outgoing.id}", only_to=None)
    place = thread_at(tx, Channel.SLACK, Address(user))
    queue_message(tx, place, again, outgoing.language, case_id=outgoing.case_id)


def _say_in_slack(tx: Transaction, outgoing: Outgoing) -> None:
    """What did not reach a person where they wrote goes to their direct messages in Slack, where
    they are enrolled there: Vigia may not be in the channel of a message that they pointed at."""
    thread, message = outgoing.thread, outgoing.message
    elsewhere = thread.channel is Channel.WHATSAPP or thread.address.thread is not None
    if thread.staff_id is None or not elsewhere or message.replaces:
        return
    person = staff_by_id(tx, thread.staff_id)
    if person.slack_user and message.kind is not MessageKind.KNOCK:
        again = Message(
            message.kind,
            f"in_slack:{outgoing.id}",
            message.facts,
            picture=message.picture,
            alarm=message.alarm,
        )
        address = direct_address(tx, person.id, person.slack_user)
        place = thread_at(tx, Channel.SLACK, address, staff_id=person.id)
        queue_message(tx, place, again, outgoing.language, case_id=outgoing.case_id)
