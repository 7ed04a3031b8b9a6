"""Deletes a photo or a voice note at the vendor once it is sealed here, or where it is a
stranger's."""

from datetime import timedelta

from bot.actions.escalating import alert
from bot.core.case import Photo, PhotoStatus
from bot.core.passed_file import FileStatus, PassedFile
from bot.core.ports import FetchFailed
from bot.store.passed_file_rows import file_by_id, note_file_forgotten
from bot.store.photo_rows import note_forgotten, photo_by_id
from bot.store.transaction import Snapshot
from bot.store.unkept_rows import UnkeptMedia, note_unkept_forgotten, unkept_by_id
from bot.wiring import Services
from jobs.house import services

_ACTOR = "system:delete_media"
_AGAIN = timedelta(minutes=10)
_AFTER_REFUSAL = timedelta(hours=6)


def delete_media(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.store.snapshot() as snapshot:
        media = _media(snapshot, id)
    if media is None:
        return
    reason, wait = None, timedelta()
    try:
        house.messenger(media.channel).forget(media.source)
    except FetchFailed as failed:
        reason, wait = failed.reason, _AFTER_REFUSAL if failed.permanent else _AGAIN
    with house.acting() as tx:
        next_try = tx.now + wait if reason else None
        if wait == _AFTER_REFUSAL:
            today = tx.now.date().isoformat()
            alert(tx, "media_not_deleted", house.rules, code=None, key=today)
        if isinstance(media, UnkeptMedia):
            note_unkept_forgotten(tx, media, next_try, reason, _ACTOR)
        elif isinstance(media, PassedFile):
            note_file_forgotten(tx, media, next_try, reason, _ACTOR)
        else:
            note_forgotten(tx, media, next_try, reason, _ACTOR)


def _media(snapshot: Snapshot, id: str) -> UnkeptMedia | PassedFile | Photo | None:
    """None for what is not sealed here yet, and for a stranger's that is gone."""
    unkept = unkept_by_id(snapshot, id)
    if unkept:
        return unkept
    try:
        kept = file_by_id(snapshot, id) or photo_by_id(snapshot, id)
    except KeyError:
        return None
    announced = kept.status in (PhotoStatus.ANNOUNCED, FileStatus.ANNOUNCED)
    return None if announced else kept
