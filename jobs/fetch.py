"""Downloads a photo the nurse sent, and seals it here."""

from datetime import timedelta

from bot.actions.escalating import alert
from bot.core.assessment import NotAssessed
from bot.core.case import (
    FETCH_LEASE,
    MAX_FETCHES,
    MAX_PHOTO_BYTES,
    Photo,
    PhotoStatus,
)
from bot.core.inbound import Channel
from bot.core.ports import FetchFailed
from bot.core.work import Work
from bot.store.case_rows import case_by_id
from bot.store.photo_rows import claim_photo, lose_photo, retry_photo, store_photo
from bot.wiring import Services
from jobs.house import services
from jobs.vision.decode import NotReadable, clean_copy

_ACTOR = "system:fetch"
_WAITS = (1, 2, 5, 15, 30)


def next_fetch(attempts: int, failed: FetchFailed) -> timedelta | None:
    """How long to wait before it is tried again, or None to give up."""
    if failed.permanent or attempts >= MAX_FETCHES:
        return None
    wait = _WAITS[min(attempts, len(_WAITS)) - 1]
    return timedelta(seconds=max(wait, failed.retry_after or 0))


def fetch_photo(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.acting() as tx:
        photo = claim_photo(tx, id, PhotoStatus.ANNOUNCED, FETCH_LEASE, _ACTOR)
    if photo is None:
        return
    if photo.attempts > MAX_FETCHES:
        # Its worker died every time: something in it may be the cause.
        _failed(house, photo, FetchFailed("worker_died", permanent=True))
        return
    try:
        content = house.messenger(photo.channel).fetch(photo.source, limit=MAX_PHOTO_BYTES)
    except FetchFailed as failed:
        _failed(house, photo, failed)
        return
    try:
        clean = clean_copy(content)
    except NotReadable as unreadable:
        _lose(house, photo, unreadable.reason.value)
        return
    with house.acting() as tx:
        # Slack is the hospital's own record; Twilio's copy is only a courier's.
        store_photo(tx, photo, clean, forget=photo.channel is Channel.WHATSAPP, actor=_ACTOR)


def _failed(house: Services, photo: Photo, failed: FetchFailed) -> None:
    wait = next_fetch(photo.attempts, failed)
    if wait is None:
        with house.acting() as tx:
            # What is wrong with the photo its sender can mend; all else is for the admins.
            if failed.reason not in set(NotAssessed):
                code = case_by_id(tx, photo.case_id).code
                alert(tx, "photo_not_fetched", house.rules, code=code, key=photo.id)
        _lose(house, photo, failed.reason)
        return
    with house.acting() as tx:
        retry_photo(tx, photo, tx.now + wait, failed.reason, _ACTOR)


def _lose(house: Services, photo: Photo, reason: str) -> None:
    with house.acting() as tx:
        lose_photo(tx, photo, reason, _ACTOR)
        tx.ring(Work.DECIDE_CASE, photo.case_id)
