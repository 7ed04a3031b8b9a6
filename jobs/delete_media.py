"""Deletes a photo at the vendor once it is sealed here."""

from datetime import timedelta

from bot.core.case import PhotoStatus
from bot.core.ports import FetchFailed
from bot.store.photo_rows import note_forgotten, photo_by_id
from bot.wiring import Services
from jobs.house import services

_ACTOR = "system:delete_media"
_AGAIN = timedelta(minutes=10)


def delete_media(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.store.snapshot() as snapshot:
        photo = photo_by_id(snapshot, id)
    if photo.status is PhotoStatus.ANNOUNCED:
        return
    reason = None
    try:
        house.messenger(photo.channel).forget(photo.source)
    except FetchFailed as failed:
        reason = failed.reason
    with house.acting() as tx:
        note_forgotten(tx, photo, tx.now + _AGAIN if reason else None, reason, _ACTOR)
