"""A message arrives: who wrote, to which case it belongs, what must happen at once."""

import re
from datetime import timedelta

from bot.actions.asking import answer_question
from bot.actions.bridge import note_from_clinician, voice_from_nurse
from bot.actions.choosing import take_choice
from bot.actions.commands import obey
from bot.actions.deciding import decide_on_words
from bot.actions.filing import ask_which_case, file_words
from bot.actions.linking import could_continue, link_choices
from bot.actions.questions import learn
from bot.actions.reminding import follow_up, reminder_meant
from bot.actions.scaling import start_scale, take_typed
from bot.core.case import READ_WITHIN, Case, CaseStatus
from bot.core.choice import choice_facts
from bot.core.commands import find_command
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.patient_code import find_patient_code
from bot.core.ports import Address
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
    open_cases_in,
)
from bot.store.inbound_rows import case_of_inbound, claim_inbound, place_inbound
from bot.store.outbox_rows import hurry, last_said, message_sent_as, queue_message
from bot.store.photo_rows import (
    announce_photo,
    assessments_of_case,
    case_of_photo,
    photos_of_case,
)
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import hear, known_thread, name_direct, thread_at
from bot.store.transaction import Transaction

# A follow-up without a reply mark belongs to a case of this shift, not to last week's.
_SAME_SHIFT = timedelta(hours=12)
# An album arrives as separate messages within moments; a new photo later is a new case.
_SAME_ALBUM = timedelta(seconds=20)
_CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{4}\b")


def receive(
    tx: Transaction, message: InboundMessage, rules: Rules, answer: Answer | None = None
) -> None:
    """Takes one message in, whole: after this nothing of it can be lost. `answer` is what the
    protocols say to it, where it asks something."""
    staff = staff_by_sender(tx, message.channel, message.sender)
    if _is_overheard(tx, message, staff) or not _says_anything_new(message):
        return
    staff_id = staff.id if staff else None
    claimed = claim_inbound(tx, message.channel, message.provider_id, staff_id, message.text)
    if claimed is None:
        return
    if staff is None:
        _refuse_stranger(tx, message, rules)
        return
    root = message.address.thread
    if message.channel is Channel.SLACK and root:
        card = message_sent_as(tx, Channel.SLACK, root, message.address.to)
        if card and card.message.kind is MessageKind.CARD and card.case_id:
            note_from_clinician(tx, case_by_id(tx, card.case_id), staff, message, claimed, rules)
            return
    if message.channel is Channel.SLACK:
        name_direct(tx, message.sender, message.address)
    thread = thread_at(tx, message.channel, message.address, staff_id=staff.id)
    hear(tx, thread, staff.id)
    if is_closed(thread, tx.now):
        hurry(tx, thread.id, "window_open")
    danger = bool(find_red_flags(message.text))
    if danger or not take_typed(tx, message, staff, thread, claimed, rules):
        _take_in(tx, message, staff, thread, claimed, rules, answer)
    if danger:
        # "39,2" is a fever first, and an answer to the scale all the same.
        take_typed(tx, message, staff, thread, claimed, rules)


def _says_anything_new(message: InboundMessage) -> bool:
    """What was said once counts, and a correction is a message of its own: of an edit nothing
    counts but a danger that it adds."""
    if message.before is None:
        return True
    known = {flag.kind for flag in find_red_flags(message.before)}
    return any(flag.kind not in known for flag in find_red_flags(message.text))


def _is_overheard(tx: Transaction, message: InboundMessage, staff: Staff | None) -> bool:
    """A reply among colleagues, in a Slack thread that Vigia has no part in."""
    root, place = message.address.thread, message.address.to
    reply = root is not None and not message.provider_id.endswith(f":{root}")
    direct = message.replied_to is not None
    if message.channel is not Channel.SLACK or direct or not reply or message.attachments:
        return False
    ours = known_thread(tx, Channel.SLACK, message.address)
    card = message_sent_as(tx, Channel.SLACK, root or "", place)
    # Talk that is not meant for Vigia counts where a rule names the danger, not by its sound.
    danger = staff is not None and bool(flags_by_rule(message.text))
    return ours is None and card is None and not danger


