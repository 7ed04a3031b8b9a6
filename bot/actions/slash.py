"""What is typed after /vigia: answered to that person alone. A danger in the words is triaged
before anything else, as in any message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.actions.asking import answer_command
from bot.actions.commands import states_of
from bot.actions.escalating import call_facts
from bot.actions.home import cases_held_by, in_order_of_need, queue_counts
from bot.actions.intake import receive
from bot.actions.on_call import MOST_HOURS, NoDuty, duty_facts, take_over
from bot.actions.reminding import stop_reminders
from bot.core.case import Case
from bot.core.escalation import is_overdue
from bot.core.inbound import Channel, InboundMessage, SlashCommand
from bot.core.message import Message, MessageKind
from bot.core.permissions import SIGHTS, Sight, may_look
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.core.slash import SlashWord, hours_meant, read_slash
from bot.core.staff import Language, Staff
from bot.store.case_rows import case_by_code, case_by_id, open_cases_of
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import case_of_inbound, claim_inbound
from bot.store.outbox_rows import queue_message
from bot.store.staff_rows import speak, staff_by_sender
from bot.store.thread_rows import direct_address, thread_at
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to that person alone, at once."""

    kind: MessageKind
    language: Language
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typed:
    """`rest` follows the word. Only a `fresh` command may change something."""

    staff: Staff
    rest: str
    used: SlashCommand
    fresh: bool


def answer_slash(tx: Transaction, used: SlashCommand, rules: Rules) -> Reply:
    staff = staff_by_sender(tx, Channel.SLACK, used.user)
    word, rest = read_slash(used.text)
    danger = bool(find_red_flags(used.text, rules.table.limits))
    if staff and (danger or word is SlashWord.PERSON):
        return _call(tx, used, staff, rules, danger=danger)
    staff_id = staff.id if staff else None
    claimed = claim_inbound(tx, Channel.SLACK, used.provider_id, staff_id, used.text)
    if staff is None:
        return Reply(MessageKind.NOT_ENROLLED, rules.language)
    return _ANSWERS[word](tx, Typed(staff, rest, used, claimed is not None), rules)


def _call(
    tx: Transaction, used: SlashCommand, staff: Staff, rules: Rules, *, danger: bool
) -> Reply:
    """As if it had been written to Vigia in a direct message, where the case goes on."""
    word, rest = read_slash(used.text)
    asks = word is SlashWord.ASK and find_red_flags(rest, rules.table.limits)
    said = rest if asks else used.text
    address = direct_address(tx, staff.id, used.user)
    message = InboundMessage(
        used.provider_id, Channel.SLACK, used.user, address, said, (), sent_at=tx.now
    )
    receive(tx, message, rules)
    case_id = case_of_inbound(tx, Channel.SLACK, used.provider_id)
    escalation = escalation_of(tx, case_id) if case_id else None
    asked = word is SlashWord.ASK and bool(rest)
    facts: dict[str, object] = {"code": None, "called": None, "asked": asked, "danger": danger}
    if case_id and escalation:
        facts |= {"code": case_by_id(tx, case_id).code} | call_facts(tx, escalation, rules)
    if asked:
        answer_command(tx, used, staff, rest)
    return Reply(MessageKind.SLASH_DANGER, staff.language, facts)


def _help(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    facts = {"unknown": typed.rest or None}
    return Reply(MessageKind.SLASH_HELP, typed.staff.language, facts)


def _language(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    if not typed.rest:
        return Reply(MessageKind.LANGUAGE, typed.staff.language, {"switched": False})
    spoken = Language(typed.rest)
    if typed.fresh:
        speak(tx, typed.staff.id, spoken)
    return Reply(MessageKind.LANGUAGE, spoken, {"switched": True})


def _stop_reminders(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    facts: dict[str, object] = {"codes": [], "minutes": None}
    if typed.fresh:
        facts = stop_reminders(tx, typed.staff, typed.rest or None, here=None)
    return Reply(MessageKind.REMINDER_SET, typed.staff.language, facts)


def _ask(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    if not typed.rest:
        return _help(tx, typed, rules)
    answer_command(tx, typed.used, typed.staff, typed.rest)
    return Reply(MessageKind.SLASH_ASKED, typed.staff.language)


def _status(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    staff, sights = typed.staff, SIGHTS[typed.staff.role]
    held = cases_held_by(tx, staff) if Sight.HELD in sights else []
    sent = open_cases_of(tx, staff.id) if Sight.SENT in sights else []
    cases = [*held, *(case for case in sent if case not in held)]
    waiting = in_order_of_need(tx) if Sight.WARD in sights else None
    facts = states_of(tx, cases) | {
        "sees_cases": Sight.SENT in sights,
        "waiting": None
        if waiting is None
        else {"open": len(waiting), "overdue": sum(is_overdue(one, tx.now) for one in waiting)},
        "queues": queue_counts(tx) if Sight.QUEUES in sights else None,
    }
    return Reply(MessageKind.SLASH_STATUS, staff.language, facts)


def _case(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    staff, sights = typed.staff, SIGHTS[typed.staff.role]
    if not sights & {Sight.SENT, Sight.WARD}:
        return Reply(MessageKind.ROLE_SEES_COUNTS, staff.language)
    code = typed.rest.upper()
    named = case_by_code(tx, code)
    # Whose case it is stays unsaid: an unknown code and another's get the same answer.
    seen = named and may_look(staff.role, sent=named.nurse_id == staff.id)
    cases: list[Case] = [named] if named and seen else []
    return Reply(MessageKind.CASES, staff.language, states_of(tx, cases, asked=code or None))


def _on_call(tx: Transaction, typed: Typed, rules: Rules) -> Reply:
    """Who is on call; with a number of hours, this person takes the duty over."""
    zone, staff = rules.site.zone, typed.staff
    hours = hours_meant(typed.rest)
    if hours is not None and typed.fresh:
        return _take_duty(tx, typed, hours, zone)
    facts = duty_facts(tx, staff, zone, tx.now, in_slack=True)
    return Reply(MessageKind.ON_CALL, staff.language, facts)


def _take_duty(tx: Transaction, typed: Typed, hours: int, zone: ZoneInfo) -> Reply:
    staff, command = typed.staff, typed.used.provider_id
    done = take_over(tx, staff, hours, zone)
    if isinstance(done, NoDuty):
        facts: dict[str, object] = {"why": done, "most": MOST_HOURS}
        return Reply(MessageKind.DUTY_TAKEN, staff.language, facts)
    facts = {"role": staff.role, "until": done.until.isoformat(), "name": staff.name}
    for other in done.relieved:
        if other.slack_user:
            address = direct_address(tx, other.id, other.slack_user)
            thread = thread_at(tx, Channel.SLACK, address, staff_id=other.id)
            told = Message(MessageKind.RELIEVED, f"relieved:{command}:{other.id}", facts)
            queue_message(tx, thread, told, other.language)
    relieved = [one.name for one in done.relieved]
    facts = facts | {"why": None, "relieved": relieved}
    return Reply(MessageKind.DUTY_TAKEN, staff.language, facts)


_ANSWERS: dict[SlashWord, Callable[[Transaction, Typed, Rules], Reply]] = {
    SlashWord.STATUS: _status,
    SlashWord.CASE: _case,
    SlashWord.ON_CALL: _on_call,
    SlashWord.ASK: _ask,
    SlashWord.HELP: _help,
    SlashWord.LANGUAGE: _language,
    SlashWord.STOP_REMINDERS: _stop_reminders,
}
