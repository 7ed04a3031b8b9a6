"""What a clinician does with a case: the case moves, the cards change, the nurse is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.actions.bridge import say_to_nurse
from bot.actions.cards import refresh_cards
from bot.actions.deed_forms import NO_PRESSURE_INJURY
from bot.actions.evidence import is_being_read
from bot.core.assessment import Category, Tissue
from bot.core.audit import AuditEvent, AuditKind
from bot.core.case import Case, CaseStatus
from bot.core.deed import Deed
from bot.core.escalation import (
    Acknowledged,
    AlreadyTaken,
    Escalation,
    EscalationStatus,
    acknowledge,
    hand_over,
)
from bot.core.inbound import Channel
from bot.core.label import Closing, Label, LabelKind
from bot.core.message import Message, MessageKind
from bot.core.permissions import Refusal, refusal
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.store.case_rows import await_decision, case_by_id, latest_decision, move_case
from bot.store.escalation_rows import escalation_by_id, save_escalation
from bot.store.label_rows import add_closing, add_label
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import photos_of_case
from bot.store.said_rows import cards_of
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import direct_address, thread_at, thread_by_id
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who would do this deed to this case. `key` is the press's identity, `card` the
    provider's id of the card that was pressed, empty for a key on a phone."""

    deed: Deed
    staff: Staff
    case: Case
    escalation: Escalation
    key: str
    card: str
    by_phone: bool = False


def judge(tx: Transaction, who: Actor) -> Refusal | AlreadyTaken | None:
    """What stands against it; None where they may."""
    escalation = who.escalation
    taken = escalation.status is EscalationStatus.ACKNOWLEDGED
    holds = taken and escalation.acknowledged_by == who.staff.id
    refused = refusal(who.deed, who.staff.role, who.case.status, holds=holds)
    if refused is None and who.deed is Deed.TAKE and taken:
        return AlreadyTaken(escalation.acknowledged_by or "")
    if refused is None and who.deed is Deed.CLOSE and _is_being_read(tx, who.case):
        return Refusal.BEING_READ
    if refused is None and who.deed is Deed.CONFIRM and not shown_category(tx, who.case.id):
        return Refusal.NOTHING_TO_CONFIRM
    return refused


def _is_being_read(tx: Transaction, case: Case) -> bool:
    """In good time: in a closed case nobody would decide on it, or tell the nurse."""
    in_time = case.decide_by is not None and tx.now < case.decide_by
    return in_time and is_being_read(photos_of_case(tx, case.id))


def shown_category(tx: Transaction, case_id: str) -> Category | None:
    """The likeliest one that stands now."""
    decision = latest_decision(tx, case_id)
    shown = dict(decision.inputs)["result"]["shown"] if decision else []
    return Category(shown[0]["category"]) if shown else None


def carry_out(tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules) -> None:
    """Does it, and says so on every card, under the pressed one and to the nurse."""
    said = _DO[who.deed](tx, who, fields, rules)
    case = case_by_id(tx, who.case.id)
    escalation = escalation_by_id(tx, who.escalation.id)
    assert escalation is not None
    facts = {
        "deed": who.deed,
        "code": case.code,
        "name": who.staff.name,
        "role": who.staff.role,
        "note": fields.get("note", "").strip(),
        "by_phone": who.by_phone,
    } | said
    if who.deed is not Deed.TAKE:
        _note_under_card(tx, who, facts, rules)
    if who.deed is Deed.HAND_OVER:
        _tell_colleague(tx, who, facts, staff_by_id(tx, fields["to"]))
    # After the note: the cards say what was done last.
    refresh_cards(tx, case, escalation, rules)
    if who.deed is not Deed.MESSAGE:
        _tell_nurse(tx, who, facts)


