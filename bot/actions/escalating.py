"""An escalation is raised, made more urgent, and climbs until a person takes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from operator import attrgetter

from bot.actions.calling import place_call, send_text
from bot.actions.cards import post_card, refresh_cards
from bot.actions.on_call import called_now, told_beside
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Case, CaseStatus
from bot.core.escalation import (
    CALLED_OUT_FROM,
    UNTAKEN,
    Climbed,
    Escalation,
    EscalationStatus,
    Exhausted,
    Named,
    NotDue,
    answer_due,
    climb,
    hasten,
    let_go,
    raise_escalation,
    raise_urgency,
    widen,
)
from bot.core.inbound import Channel
from bot.core.ladder import EscalationKind, Rung
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.staff import Role
from bot.core.urgency import Urgency
from bot.store.call_rows import calls_of
from bot.store.case_rows import case_by_id, move_case
from bot.store.escalation_rows import (
    add_escalation,
    escalation_by_id,
    escalation_of,
    escalations_held_by,
    save_escalation,
)
from bot.store.outbox_rows import queue_message
from bot.store.staff_rows import all_staff, staff_by_id
from bot.store.thread_rows import thread_at, thread_by_id
from bot.store.transaction import Transaction, new_id

_ACTOR = "system:escalate"


def call_person(
    tx: Transaction,
    case: Case,
    urgency: Urgency,
    kind: EscalationKind,
    rules: Rules,
    act_within: timedelta,
    notify: Sequence[Role] = (),
) -> Escalation:
    """A person is asked for this case at this urgency, or more urgently than before. `notify`:
    whom the decision wants told at once, beside the first of the ladder."""
    ladder = rules.ladders.ladder(urgency, kind)
    act_by = tx.now + act_within
    quiet_until = rules.quiet_until(urgency, tx.now)
    known = escalation_of(tx, case.id)
    if known is None:
        raised = raise_escalation(
            new_id(), case.id, urgency, kind, ladder, tx.now, act_by, quiet_until, notify
        )
        add_escalation(tx, raised, _event(AuditKind.ESCALATION_RAISED, raised))
        post_card(tx, case, raised, rules)
        return raised
    hotter = raise_urgency(known, urgency, kind, ladder, tx.now, act_by, quiet_until, notify)
    if hotter is None:
        hastened = hasten(known, act_by, tx.now)
        if hastened:
            save_escalation(tx, known, hastened, _event(AuditKind.ESCALATION_HASTENED, hastened))
        now = hastened or known
        own_ladder = rules.ladders.ladder(now.urgency, now.kind)
        wider = widen(now, urgency, notify, own_ladder)
        if wider:
            save_escalation(tx, now, wider, _event(AuditKind.ESCALATION_RAISED, wider))
        refresh_cards(tx, case, wider or now, rules)
        if wider and not wider.held:
            post_card(tx, case, wider, rules)
        return wider or now
    save_escalation(tx, known, hotter, _event(AuditKind.ESCALATION_RAISED, hotter))
    refresh_cards(tx, case, hotter, rules)
    post_card(tx, case, hotter, rules)
    return hotter


def call_facts(tx: Transaction, escalation: Escalation, rules: Rules) -> dict[str, object]:
    """Who was called for a case, for its nurse. `acknowledge_within` and `named_in` are minutes,
    rounded up: a promise is kept even so."""
    ladder = rules.ladders.ladder(escalation.urgency, escalation.kind)
    taken_by = escalation.acknowledged_by
    return {
        "called": ladder.rung(escalation.rung).role,
        "beside": told_beside(tx, escalation, rules.site.zone),
        "acknowledge_within": _minutes_to(answer_due(escalation, ladder), tx.now),
        "named_in": _minutes_to(escalation.rung_due_at, tx.now) if escalation.held else None,
        "exhausted": escalation.status is EscalationStatus.EXHAUSTED,
        "taken_by": staff_by_id(tx, taken_by).name if taken_by else None,
    }


def _minutes_to(then: datetime, now: datetime) -> int:
    return max(0, ceil((then - now) / timedelta(minutes=1)))


def climb_ladder(
    tx: Transaction, escalation_id: str, rules: Rules, *, unreachable: bool = False
) -> Named | Climbed | Exhausted | NotDue:
    """Tells the next rung where the present one was silent, or could not be reached."""
    escalation = escalation_by_id(tx, escalation_id)
    if escalation is None:
        return NotDue()
    ladder = rules.ladders.ladder(escalation.urgency, escalation.kind)
    quiet_until = rules.quiet_until(escalation.urgency, tx.now)
    happened = climb(escalation, ladder, tx.now, quiet_until, unreachable=unreachable)
    case = case_by_id(tx, escalation.case_id)
    match happened:
        case Named(escalation=after) | Climbed(escalation=after):
            named = isinstance(happened, Named)
            kind = AuditKind.ESCALATION_NAMED if named else AuditKind.ESCALATION_CLIMBED
            save_escalation(tx, escalation, after, _event(kind, after))
            refresh_cards(tx, case, after, rules)
            post_card(tx, case, after, rules)
            if not named and after.urgency.rank <= CALLED_OUT_FROM.rank:
                key = f"{after.id}:{after.rung}:{after.rung_due_at.isoformat()}"
                _tell_nurse(tx, case, MessageKind.NEXT_CALLED, key, call_facts(tx, after, rules))
        case Exhausted(escalation=after, rung=rung, first_time=first_time):
            save_escalation(tx, escalation, after, _event(AuditKind.ESCALATION_EXHAUSTED, after))
            # A repetition changes nothing on the cards that are there, but where the night holds
            # the next one back.
            if first_time or after.held:
                refresh_cards(tx, case, after, rules)
            if first_time:
                # Each time anew: after a hand-over, and when a new danger began the ladder again.
                key = f"{after.id}:{after.rung_due_at.isoformat()}"
                alert(tx, "ladder_exhausted", rules, code=case.code, key=key)
                urgency: dict[str, object] = {"urgency": after.urgency}
                _tell_nurse(tx, case, MessageKind.NOBODY_ANSWERED, key, urgency)
            _call_out(tx, case, after, rung, rules, everybody=not first_time)
            # An unreachable last rung would be told again at once, for ever: the sweep repeats it.
            if not unreachable:
                post_card(tx, case, after, rules)
        case NotDue():
            pass
    return happened


def _call_out(
    tx: Transaction,
    case: Case,
    escalation: Escalation,
    rung: Rung,
    rules: Rules,
    *,
    everybody: bool,
) -> None:
    """A phone call and an SMS to those of the last rung who are on call, and when they stay silent
    too to everybody of it, where the site has a number to call from."""
    if not rules.calls_phones or escalation.urgency.rank > CALLED_OUT_FROM.rank:
        return
    if everybody:
        people = [person for person in all_staff(tx, rung.role) if person.phone]
    else:
        people = called_now(tx, rung.role, rules.site.zone, attrgetter("phone"))
    if not people:
        alert(tx, "nobody_to_call", rules, code=case.code, key=escalation.id)
    made = [one for one in calls_of(tx, escalation.id) if one.urgency is escalation.urgency]
    for person in people:
        # Exhausted anew, after a hand-over that came to nothing: who was called before is called
        # again.
        known = 0 if everybody else sum(one.staff_id == person.id for one in made)
        place_call(tx, case, escalation, person, known + 1, _ACTOR)
        send_text(tx, case, escalation, person, known + 1)


def _tell_nurse(
    tx: Transaction, case: Case, kind: MessageKind, key: str, facts: dict[str, object]
) -> None:
    """Who stands at the bed must know who is on the way, and when nobody is yet."""
    told = Message(kind, f"{kind}:{key}", {"code": case.code} | facts, alarm=True)
    language = staff_by_id(tx, case.nurse_id).language
    queue_message(tx, thread_by_id(tx, case.thread_id), told, language, case_id=case.id)


def call_again(tx: Transaction, staff_id: str, actor: str) -> None:
    """The open cases of a person who left, or may not have cases any more, wait for another, and
    whoever sent them is told."""
    name = staff_by_id(tx, staff_id).name
    for before in escalations_held_by(tx, staff_id):
        after = let_go(before, tx.now)
        event = AuditEvent(
            AuditKind.ESCALATION_HANDED_OVER,
            actor,
            f"escalation:{after.id}",
            {"case": after.case_id, "rung": after.rung},
        )
        save_escalation(tx, before, after, event)
        case = case_by_id(tx, after.case_id)
        move_case(tx, case, CaseStatus.AWAITING_PERSON, actor)
        key = f"{after.id}:{tx.now.isoformat()}"
        _tell_nurse(tx, case, MessageKind.HOLDER_GONE, key, {"name": name})


def keep_waiting(tx: Transaction, case: Case, escalation: Escalation) -> None:
    """The case waits for a person, unless one has it already."""
    waits = escalation.status in UNTAKEN
    status = CaseStatus.AWAITING_PERSON if waits else CaseStatus.WITH_CLINICIAN
    move_case(tx, case, status, _ACTOR)


def alert(tx: Transaction, problem: str, rules: Rules, *, code: str | None, key: str) -> bool:
    """Tells the admins' channel, once per `key`, that a part of the house failed. Whether this was
    the first time."""
    thread = thread_at(tx, Channel.SLACK, Address(rules.ladders.alerts_channel))
    message = Message(
        MessageKind.ALERT,
        f"alert:{problem}:{key}",
        {"problem": problem, "code": code},
        alarm=True,
    )
    return queue_message(tx, thread, message, rules.language) is not None


def _event(kind: AuditKind, escalation: Escalation) -> AuditEvent:
    return AuditEvent(
        kind,
        _ACTOR,
        f"escalation:{escalation.id}",
        {
            "case": escalation.case_id,
            "urgency": escalation.urgency,
            "kind": escalation.kind,
            "rung": escalation.rung,
            "held": escalation.held,
            "beside": " ".join(escalation.beside),
            "status": escalation.status,
        },
    )
