"""What became of a phone call: written down and shown, made again where nobody has the case, and
its keys."""

from dataclasses import replace

from bot.actions.calling import place_call
from bot.actions.cards import refresh_cards
from bot.actions.deeds import Actor, carry_out, judge
from bot.actions.escalating import alert
from bot.core.audit import AuditEvent, AuditKind, Detail
from bot.core.call import (
    ENDS_WITHIN,
    TAKE_KEY,
    Call,
    CallReport,
    Reply,
    Spoken,
    fail,
    hear,
    lose,
    press,
)
from bot.core.case import Case
from bot.core.deed import Deed
from bot.core.escalation import AlreadyTaken, Escalation, EscalationStatus
from bot.core.message import UNSENT
from bot.core.permissions import Refusal
from bot.core.rules import Rules
from bot.store.call_rows import call_by_id, calls_of, save_call
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import escalation_by_id
from bot.store.said_rows import message_by_id
from bot.store.staff_rows import staff_by_id
from bot.store.transaction import Snapshot, Transaction

_ACTOR, _VENDOR = "system:call", "vendor:twilio"


def report_call(tx: Transaction, id: str, report: CallReport, rules: Rules) -> bool:
    """Whether there is such a call. Reports may come twice, and in any order."""
    call = call_by_id(tx, id)
    if call is None:
        return False
    said = {"said": report.status, "voice": report.voice, "seconds": report.seconds}
    _learn(tx, call, hear(call, report, tx.now), rules, _VENDOR, **said)
    return True


def call_not_placed(tx: Transaction, id: str, rules: Rules) -> None:
    """Its message was given up."""
    call = call_by_id(tx, id)
    if call:
        _learn(tx, call, fail(call, tx.now), rules, _ACTOR)


def follow_call(tx: Transaction, id: str, rules: Rules) -> None:
    """When its end was not told in time, and when the next call is due."""
    call = call_by_id(tx, id)
    if call is None:
        return
    if call.end_by and call.end_by <= tx.now:
        if message_by_id(tx, id).status in UNSENT:
            # What has not gone out yet cannot have ended.
            _follow(tx, call, replace(call, end_by=tx.now + ENDS_WITHIN))
        else:
            _learn(tx, call, lose(call, tx.now), rules, _ACTOR)
    elif call.again_at and call.again_at <= tx.now:
        _call_again(tx, call, rules)


def press_key(tx: Transaction, id: str, key: str, rules: Rules, *, last: bool) -> Spoken:
    """The key that takes the case does what the card's button does. `last`: whoever pressed
    another one was asked twice."""
    call = call_by_id(tx, id)
    if call is None:
        _refuse(tx, _VENDOR, "call", Refusal.FORGED)
        return Spoken(Reply.REFUSED, rules.language, {"reason": Refusal.FORGED})
    case, escalation = _alarm_of(tx, call)
    person = staff_by_id(tx, call.staff_id)
    answered = _learn(tx, call, press(call), rules, f"staff:{person.id}", said="key")
    facts: dict[str, object] = {"spelled": " ".join(case.code)}
    if key != TAKE_KEY:
        return Spoken(Reply.GOODBYE if last else Reply.AGAIN, person.language, facts)
    who = Actor(Deed.TAKE, person, case, escalation, f"call:{call.id}", card="", by_phone=True)
    return _take(tx, answered, who, facts, rules)


def _take(
    tx: Transaction, call: Call, who: Actor, facts: dict[str, object], rules: Rules
) -> Spoken:
    person = who.staff
    against = judge(tx, who) if person.active else Refusal.NOT_ENROLLED
    match against:
        case None:
            _follow(tx, call, replace(call, took_at=tx.now, again_at=None))
            carry_out(tx, who, {}, rules)
        case AlreadyTaken(by=by) if by != person.id:
            _refuse(tx, f"staff:{person.id}", f"call:{call.id}", "already_taken")
            name = staff_by_id(tx, by).name
            return Spoken(Reply.ALREADY_TAKEN, person.language, facts | {"name": name})
        case Refusal():
            _refuse(tx, f"staff:{person.id}", f"call:{call.id}", against)
            return Spoken(Reply.REFUSED, person.language, facts | {"reason": against})
    # Twilio may bring the same key twice: the second time the case is theirs already.
    return Spoken(Reply.TAKEN, person.language, facts)


def _learn(
    tx: Transaction, before: Call, after: Call, rules: Rules, actor: str, **details: Detail
) -> Call:
    """Writes down what is known now, and shows it."""
    kind = AuditKind.CALL_FOLLOWED if actor == _ACTOR else AuditKind.CALL_REPORTED
    if save_call(tx, before, after, kind, actor, **details):
        if after.state is not before.state:
            refresh_cards(tx, *_alarm_of(tx, after), rules)
        if before.pending and not after.pending:
            _tell_if_nobody(tx, after, rules)
    return after


def _call_again(tx: Transaction, call: Call, rules: Rules) -> None:
    _follow(tx, call, replace(call, again_at=None))
    case, escalation = _alarm_of(tx, call)
    person = staff_by_id(tx, call.staff_id)
    if _still_calls(escalation, call) and person.active and person.phone:
        place_call(tx, case, escalation, person, call.number + 1, _ACTOR)
        refresh_cards(tx, case, escalation, rules)
    else:
        _tell_if_nobody(tx, call, rules)


def _tell_if_nobody(tx: Transaction, call: Call, rules: Rules) -> None:
    """The admins, when the last of all these calls has ended and nobody has the case."""
    case, escalation = _alarm_of(tx, call)
    made = [one for one in calls_of(tx, escalation.id) if one.urgency is call.urgency]
    if _still_calls(escalation, call) and not any(one.pending for one in made):
        key = f"{escalation.id}:{call.urgency}:{len(made)}"
        alert(tx, "calls_unanswered", rules, code=case.code, key=key)


def _still_calls(escalation: Escalation, call: Call) -> bool:
    """Nobody has taken it; a ladder that began anew will call for itself."""
    exhausted = escalation.status is EscalationStatus.EXHAUSTED
    return exhausted and escalation.urgency is call.urgency


def _alarm_of(snapshot: Snapshot, call: Call) -> tuple[Case, Escalation]:
    escalation = escalation_by_id(snapshot, call.escalation_id)
    assert escalation is not None
    return case_by_id(snapshot, escalation.case_id), escalation


def _follow(tx: Transaction, before: Call, after: Call) -> None:
    save_call(tx, before, after, AuditKind.CALL_FOLLOWED, _ACTOR)


def _refuse(tx: Transaction, actor: str, subject: str, reason: str) -> None:
    details = {"reason": reason, "action": "key"}
    tx.note(AuditEvent(AuditKind.PRESS_REFUSED, actor, subject, details))
