"""A message arrives: who wrote, to which case it belongs, what must happen at once."""

from collections.abc import Iterable

from bot.actions.arrived import Arrived
from bot.actions.asking import Unsearched, answer_question
from bot.actions.bridge import note_from_clinician, voice_from_nurse
from bot.actions.case_meant import case_just_shown, case_meant, case_shown_again
from bot.actions.choosing import take_choice
from bot.actions.commands import obey
from bot.actions.deciding import decide_on_words
from bot.actions.filing import ask_which_case, file_words
from bot.actions.heard import case_of_card, is_overheard, says_anything_new
from bot.actions.new_photos import new_case, take_photos
from bot.actions.questions import learn, tell_code_form
from bot.actions.scaling import start_scale, take_typed
from bot.actions.what_now import tell_steps
from bot.core.case import Case, CaseStatus
from bot.core.commands import CommandKind, find_command, is_courtesy
from bot.core.inbound import Attachment, Channel, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.permissions import may_look
from bot.core.protocol.answer import Answer
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.core.scales.asked import find_scale
from bot.core.staff import Staff
from bot.core.window import is_closed
from bot.store.case_rows import case_by_id, move_case
from bot.store.inbound_rows import claim_inbound, keep_words, place_inbound
from bot.store.outbox_rows import hurry, queue_message
from bot.store.photo_rows import case_of_photo
from bot.store.staff_rows import staff_by_sender
from bot.store.thread_rows import hear, name_direct, thread_at
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
    if is_overheard(tx, message, staff, rules) or not says_anything_new(tx, message, rules):
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
    if message.channel is Channel.SLACK:
        name_direct(tx, message.sender, message.address)
    under_card = case_of_card(tx, message)
    if under_card:
        note_from_clinician(tx, case_by_id(tx, under_card), staff, message, claimed, rules)
        return
    thread = thread_at(tx, message.channel, message.address, staff_id=staff.id)
    hear(tx, thread, staff.id)
    if is_closed(thread, tx.now):
        hurry(tx, thread.id, "window_open")
    danger = bool(find_red_flags(message.text, rules.table.limits))
    here = Arrived(message, staff, thread, claimed, danger)
    if danger or not take_typed(tx, message, staff, thread, claimed, rules):
        _take_in(tx, here, rules, answer)
    if danger:
        # "39,2" is a fever first, and an answer to the scale all the same.
        take_typed(tx, message, staff, thread, claimed, rules)


def _take_in(
    tx: Transaction, here: Arrived, rules: Rules, answer: Answer | Unsearched | None
) -> None:
    if take_choice(tx, here.message, here.staff, here.thread, here.id, rules):
        return
    fresh = [photo for photo in here.photos if case_of_photo(tx, photo.source) is None]
    if here.photos and not fresh and here.message.channel is Channel.WHATSAPP:
        # Each sending there has a file of its own: this is Twilio's repetition.
        return
    found = _cases_meant(tx, here, fresh, rules)
    if _is_asked_of_vigia(tx, here, found, answer, rules):
        return
    if fresh:
        case: Case | None = take_photos(tx, here, fresh, found, rules)
    else:
        case = _file(tx, here, found, rules)
    for key, attachment in here.others.items():
        if case and key in here.voices:
            voice_from_nurse(tx, case, here.staff, here.thread, attachment.source, key)
        # A voice note waits for its nurse to say which case it is for.
        elif case or not found or key not in here.voices:
            kind, facts = MessageKind.CANNOT_READ, {"attachment": attachment.kind}
            _answer(tx, here, kind, key=key, case=case, **facts)


def _cases_meant(
    tx: Transaction, here: Arrived, fresh: list[Attachment], rules: Rules
) -> Case | list[Case]:
    """The case that all of this is about, or the open ones that it might be."""
    message, photos = here.message, here.photos
    found = case_meant(tx, message, here.staff, here.thread, rules, with_photo=bool(fresh))
    if photos and not fresh:
        found = case_shown_again(tx, photos, here.staff, found)
    if here.voices and not photos and not here.has_words and isinstance(found, list):
        found = case_just_shown(tx, found) or found
    return found


