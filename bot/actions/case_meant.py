"""To which open case a message belongs, as far as that can be told."""

from datetime import timedelta

from bot.core.body_site import find_site
from bot.core.case import Case, CaseStatus
from bot.core.code_shape import CODE, is_mixed
from bot.core.inbound import Attachment, Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.patient_code import find_patient_code
from bot.core.ports import Address
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_code, case_by_id, open_cases_in, patient_code_of
from bot.store.inbound_rows import case_of_inbound
from bot.store.photo_rows import assessments_of_case, case_of_photo, photos_of_case
from bot.store.said_rows import last_said, message_sent_as
from bot.store.thread_rows import known_thread
from bot.store.transaction import Snapshot, Transaction

# A follow-up without a reply mark belongs to a case of this shift, not to last week's.
_SAME_SHIFT = timedelta(hours=12)
# An album arrives as separate messages within moments; a new photo later is a new case.
SAME_ALBUM = timedelta(seconds=20)


def case_meant(
    tx: Transaction,
    message: InboundMessage,
    staff: Staff,
    thread: Thread,
    rules: Rules,
    *,
    with_photo: bool,
) -> Case | list[Case]:
    """The case this message belongs to, or the open ones it might belong to. What is about a closed
    case, a colleague's or another patient belongs to none of them by itself."""
    replied = _case_replied_to(tx, message, thread)
    if replied and replied.status is not CaseStatus.CLOSED:
        return replied
    candidates = _open_cases(tx, message, thread)
    named = cases_named(tx, message.text)
    by_name = [
        case
        for case in named
        if case in candidates
        or (case.nurse_id == staff.id and case.status is not CaseStatus.CLOSED)
    ]
    if len(by_name) == 1:
        return by_name[0]
    if replied or named:
        return candidates
    code = find_patient_code(message.text, rules.patient_code)
    patients = [patient_code_of(tx, case) for case in candidates] if code else []
    if any(patients) and code not in patients:
        return candidates
    if patients.count(code) == 1 and not with_photo:
        return candidates[patients.index(code)]
    under_one = thread.address.thread and not message.replied_to
    if message.channel is Channel.SLACK and under_one and candidates:
        return candidates[0]
    if with_photo:
        joined = [case for case in candidates if _takes_more_photos(tx, case, message)]
        only = len(joined) == 1
        alone = only and (len(candidates) == 1 or not _names_another(joined[0], message, rules))
        return joined[0] if alone else candidates
    return candidates[0] if len(candidates) == 1 else candidates


def cases_named(snapshot: Snapshot, text: str) -> list[Case]:
    """Whose code stands in these words, anybody's."""
    codes = sorted({code for code in CODE.findall(text.upper()) if is_mixed(code)})
    return [case for code in codes if (case := case_by_code(snapshot, code))]


def case_just_shown(tx: Transaction, cases: list[Case]) -> Case | None:
    """The only one whose photo came in the same moments: WhatsApp sends what was sent together as
    separate messages."""
    since = tx.now - SAME_ALBUM
    shown = [c for c in cases if any(p.arrived_at >= since for p in photos_of_case(tx, c.id))]
    return shown[0] if len(shown) == 1 else None


def case_shown_again(
    tx: Transaction, photos: list[Attachment], staff: Staff, found: Case | list[Case]
) -> Case | list[Case]:
    """In Slack a file may be posted anew, with more to say of it: its sender's open case, else what
    was `found`, which is not another case than the file's by itself."""
    ids = {case_of_photo(tx, photo.source) for photo in photos} - {None}
    cases = [case_by_id(tx, id) for id in ids if id]
    own = [c for c in cases if c.nurse_id == staff.id and c.status is not CaseStatus.CLOSED]
    if len(own) == 1:
        return own[0]
    return [found] if isinstance(found, Case) and found.id not in ids else found


def _case_replied_to(tx: Transaction, message: InboundMessage, thread: Thread) -> Case | None:
    """The case of the message that was answered: one of Vigia's, or of the sender's own."""
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
    return case_by_id(tx, case_id) if case_id else None


def _open_cases(tx: Transaction, message: InboundMessage, thread: Thread) -> list[Case]:
    """Those of this conversation; under a direct message in Slack, those of all of it."""
    since = tx.now - _SAME_SHIFT
    found = open_cases_in(tx, thread.id, since)
    if found or message.channel is not Channel.SLACK or not message.replied_to:
        return found
    whole = known_thread(tx, message.channel, Address(thread.address.to))
    return open_cases_in(tx, whole.id, since) if whole else []


def _takes_more_photos(tx: Transaction, case: Case, message: InboundMessage) -> bool:
    """It was asked for another photo, waits for its first, or this is the same album."""
    asked = last_said(tx, case.id, MessageKind.PHOTO_ASKED)
    if asked and all(photo.arrived_at <= asked for photo in photos_of_case(tx, case.id)):
        return True
    assessments = assessments_of_case(tx, case.id)
    if not assessments:
        return tx.now - case.opened_at <= SAME_ALBUM and not message.text.strip()
    return all(a.reading.categories is None for a in assessments)


def _names_another(case: Case, message: InboundMessage, rules: Rules) -> bool:
    """Words that may speak of another wound than the one whose photo is awaited."""
    site = find_site(message.text)
    code = find_patient_code(message.text, rules.patient_code)
    return code is not None or (site is not None and site != case.site)
