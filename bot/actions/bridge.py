"""Words and files cross between the nurse's thread and the clinicians', each marked with whose
they are."""

from bot.actions.cards import post_voices
from bot.core.case import Case
from bot.core.inbound import AttachmentKind, InboundMessage
from bot.core.message import Message, MessageKind
from bot.core.passed_file import FileKind, NotPassed, PassedFile
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.splitting import split_text
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id
from bot.store.outbox_rows import queue_message
from bot.store.passed_file_rows import Sender, announce_file
from bot.store.said_rows import cards_of
from bot.store.staff_rows import staff_by_id
from bot.store.thread_rows import thread_at, thread_by_id
from bot.store.transaction import Transaction

# WhatsApp takes 1,600 characters in all, and each part says who wrote it.
LONGEST_NOTE = 1400
# Slack takes 13,200 characters in a message's blocks; what is escaped grows up to fivefold.
LONGEST_UNDER_CARD = 2600


def note_from_clinician(
    tx: Transaction,
    case: Case,
    staff: Staff,
    message: InboundMessage,
    inbound_id: str,
    rules: Rules,
) -> None:
    """The words and pictures that a clinician posts under the card go to the nurse, unless they
    are marked to stay among clinicians. What stays, and what cannot be passed on, its author is
    told."""
    mark = rules.site.private_mark
    thread = thread_at(tx, message.channel, Address(message.address.to))
    if message.text.lstrip().startswith(mark):
        if message.before is None:
            _stayed(tx, thread, message, staff, inbound_id, "private", mark)
        elif not message.before.lstrip().startswith(mark):
            _stayed(tx, thread, message, staff, inbound_id, "sent", mark)
        return
    pictures = [a for a in message.attachments if a.kind is AttachmentKind.PHOTO]
    others = [a.kind for a in message.attachments if a.kind is not AttachmentKind.PHOTO]
    if others:
        why = "gone" if set(others) == {AttachmentKind.GONE} else "attachment"
        _stayed(tx, thread, message, staff, inbound_id, why, mark)
    if message.text.strip() and message.text != message.before:
        say_to_nurse(tx, case, staff, message.text, inbound_id)
    sender = Sender(staff.id, thread.id)
    for picture in pictures:
        announce_file(tx, case.id, FileKind.PICTURE, message.channel, picture.source, sender)


def _stayed(
    tx: Transaction,
    thread: Thread,
    message: InboundMessage,
    staff: Staff,
    inbound_id: str,
    why: str,
    mark: str,
) -> None:
    told = Message(
        MessageKind.STAYED_HERE,
        f"stayed_here:{inbound_id}",
        {"why": why, "mark": mark},
        only_to=message.sender,
    )
    queue_message(tx, thread, told, staff.language)


def say_to_nurse(tx: Transaction, case: Case, staff: Staff, text: str, key: str) -> None:
    nurse = staff_by_id(tx, case.nurse_id)
    thread = thread_by_id(tx, case.thread_id)
    for number, part in enumerate(split_text(text, LONGEST_NOTE)):
        note = Message(
            MessageKind.FROM_CLINICIAN,
            f"from_clinician:{key}:{number}",
            {"code": case.code, "name": staff.name, "text": part},
        )
        queue_message(tx, thread, note, nurse.language, case_id=case.id)


def note_from_nurse(
    tx: Transaction, case: Case, staff: Staff, inbound_id: str, text: str, rules: Rules
) -> None:
    """What the nurse writes later, or a colleague in the same thread, goes under every card of the
    case."""
    if not text.strip():
        return
    parts = list(enumerate(split_text(text, LONGEST_UNDER_CARD)))
    for card in cards_of(tx, case.id):
        for number, part in parts:
            note = Message(
                MessageKind.FROM_NURSE,
                f"from_nurse:{inbound_id}:{card.id}:{number}",
                {"code": case.code, "name": staff.name, "text": part},
                under=card.id,
                alarm=True,
            )
            queue_message(tx, card.thread, note, rules.language, case_id=case.id)


def voice_from_nurse(
    tx: Transaction, case: Case, staff: Staff, thread: Thread, source: str, key: str
) -> None:
    """Kept for the clinicians of the case. Without a card nobody hears it yet, and the nurse is
    told so. `source` is what the channel's messenger fetches."""
    sender = Sender(staff.id, thread.id)
    announce_file(tx, case.id, FileKind.VOICE, thread.channel, source, sender)
    facts = {"code": case.code, "waits": not cards_of(tx, case.id)}
    told = Message(MessageKind.VOICE_PASSED, f"voice_passed:{key}", facts)
    queue_message(tx, thread, told, staff.language, case_id=case.id)


def pass_on(tx: Transaction, file: PassedFile, rules: Rules) -> None:
    """A file that is sealed here goes to the other side."""
    case = case_by_id(tx, file.case_id)
    if file.kind is FileKind.VOICE:
        for card in cards_of(tx, case.id):
            post_voices(tx, case, rules, under=card.id)
        return
    nurse = staff_by_id(tx, case.nurse_id)
    name = staff_by_id(tx, file.staff_id).name
    shown = Message(
        MessageKind.CLINICIAN_PICTURE,
        f"clinician_picture:{file.id}",
        # Twilio tells two messages apart by their words alone, hence the number.
        {"code": case.code, "name": name, "number": file.number},
        picture=f"file:{file.id}",
    )
    queue_message(tx, thread_by_id(tx, case.thread_id), shown, nurse.language, case_id=case.id)


def tell_not_passed(tx: Transaction, file: PassedFile, why: NotPassed) -> None:
    """A clinician is told alone, in the channel of the card."""
    case, author = case_by_id(tx, file.case_id), staff_by_id(tx, file.staff_id)
    voice = file.kind is FileKind.VOICE
    told = Message(
        MessageKind.NOT_PASSED,
        f"not_passed:{file.id}",
        {"code": case.code, "file": file.kind, "number": file.number, "why": why},
        only_to=None if voice else author.slack_user,
    )
    thread = thread_by_id(tx, file.thread_id)
    queue_message(tx, thread, told, author.language, case_id=case.id if voice else None)