def _is_asked_of_vigia(
    tx: Transaction,
    here: Arrived,
    found: Case | list[Case],
    answer: Answer | Unsearched | None,
    rules: Rules,
) -> bool:
    """A command, a scale or a protocol question: whether it was that, and nothing for a case."""
    text, staff, thread = here.message.text, here.staff, here.thread
    meant = found if isinstance(found, Case) else None
    plain = not here.danger and not here.message.attachments
    command = find_command(text) if plain else None
    if command and command.kind is CommandKind.WHAT_NOW:
        if tell_steps(tx, here, found, command.code, rules):
            return True
    elif command:
        replied = here.message.replied_to
        obey(tx, command, staff, thread, here.id, text, meant, replied, rules)
        return True
    scale = find_scale(text, rules.patient_code) if plain else None
    if scale:
        start_scale(tx, scale, staff, thread, here.id, meant, rules)
        return True
    if answer is None:
        return False
    alone = not here.danger and not found and not here.others
    # Danger waits for nobody's wording.
    asked = text if rules.phrases_answers and not here.danger else None
    done = answer_question(tx, thread, staff, here.id, answer, alone=alone, asked=asked)
    return done and not here.danger


def _file(tx: Transaction, here: Arrived, found: Case | list[Case], rules: Rules) -> Case | None:
    """What comes without a new photo goes to its case, or that case is asked for; the case, where
    there is one now."""
    text, staff, thread = here.message.text, here.staff, here.thread
    case = found if isinstance(found, Case) else None
    if case and here.has_words:
        file_words(tx, case, here.id, text, staff, thread, rules)
    elif here.danger:
        # No case to put it in, or more than one: a danger gets a case of its own at once.
        case = new_case(tx, here, rules)
        place_inbound(tx, here.id, thread.id, case.id, here.actor)
        learn(tx, case, text, rules)
        decide_on_words(tx, case, rules)
        move_case(tx, case, CaseStatus.AWAITING_PERSON, here.actor)
        tell_code_form(tx, case, text, rules)
    elif isinstance(found, list) and found and (here.voices or here.has_words):
        if not here.voices and is_courtesy(text):
            cases = [{"code": one.code, "site": one.site} for one in found[:MOST_NAMED]]
            _answer(tx, here, MessageKind.COURTESY, cases=cases)
        else:
            ask_which_case(tx, found, here.id, staff, thread, here.voices)
    elif case and here.voices:
        place_inbound(tx, here.id, thread.id, case.id, here.actor)
    elif here.photos:
        known = {id for photo in here.photos if (id := case_of_photo(tx, photo.source))}
        told = Message(
            MessageKind.PHOTO_KNOWN, f"photo_known:{here.id}", known_facts(tx, known, staff)
        )
        queue_message(tx, thread, told, staff.language)
    else:
        lost = here.has_words and not is_courtesy(text)
        if lost or not here.others:
            _answer(tx, here, MessageKind.HELP, lost=lost)
    return case


def known_facts(tx: Transaction, known: Iterable[str], staff: Staff | None) -> dict[str, object]:
    """Of the cases that have the photos already; `look` says that this person may look at them."""
    cases = [case_by_id(tx, id) for id in known]
    look = staff and all(may_look(staff.role, sent=one.nurse_id == staff.id) for one in cases)
    return {"codes": sorted(one.code for one in cases), "look": bool(look)}


def _answer(
    tx: Transaction,
    here: Arrived,
    kind: MessageKind,
    *,
    key: str = "",
    case: Case | None = None,
    **facts: object,
) -> None:
    message = Message(kind, f"{kind}:{key or here.id}", facts)
    queue_message(tx, here.thread, message, here.staff.language, case_id=case.id if case else None)


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
