"""A message arrives: who wrote, to which case it belongs, what must happen at once."""

from bot.actions.asking import Unsearched, answer_question
from bot.actions.bridge import note_from_clinician, voice_from_nurse
from bot.actions.case_meant import case_just_shown, case_meant, case_shown_again
from bot.actions.choosing import take_choice
from bot.actions.commands import obey
from bot.actions.deciding import decide_on_words
from bot.actions.filing import ask_which_case, file_words, take_up_voices
from bot.actions.linking import could_continue, link_choices
from bot.actions.questions import learn
from bot.actions.reminding import follow_up, reminder_meant
from bot.actions.scaling import start_scale, take_typed
from bot.core.case import READ_WITHIN, Case, CaseStatus
from bot.core.choice import choice_facts
from bot.core.commands import find_command, is_courtesy
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.patient_code import find_patient_code
from bot.core.protocol.answer import Answer
from bot.core.redflags import find_red_flags, flags_by_rule
from bot.core.rules import Rules
from bot.core.scales.asked import find_scale
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.core.window import is_closed
from bot.store.case_rows import (
    await_decision,
    case_by_id,
    know_patient,
    move_case,
    open_case,
)
from bot.store.inbound_rows import claim_inbound, keep_words, place_inbound
from bot.store.outbox_rows import hurry, queue_message
from bot.store.photo_rows import (
    announce_photo,
    case_of_photo,
)
from bot.store.said_rows import message_sent_as
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import hear, known_thread, name_direct, thread_at
from bot.store.transaction import Transaction
from bot.store.unkept_rows import keep_nothing_of

# The latest are the ones that are meant.
MOST_NAMED = 8


def receive(
    tx: Transaction,
    message: InboundMessage,
    rules: Rules,
    answer: Answer | Unsearched | None = None,
    *,
    kept: str | None = None,
) -> None:
    """Takes one message in, whole: after this nothing of it can be lost. `answer` is what the
    protocols say to it, where it asks something. `kept` is its inbound row where it was claimed
    before, without its words."""
    staff = staff_by_sender(tx, message.channel, message.sender)
    if _is_overheard(tx, message, staff, rules) or not _says_anything_new(tx, message, rules):
        return
    staff_id = staff.id if staff else None
    claimed = kept or claim_inbound(
        tx, message.channel, message.provider_id, staff_id, message.text
    )
    if claimed is None:
        return
    if staff is None:
        _refuse_stranger(tx, message, rules)
        return
    if kept:
        keep_words(tx, kept, message.text, f"staff:{staff.id}")
    under_card = _case_of_card(tx, message)
    if under_card:
        note_from_clinician(tx, case_by_id(tx, under_card), staff, message, claimed, rules)
        return
    if message.channel is Channel.SLACK:
        name_direct(tx, message.sender, message.address)
    thread = thread_at(tx, message.channel, message.address, staff_id=staff.id)
    hear(tx, thread, staff.id)
    if is_closed(thread, tx.now):
        hurry(tx, thread.id, "window_open")
    danger = bool(find_red_flags(message.text, rules.table.limits))
    if danger or not take_typed(tx, message, staff, thread, claimed, rules):
        _take_in(tx, message, staff, thread, claimed, rules, answer)
    if danger:
        # "39,2" is a fever first, and an answer to the scale all the same.
        take_typed(tx, message, staff, thread, claimed, rules)


def is_reply(message: InboundMessage) -> bool:
    """In Slack, in the thread of an earlier post."""
    root = message.address.thread
    first = message.provider_id.endswith(f":{root}")
    return message.channel is Channel.SLACK and root is not None and not first


def _case_of_card(tx: Transaction, message: InboundMessage) -> str | None:
    """The case of the card under which it stands in Slack."""
    root = message.address.thread
    if message.channel is not Channel.SLACK or not root:
        return None
    card = message_sent_as(tx, Channel.SLACK, root, message.address.to)
    return card.case_id if card and card.message.kind is MessageKind.CARD else None


