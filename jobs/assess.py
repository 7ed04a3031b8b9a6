"""Reads a stored photo. Whatever goes wrong ends as "not assessed", never as silence."""

import logging

from bot.channels.advice_words import AdviceWords
from bot.core.assessment import NotAssessed, not_assessed
from bot.core.case import MAX_ATTEMPTS, READING_LEASE, PhotoStatus
from bot.core.ports import PhotoReader, ReadPhoto
from bot.core.work import Work
from bot.settings import CHECKOUT
from bot.store.photo_rows import claim_photo, picture, save_reading
from bot.store.second_opinion_rows import ask_for_second
from bot.wiring import Services, environment
from jobs.bars import draw_bars
from jobs.house import services
from jobs.second_read import PATIENCE
from jobs.vision.readers import BOTH, load_reader, reader_name

log = logging.getLogger(__name__)

_ACTOR = "system:assess"


def assess_photo(id: str) -> None:
    run(services(), load_reader(), id, second=reader_name(environment()) == BOTH)


def run(house: Services, reader: PhotoReader, id: str, *, second: bool = False) -> None:
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
    bars = _bars(house, read)
    with house.acting() as tx:
        first = save_reading(tx, photo, read, _ACTOR, bars=bars)
        if first and second and read.reading.categories:
            ask_for_second(tx, photo, PATIENCE, _ACTOR)
        tx.ring(Work.DECIDE_CASE, photo.case_id)


def _bars(house: Services, read: ReadPhoto) -> bytes | None:
    """In the language of the cards. None where no category was read, or where it cannot be drawn:
    the reading and the card do without."""
    if read.reading.categories is None:
        return None
    words = AdviceWords.load(CHECKOUT / "templates", house.rules.language)
    sure_from = house.rules.table.thresholds.sure_top
    try:
        return draw_bars(read.reading.categories, sure_from, words, read.overlay)
    except Exception as error:
        log.error("bars_not_drawn", extra={"error": type(error).__name__})
        return None
