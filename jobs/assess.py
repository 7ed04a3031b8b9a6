"""Reads a stored photo. Whatever goes wrong ends as "not assessed", never as silence."""

import logging

from bot.core.assessment import NotAssessed, not_assessed
from bot.core.case import MAX_ATTEMPTS, READING_LEASE, PhotoStatus
from bot.core.ports import PhotoReader, ReadPhoto
from bot.core.work import Work
from bot.store.photo_rows import claim_photo, picture, save_reading
from bot.wiring import Services
from jobs.house import services
from jobs.vision.readers import load_reader

log = logging.getLogger(__name__)

_ACTOR = "system:assess"


def assess_photo(id: str) -> None:
    run(services(), load_reader(), id)


def run(house: Services, reader: PhotoReader, id: str) -> None:
    with house.acting() as tx:
        photo = claim_photo(tx, id, PhotoStatus.STORED, READING_LEASE, _ACTOR)
        content = picture(tx, f"photo:{id}") if photo else None
    if photo is None:
        return
    if photo.attempts > MAX_ATTEMPTS:
        # Reading it has killed the process each time: a person looks instead.
        read = ReadPhoto(not_assessed(NotAssessed.MODEL_FAILED))
    elif content is None:
        read = ReadPhoto(not_assessed(NotAssessed.PHOTO_MISSING))
    else:
        read = reader.read(content)
    with house.acting() as tx:
        save_reading(tx, photo, read, _ACTOR)
        tx.ring(Work.DECIDE_CASE, photo.case_id)
