"""A person points at a message in Slack and says: read this wound."""

from dataclasses import replace

from bot.actions.early_replies import may_be_under_a_post
from bot.actions.heard import case_of_card
from bot.actions.intake import known_facts, receive
from bot.core.inbound import AttachmentKind, Channel, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.ports import Address
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.store.inbound_rows import claim_inbound
from bot.store.outbox_rows import queue_message
from bot.store.photo_rows import case_of_photo
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import direct_address, known_thread, thread_at
from bot.store.transaction import Transaction

# Slack names a message by its second, with six digits.
_SAME = 1e-4


def read_wound(tx: Transaction, pointed: InboundMessage, rules: Rules) -> None:
    """As if that person had posted the message to Vigia. What changes nothing is said to them in
    their direct messages, which are always within reach."""
    staff = staff_by_sender(tx, Channel.SLACK, pointed.sender)
    if staff is None:
        claim_inbound(tx, Channel.SLACK, pointed.provider_id, None, None)
        _tell(tx, pointed, None, MessageKind.NOT_ENROLLED, rules)
        return
    pointed = _within_reach(tx, pointed, staff)
    photos = [one for one in pointed.attachments if one.kind is AttachmentKind.PHOTO]
    known = {case for photo in photos if (case := case_of_photo(tx, photo.source))}
    # The pictures under a card are of its own case.
    under_card = case_of_card(tx, pointed)
    if under_card:
        known, photos = {under_card}, []
    fresh = [photo for photo in photos if case_of_photo(tx, photo.source) is None]
    sounds = bool(find_red_flags(pointed.text, rules.table.limits))
    danger = sounds and not photos and not under_card
    # A picture there may be a colleague's for the nurse of the card, and no other wound.
    early = (
        bool(fresh)
        and not sounds
        and _is_inside(pointed)
        and may_be_under_a_post(tx, pointed, tx.now)
    )
    fresh = [] if early else fresh
    if fresh or danger:
        receive(tx, pointed, rules)
    else:
        claim_inbound(tx, Channel.SLACK, pointed.provider_id, staff.id, None)
    if known:
        _tell(tx, pointed, staff, MessageKind.PHOTO_KNOWN, rules, **known_facts(tx, known, staff))
    elif not fresh and not danger:
        _tell(tx, pointed, staff, MessageKind.NO_PHOTO_THERE, rules, early=early)


def _within_reach(tx: Transaction, pointed: InboundMessage, staff: Staff) -> InboundMessage:
    """In the direct messages of two colleagues Vigia can say nothing: what it has to say goes to
    its own conversation with whoever pointed."""
    place = Address(pointed.address.to)
    if not place.to.startswith("D") or known_thread(tx, Channel.SLACK, place):
        return pointed
    return replace(pointed, address=direct_address(tx, staff.id, pointed.sender))


def _is_inside(pointed: InboundMessage) -> bool:
    """In a thread, below its first message."""
    root = pointed.address.thread
    return root is not None and abs(float(root) - pointed.sent_at.timestamp()) > _SAME


def _tell(
    tx: Transaction,
    pointed: InboundMessage,
    staff: Staff | None,
    kind: MessageKind,
    rules: Rules,
    **facts: object,
) -> None:
    staff_id = staff.id if staff else None
    thread = thread_at(tx, Channel.SLACK, Address(pointed.sender), staff_id=staff_id)
    message = Message(kind, f"{kind}:{pointed.provider_id}", facts)
    queue_message(tx, thread, message, staff.language if staff else rules.language)
