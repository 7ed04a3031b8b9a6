"""Downloads a clinician's picture or a nurse's voice note, seals it here, and passes it on."""

from bot.actions.bridge import pass_on, tell_not_passed
from bot.core.case import FETCH_LEASE, MAX_FETCHES
from bot.core.file_type import SOUND, file_type
from bot.core.inbound import Channel
from bot.core.passed_file import LARGEST_FILE, FileKind, NotPassed, PassedFile, why_not
from bot.core.ports import FetchFailed
from bot.store.passed_file_rows import claim_file, lose_file, retry_file, store_file
from bot.wiring import Services
from jobs.fetch import next_fetch
from jobs.house import services
from jobs.vision.decode import NotReadable, clean_copy

_ACTOR = "system:carry_file"


def carry_file(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.acting() as tx:
        file = claim_file(tx, id, FETCH_LEASE, _ACTOR)
    if file is None:
        return
    if file.attempts > MAX_FETCHES:
        # Its worker died every time: something in it may be the cause.
        _lose(house, file, NotPassed.DAMAGED)
        return
    try:
        content = house.messenger(file.channel).fetch(file.source, limit=LARGEST_FILE)
    except FetchFailed as failed:
        _failed(house, file, failed)
        return
    checked = _checked(file.kind, content)
    if isinstance(checked, NotPassed):
        _lose(house, file, checked)
        return
    with house.acting() as tx:
        forget = file.channel is Channel.WHATSAPP
        if store_file(tx, file, checked, forget=forget, actor=_ACTOR):
            pass_on(tx, file, house.rules)


def _checked(kind: FileKind, content: bytes) -> bytes | NotPassed:
    """What may be passed on: the sound as it is, a picture without its metadata."""
    if kind is FileKind.VOICE:
        return content if file_type(content) in SOUND else NotPassed.OTHER_KIND
    try:
        return clean_copy(content)
    except NotReadable as unreadable:
        return why_not(unreadable.reason)


def _failed(house: Services, file: PassedFile, failed: FetchFailed) -> None:
    wait = next_fetch(file.attempts, failed)
    if wait is None:
        _lose(house, file, why_not(failed.reason))
        return
    with house.acting() as tx:
        retry_file(tx, file, tx.now + wait, failed.reason, _ACTOR)


def _lose(house: Services, file: PassedFile, why: NotPassed) -> None:
    with house.acting() as tx:
        if lose_file(tx, file, why, _ACTOR):
            tell_not_passed(tx, file, why)