def _take_in(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    inbound_id: str,
    rules: Rules,
    answer: Answer | None,
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
    found = _case_meant(tx, message, thread, with_photo=bool(fresh))
    if shown_again:
        found = _case_shown_again(tx, photos, staff) or found
    danger = bool(find_red_flags(message.text))
    command = None if danger or message.attachments else find_command(message.text)
    if command:
        meant = found if isinstance(found, Case) else None
        obey(tx, command, staff, thread, inbound_id, message.text, meant, rules)
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
    voices = [a for a in others if a.kind is AttachmentKind.VOICE]
    if fresh:
        case = _case_of_photos(tx, message, staff, thread, found, rules)
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
        learn(tx, case, message.text, rules)
        case = case_by_id(tx, case.id)
        elsewhere = [] if isinstance(found, Case) else found
        alike = could_continue(tx, case, elsewhere, thread, rules)
        _take_photos(tx, case, fresh, message, staff, thread, alike)
        decide_on_words(tx, case, rules)
    elif message.text.strip() and case:
        file_words(tx, case, inbound_id, message.text, staff, thread, rules)
    elif danger:
        # No case to put it in, or more than one: a danger gets a case of its own at once.
        case = _new_case(tx, message, staff, thread, rules)
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
        learn(tx, case, message.text, rules)
        decide_on_words(tx, case, rules)
        move_case(tx, case, CaseStatus.AWAITING_PERSON, f"staff:{staff.id}")
    elif message.text.strip() and isinstance(found, list) and found:
        ask_which_case(tx, found, inbound_id, staff, thread)
    elif case and voices:
        place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
    elif shown_again:
        _say_known(tx, thread, staff, inbound_id, photos)
    elif not others:
        _answer(tx, thread, staff, inbound_id, MessageKind.HELP, None)
    for attachment in others:
        key = f"{inbound_id}:{message.attachments.index(attachment)}"
        if case and attachment in voices:
            voice_from_nurse(tx, case, staff, thread, attachment, key)
        else:
            kind, facts = MessageKind.CANNOT_READ, {"attachment": attachment.kind}
            _answer(tx, thread, staff, key, kind, case, **facts)


def _case_shown_again(tx: Transaction, photos: list[Attachment], staff: Staff) -> Case | None:
    """In Slack a file may be posted anew, with more to say of it: its sender's open case."""
    ids = {case_of_photo(tx, photo.source) for photo in photos} - {None}
    cases = [case_by_id(tx, id) for id in ids if id]
    own = [c for c in cases if c.nurse_id == staff.id and c.status is not CaseStatus.CLOSED]
    return own[0] if len(own) == 1 else None


def _say_known(
    tx: Transaction, thread: Thread, staff: Staff, inbound_id: str, photos: list[Attachment]
) -> None:
    ids = {case_of_photo(tx, photo.source) for photo in photos} - {None}
    codes = sorted(case_by_id(tx, id).code for id in ids if id)
    _answer(tx, thread, staff, inbound_id, MessageKind.PHOTO_KNOWN, None, codes=codes)


def _case_replied_to(tx: Transaction, message: InboundMessage, thread: Thread) -> Case | None:
    """The open case of the message that was answered: one of Vigia's, or of the sender's own."""
    if not message.replied_to:
        return None
    place = thread.address.to
    answered = message_sent_as(tx, message.channel, message.replied_to)
    if answered and answered.thread.address.to == place:
        case_id = answered.case_id
    else:
        slack = message.channel is Channel.SLACK
        own = f"{place}:{message.replied_to}" if slack else message.replied_to
        case_id = case_of_inbound(tx, message.channel, own)
    case = case_by_id(tx, case_id) if case_id else None
    return case if case and case.status is not CaseStatus.CLOSED else None


def _open_cases(tx: Transaction, message: InboundMessage, thread: Thread) -> list[Case]:
    """Those of this conversation; under a direct message in Slack, those of all of it."""
    since = tx.now - _SAME_SHIFT
    found = open_cases_in(tx, thread.id, since)
    if found or message.channel is not Channel.SLACK or not message.replied_to:
        return found
    whole = known_thread(tx, message.channel, Address(thread.address.to))
    return open_cases_in(tx, whole.id, since) if whole else []


def _case_meant(
    tx: Transaction, message: InboundMessage, thread: Thread, *, with_photo: bool
) -> Case | list[Case]:
    """The case this message belongs to, or the open ones it might belong to."""
    replied = _case_replied_to(tx, message, thread)
    if replied:
        return replied
    candidates = _open_cases(tx, message, thread)
    named = set(_CODE.findall(message.text.upper()))
    by_name = [case for case in candidates if case.code in named]
    if len(by_name) == 1:
        return by_name[0]
    under_one = thread.address.thread and not message.replied_to
    if message.channel is Channel.SLACK and under_one and candidates:
        return candidates[0]
    if with_photo:
        joined = [case for case in candidates if _takes_more_photos(tx, case, message)]
        return joined[0] if len(joined) == 1 and len(candidates) == 1 else candidates
    return candidates[0] if len(candidates) == 1 else candidates


def _takes_more_photos(tx: Transaction, case: Case, message: InboundMessage) -> bool:
    """It was asked for another photo, waits for its first, or this is the same album."""
    asked = last_said(tx, case.id, MessageKind.PHOTO_ASKED)
    if asked and all(photo.arrived_at <= asked for photo in photos_of_case(tx, case.id)):
        return True
    assessments = assessments_of_case(tx, case.id)
    if not assessments:
        return tx.now - case.opened_at <= _SAME_ALBUM and not message.text.strip()
    return all(a.reading.categories is None for a in assessments)


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
    """Says so at most once a day: a stranger must not make Vigia talk without end."""
    thread = thread_at(tx, message.channel, message.address)
    key = f"not_enrolled:{thread.id}:{tx.now.date().isoformat()}"
    refusal = Message(MessageKind.NOT_ENROLLED, key)
    queue_message(tx, thread, refusal, rules.language)
