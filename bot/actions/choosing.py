"""An answer that a message offered comes back: pressed, by its number, or by its words."""

from collections.abc import Mapping

from bot.actions import filing, linking, questions, reminding, what_now
from bot.actions.answering import ask_once_more, hear_answer, take_answer
from bot.actions.bridge import note_from_nurse
from bot.actions.chosen import Chosen, Verb
from bot.actions.deciding import decide_on_words
from bot.actions.filing import file_chosen
from bot.actions.linking import take_link
from bot.actions.pressed import pressed_message
from bot.actions.reminding import take_reply
from bot.actions.scaling import answer_scale
from bot.actions.what_now import steps_of_chosen
from bot.core.audit import AuditEvent, AuditKind
from bot.core.body_site import site_of_side
from bot.core.case import CaseStatus
from bot.core.choice import TYPED_WITHIN, Choice, NotOffered, choice_meant, choices_in
from bot.core.commands import find_command
from bot.core.inbound import Channel, InboundMessage, Press
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.core.typed_answer import typed_answer
from bot.store.answer_rows import question_by_id
from bot.store.case_rows import case_by_id
from bot.store.inbound_rows import claim_inbound, place_inbound
from bot.store.offer_rows import close_offer, offers_in
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import Outgoing, message_by_id, message_sent_as, said_after
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import thread_at
from bot.store.transaction import Transaction

# The first part of a payload, and what it does.
VERBS: Mapping[str, Verb] = {
    "scale": answer_scale,
    questions.VERB: take_answer,
    reminding.VERB: take_reply,
    filing.VERB: file_chosen,
    linking.VERB: take_link,
    what_now.VERB: steps_of_chosen,
}


def take_choice(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    rules: Rules,
) -> bool:
    """Whether the message was an answer and nothing else. What sounds like a danger is triaged
    first, in the case that was asked about; the words of a button are the question's own."""
    if message.button_payload:
        return _take_pressed(tx, message, message.button_payload, staff, thread, inbound_id, rules)
    offers = _offers_answered(tx, message, thread)
    if not offers:
        return False
    said = [(one, _said(tx, message, one, rules)) for one in offers]
    # What the latest does not offer can only mean an earlier one.
    offer, choice = next((pair for pair in said if isinstance(pair[1], Choice)), said[0])
    danger = bool(find_red_flags(message.text, rules.table.limits))
    typed = None if choice or danger else _in_own_words(tx, message, offers[0])
    if typed:
        offer, choice = typed
    if choice is None:
        free = not (danger or message.attachments or find_command(message.text))
        if not free:
            return False
        if any(hear_answer(tx, one, staff, inbound_id, message.text, rules) for one in offers):
            return True
        last = offers[0]
        return not _is_to_clinician(tx, message, last) and ask_once_more(
            tx, last, staff, inbound_id, message.text, rules
        )
    case = case_by_id(tx, offer.case_id) if offer.case_id else None
    if isinstance(choice, NotOffered):
        facts = {"code": case.code if case else None, "most": choice.most}
        told = Message(MessageKind.NOT_A_CHOICE, f"not_a_choice:{inbound_id}", facts)
        queue_message(tx, thread, told, staff.language, case_id=offer.case_id)
        return True
    if typed and case and case.status is not CaseStatus.CLOSED:
        # It may say more than the answer: since when, or how much.
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
    if danger and (case is None or case.status is CaseStatus.CLOSED):
        return False
    if danger and case:
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
        decide_on_words(tx, case, rules)
        note_from_nurse(tx, case, staff, inbound_id, message.text, rules)
    if not choose(tx, choice, offer, staff, rules):
        _tell_answered(tx, thread, offer, staff, inbound_id, only_to=None)
    return True


def _take_pressed(
    tx: Transaction,
    message: InboundMessage,
    payload: str,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    rules: Rules,
) -> bool:
    offer = _offer_of_payload(tx, thread, payload)
    choice: Choice | NotOffered | None = offered(offer, payload) if offer else None
    if choice is None and message.replied_to:
        # A template that WhatsApp approved has buttons that say their label and nothing more.
        offer = next(iter(_offers_answered(tx, message, thread)), None)
        choice = _said(tx, message, offer, rules) if offer else None
    if offer is None or not isinstance(choice, Choice):
        if find_red_flags(message.text, rules.table.limits):
            return False
        _refuse(tx, thread, staff, inbound_id, rules, only_to=None)
    elif not choose(tx, choice, offer, staff, rules):
        _tell_answered(tx, thread, offer, staff, inbound_id, only_to=None)
    return True


def choose(tx: Transaction, chosen: Choice, offer: Outgoing, staff: Staff, rules: Rules) -> bool:
    """False for an offer that was answered before: it stays as it was answered. One that was made
    anew since is answered in its place."""
    verb, id, value = chosen.parts
    if not close_offer(tx, offer.id, f"staff:{staff.id}"):
        anew = _offer_of_payload(tx, offer.thread, chosen.payload, open_only=True)
        return anew is not None and choose(tx, chosen, anew, staff, rules)
    if offer.thread.channel is Channel.SLACK:
        facts = {**offer.message.facts, "chosen": chosen.word}
        shown = Message(offer.message.kind, f"chosen:{offer.id}", facts, replaces=offer.id)
        queue_message(tx, offer.thread, shown, offer.language, case_id=offer.case_id)
    VERBS[verb](tx, Chosen(id, value, offer, staff), rules)
    return True