def _says_anything_new(tx: Transaction, message: InboundMessage, rules: Rules) -> bool:
    """What was said once counts, and a correction is a message of its own: of an edit nothing
    counts but a danger or a file that it adds. What a clinician corrects, the nurse must read."""
    if message.before is None or message.attachments or _case_of_card(tx, message):
        return True
    limits = rules.table.limits
    known = {flag.kind for flag in find_red_flags(message.before, limits)}
    return any(flag.kind not in known for flag in find_red_flags(message.text, limits))


def _is_overheard(
    tx: Transaction, message: InboundMessage, staff: Staff | None, rules: Rules
) -> bool:
    """A reply among colleagues, in a Slack thread that Vigia has no part in."""
    for_us = message.replied_to is not None or message.addressed
    if for_us or not is_reply(message) or message.attachments:
        return False
    root, place = message.address.thread, message.address.to
    ours = known_thread(tx, Channel.SLACK, message.address)
    card = message_sent_as(tx, Channel.SLACK, root or "", place)
    # Talk that is not meant for Vigia counts where a rule names the danger, not by its sound.
    danger = staff is not None and bool(flags_by_rule(message.text, rules.table.limits))
    return ours is None and card is None and not danger


def _take_in(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    rules: Rules,
    answer: Answer | Unsearched | None,
) -> None:
    if take_choice(tx, message, staff, thread, inbound_id, rules):
        return
    photos = [a for a in message.attachments if a.kind is AttachmentKind.PHOTO]
    others = [a for a in message.attachments if a.kind is not AttachmentKind.PHOTO]
    fresh = [photo for photo in photos if case_of_photo(tx, photo.source) is None]
    shown_again = bool(photos) and not fresh
    if shown_again and message.channel is Channel.WHATSAPP:
        # Each sending there has a file of its own: this is Twilio's repetition.
        return
    found = case_meant(tx, message, staff, thread, rules, with_photo=bool(fresh))
    if shown_again:
        found = case_shown_again(tx, photos, staff, found)
    voices = {
        f"{inbound_id}:{at}": one.source
        for at, one in enumerate(message.attachments)
        if one.kind is AttachmentKind.VOICE
    }
    if voices and not photos and not message.text.strip() and isinstance(found, list):
        found = case_just_shown(tx, found) or found
    danger = bool(find_red_flags(message.text, rules.table.limits))
    command = None if danger or message.attachments else find_command(message.text)
    if command:
        meant = found if isinstance(found, Case) else None
        replied = message.replied_to
        obey(tx, command, staff, thread, inbound_id, message.text, meant, replied, rules)
        return
    scale = None if danger or message.attachments else find_scale(message.text, rules.patient_code)
    if scale:
        meant = found if isinstance(found, Case) else None
        start_scale(tx, scale, staff, thread, inbound_id, meant, rules)
        return
    alone = not danger and not found and not others
    if (
        answer
        and answer_question(
            tx,
            thread,
            staff,
            inbound_id,
            answer,
            alone=alone,
            # Danger waits for nobody's wording.
            asked=message.text if rules.phrases_answers and not danger else None,
        )
        and not danger
    ):
        return
    case = found if isinstance(found, Case) else None
    if fresh:
        case = _case_of_photos(tx, message, staff, thread, found, rules)
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
        learn(tx, case, message.text, rules)
        case = case_by_id(tx, case.id)
        elsewhere = [] if isinstance(found, Case) else found
        alike = could_continue(tx, case, elsewhere, thread, rules)
        _take_photos(tx, case, fresh, message, staff, thread, alike)
        decide_on_words(tx, case, rules)
        take_up_voices(tx, case, thread, staff)
    elif message.text.strip() and case:
        file_words(tx, case, inbound_id, message.text, staff, thread, rules)
    elif danger:
        # No case to put it in, or more than one: a danger gets a case of its own at once.
        case = _new_case(tx, message, staff, thread, rules)
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
        learn(tx, case, message.text, rules)
        decide_on_words(tx, case, rules)
        move_case(tx, case, CaseStatus.AWAITING_PERSON, f"staff:{staff.id}")
    elif (voices or message.text.strip()) and isinstance(found, list) and found:
        if not voices and is_courtesy(message.text):
            cases = [{"code": one.code, "site": one.site} for one in found[:MOST_NAMED]]
            _answer(tx, thread, staff, inbound_id, MessageKind.COURTESY, None, cases=cases)
        else:
            ask_which_case(tx, found, inbound_id, staff, thread, voices)
    elif case and voices:
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
    elif shown_again:
        _say_known(tx, thread, staff, inbound_id, photos)
    else:
        lost = bool(message.text.strip()) and not is_courtesy(message.text)
        if lost or not others:
            _answer(tx, thread, staff, inbound_id, MessageKind.HELP, None, lost=lost)
    waiting = bool(found) and case is None
    for attachment in others:
        key = f"{inbound_id}:{message.attachments.index(attachment)}"
        if case and key in voices:
            voice_from_nurse(tx, case, staff, thread, attachment.source, key)
        elif not (waiting and key in voices):
            kind, facts = MessageKind.CANNOT_READ, {"attachment": attachment.kind}
            _answer(tx, thread, staff, key, kind, case, **facts)