def _take(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    happened = acknowledge(who.escalation, who.staff, tx.now)
    assert isinstance(happened, Acknowledged)
    _save(tx, who, happened.escalation, AuditKind.ESCALATION_ACKNOWLEDGED)
    move_case(tx, who.case, CaseStatus.WITH_CLINICIAN, _actor(who))
    return {}


def _confirm(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    return _label(tx, who, Label(LabelKind.CONFIRMED, shown_category(tx, who.case.id)))


def _correct(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    named, tissue = fields["category"], fields.get("tissue", "")
    category = None if named == NO_PRESSURE_INJURY else Category(named)
    note = fields.get("note", "").strip()
    label = Label(LabelKind.CORRECTED, category, Tissue(tissue) if tissue else None, note)
    return _label(tx, who, label)


def _label(tx: Transaction, who: Actor, label: Label) -> dict[str, object]:
    decision = latest_decision(tx, who.case.id)
    add_label(tx, who.case.id, label, who.staff.id, decision.number if decision else None)
    return {"category": label.category, "tissue": label.tissue}


def _ask_for_photo(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    return {}


def _message(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    say_to_nurse(tx, who.case, who.staff, fields["text"], who.key)
    return {"text": fields["text"]}


def _hand_over(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    ladder = rules.ladders.ladder(who.escalation.urgency, who.escalation.kind)
    waits = hand_over(who.escalation, ladder, tx.now)
    _save(tx, who, waits, AuditKind.ESCALATION_HANDED_OVER)
    move_case(tx, who.case, CaseStatus.AWAITING_PERSON, _actor(who))
    colleague = staff_by_id(tx, fields["to"])
    return {"to": colleague.name, "mention": colleague.slack_user}


def _close(
    tx: Transaction, who: Actor, fields: Mapping[str, str], rules: Rules
) -> dict[str, object]:
    closing = Closing(fields["outcome"])
    add_closing(tx, who.case.id, closing, fields.get("note", "").strip(), who.staff.id)
    await_decision(tx, who.case, None, _actor(who))
    move_case(tx, who.case, CaseStatus.CLOSED, _actor(who))
    return {"closing": closing}


_DO: dict[Deed, Callable[[Transaction, Actor, Mapping[str, str], Rules], dict[str, object]]] = {
    Deed.TAKE: _take,
    Deed.CONFIRM: _confirm,
    Deed.CORRECT: _correct,
    Deed.NEW_PHOTO: _ask_for_photo,
    Deed.MESSAGE: _message,
    Deed.HAND_OVER: _hand_over,
    Deed.CLOSE: _close,
}


_TOLD_AS = {Deed.TAKE: MessageKind.TAKEN, Deed.NEW_PHOTO: MessageKind.PHOTO_ASKED}


def _save(tx: Transaction, who: Actor, after: Escalation, kind: AuditKind) -> None:
    event = AuditEvent(
        kind,
        _actor(who),
        f"escalation:{after.id}",
        {"case": after.case_id, "rung": after.rung},
    )
    save_escalation(tx, who.escalation, after, event)


def _actor(who: Actor) -> str:
    return f"staff:{who.staff.id}"


def _note_under_card(
    tx: Transaction, who: Actor, facts: Mapping[str, object], rules: Rules
) -> None:
    cards = cards_of(tx, who.case.id)
    card = next((card for card in cards if card.provider_id == who.card), None)
    if card is None and cards:
        # The pressed one was replaced meanwhile, or the id that Slack gave it is not noted yet.
        card = cards[-1]
    if card is None:
        return
    note = Message(
        MessageKind.DONE_UNDER_CARD,
        f"done_under_card:{who.key}",
        facts,
        under=card.id,
        alarm=who.deed is Deed.HAND_OVER,
    )
    queue_message(tx, card.thread, note, rules.language, case_id=who.case.id)


def _tell_colleague(
    tx: Transaction, who: Actor, facts: Mapping[str, object], colleague: Staff
) -> None:
    """Slack tells nobody of a mention in a channel that they are not in."""
    address = direct_address(tx, colleague.id, colleague.slack_user or "")
    thread = thread_at(tx, Channel.SLACK, address, staff_id=colleague.id)
    told = Message(MessageKind.DONE_UNDER_CARD, f"handed_to:{who.key}", facts, alarm=True)
    queue_message(tx, thread, told, colleague.language, case_id=who.case.id)


def _tell_nurse(tx: Transaction, who: Actor, facts: Mapping[str, object]) -> None:
    nurse = staff_by_id(tx, who.case.nurse_id)
    thread = thread_by_id(tx, who.case.thread_id)
    kind = _TOLD_AS.get(who.deed, MessageKind.CLINICIAN_DID)
    if who.deed is Deed.HAND_OVER:
        # The form asks what the colleague should know: it is not written to the nurse.
        facts = {**facts, "note": ""}
    told = Message(kind, f"{kind}:{who.key}", facts, alarm=who.deed is Deed.TAKE)
    queue_message(tx, thread, told, nurse.language, case_id=who.case.id)