def press_answer(tx: Transaction, pressed: Press, rules: Rules) -> None:
    """A button in Slack. What was not offered on that very message is refused."""
    staff = staff_by_sender(tx, Channel.SLACK, pressed.user)
    claimed = claim_inbound(
        tx, Channel.SLACK, pressed.provider_id, staff.id if staff else None, None
    )
    if claimed is None:
        return
    offer = pressed_message(tx, pressed, lambda one: offered(one, pressed.value) is not None)
    choice = offered(offer, pressed.value) if offer else None
    if staff and offer and choice:
        if not choose(tx, choice, offer, staff, rules):
            _tell_answered(tx, offer.thread, offer, staff, claimed, only_to=pressed.user)
        return
    thread = thread_at(tx, Channel.SLACK, Address(pressed.channel))
    _refuse(tx, thread, staff, pressed.provider_id, rules, only_to=pressed.user)


def offered(offer: Outgoing, payload: str) -> Choice | None:
    found = choices_in(offer.message.facts)
    return next((one for one in found if one.payload == payload), None)


def _said(
    tx: Transaction, message: InboundMessage, offer: Outgoing, rules: Rules
) -> Choice | NotOffered | None:
    if message.attachments:
        return None
    labels = rules.choice_words.get(offer.language, {})
    meant = choice_meant(message.text, choices_in(offer.message.facts), labels)
    in_words = isinstance(meant, Choice) and any(map(str.isalpha, message.text))
    return None if in_words and _is_to_clinician(tx, message, offer) else meant


def _is_to_clinician(tx: Transaction, message: InboundMessage, offer: Outgoing) -> bool:
    """A clinician wrote since, and may have asked something too: "sí" may be meant for them."""
    since = said_after(tx, offer, MessageKind.FROM_CLINICIAN)
    return since and not (message.replied_to or message.button_payload)


def _in_own_words(
    tx: Transaction, message: InboundMessage, offer: Outgoing
) -> tuple[Outgoing, Choice] | None:
    """An answer to the question that was put last, though it is neither a number nor a label."""
    choices = choices_in(offer.message.facts)
    verb, id, _ = choices[0].parts
    if message.attachments or verb != questions.VERB or _is_to_clinician(tx, message, offer):
        return None
    word = typed_answer(question_by_id(tx, id).question, message.text)
    word = word or site_of_side(message.text, [choice.word for choice in choices])
    meant = next((choice for choice in choices if choice.word == word), None)
    return (offer, meant) if meant else None


def _offer_of_payload(
    tx: Transaction, thread: Thread, payload: str, *, open_only: bool = False
) -> Outgoing | None:
    offers = (message_by_id(tx, id) for id in offers_in(tx, thread.id, open_only=open_only))
    return next((one for one in offers if offered(one, payload)), None)


def _offers_answered(tx: Transaction, message: InboundMessage, thread: Thread) -> list[Outgoing]:
    """The one it replies to, else those still open, the latest first; a reply to another case's
    message answers none."""
    ids = offers_in(tx, thread.id, since=tx.now - TYPED_WITHIN, open_only=True)
    offers = [message_by_id(tx, id) for id in ids]
    if message.replied_to is None:
        return _asked_last(tx, thread, offers)
    answered = message_sent_as(tx, message.channel, message.replied_to)
    if answered is None or answered.thread.address.to != thread.address.to:
        return []
    if choices_in(answered.message.facts):
        return [answered]
    ids = offers_in(tx, answered.thread.id, since=tx.now - TYPED_WITHIN, open_only=True)
    asked = (message_by_id(tx, id) for id in ids)
    return [one for one in asked if one.case_id == answered.case_id][:1]


def _tell_answered(
    tx: Transaction,
    thread: Thread,
    offer: Outgoing,
    staff: Staff,
    inbound_id: str,
    *,
    only_to: str | None,
) -> None:
    facts = {"code": case_by_id(tx, offer.case_id).code if offer.case_id else None}
    told = Message(
        MessageKind.ALREADY_ANSWERED, f"already_answered:{inbound_id}", facts, only_to=only_to
    )
    queue_message(tx, thread, told, staff.language, case_id=offer.case_id)


def _asked_last(tx: Transaction, thread: Thread, offers: list[Outgoing]) -> list[Outgoing]:
    """Without those whose like was asked of another case since: a second tap on its answer says
    nothing of them."""
    last: dict[MessageKind, str | None] = {}
    for id in offers_in(tx, thread.id, since=tx.now - TYPED_WITHIN):
        one = message_by_id(tx, id)
        last.setdefault(one.message.kind, one.case_id)
    return [one for one in offers if last[one.message.kind] == one.case_id]


def _refuse(
    tx: Transaction,
    thread: Thread,
    staff: Staff | None,
    key: str,
    rules: Rules,
    *,
    only_to: str | None,
) -> None:
    reason = "not_offered" if staff else "not_enrolled"
    actor = f"staff:{staff.id}" if staff else f"vendor:{thread.channel}"
    tx.note(AuditEvent(AuditKind.PRESS_REFUSED, actor, "choice", {"reason": reason}))
    facts = {"reason": reason}
    told = Message(MessageKind.PRESS_REFUSED, f"press_refused:{key}", facts, only_to=only_to)
    queue_message(tx, thread, told, staff.language if staff else rules.language)