def _say_known(
    tx: Transaction, thread: Thread, staff: Staff, inbound_id: str, photos: list[Attachment]
) -> None:
    ids = {case_of_photo(tx, photo.source) for photo in photos} - {None}
    codes = sorted(case_by_id(tx, id).code for id in ids if id)
    _answer(tx, thread, staff, inbound_id, MessageKind.PHOTO_KNOWN, None, codes=codes)


def _case_of_photos(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    found: Case | list[Case],
    rules: Rules,
) -> Case:
    reminder = reminder_meant(tx, message, thread, rules)
    if reminder:
        return follow_up(tx, reminder, staff, thread)
    return found if isinstance(found, Case) else _new_case(tx, message, staff, thread, rules)


def _new_case(
    tx: Transaction, message: InboundMessage, staff: Staff, thread: Thread, rules: Rules
) -> Case:
    code = find_patient_code(message.text, rules.patient_code)
    patient_id = know_patient(tx, code, f"staff:{staff.id}") if code else None
    return open_case(tx, thread_id=thread.id, nurse_id=staff.id, patient_id=patient_id)


def _take_photos(
    tx: Transaction,
    case: Case,
    photos: list[Attachment],
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    alike: list[Case],
) -> None:
    """`alike` are the open cases whose wound it may show."""
    actor = f"staff:{staff.id}"
    ids = [announce_photo(tx, case.id, message.channel, photo.source, actor) for photo in photos]
    if case.status is CaseStatus.ANSWERED:
        move_case(tx, case, CaseStatus.READING, actor)
    else:
        await_decision(tx, case, tx.now + READ_WITHIN, actor)
    received = Message(
        MessageKind.RECEIVED,
        f"received:{ids[0]}",
        {
            "code": case.code,
            "photos": len(ids),
            "follows": case_by_id(tx, case.follows).code if case.follows else None,
            "alike": [{"code": one.code, "site": one.site} for one in alike],
            "choices": choice_facts(link_choices(case, alike) if alike else ()),
        },
    )
    queue_message(tx, thread, received, staff.language, case_id=case.id)


def _answer(
    tx: Transaction,
    thread: Thread,
    staff: Staff,
    key: str,
    kind: MessageKind,
    case: Case | None,
    **facts: object,
) -> None:
    message = Message(kind, f"{kind}:{key}", facts)
    queue_message(tx, thread, message, staff.language, case_id=case.id if case else None)


def _refuse_stranger(tx: Transaction, message: InboundMessage, rules: Rules) -> None:
    """Says so at most once a day: a stranger must not make Vigia talk without end. Nothing is kept
    of what they sent, at Twilio neither."""
    if message.channel is Channel.WHATSAPP:
        for source in filter(None, (one.source for one in message.attachments)):
            keep_nothing_of(tx, message.channel, source)
    thread = thread_at(tx, message.channel, message.address)
    key = f"not_enrolled:{thread.id}:{tx.now.date().isoformat()}"
    refusal = Message(MessageKind.NOT_ENROLLED, key)
    queue_message(tx, thread, refusal, rules.language)
