"""Asks the second reader about a photo that was answered already. One try: what fails, or takes
too long, is shown as "no answer" and changes nothing."""

import logging
from datetime import timedelta
from functools import cache

from bot.actions.second_opinion import weigh
from bot.core.second_opinion import Opinion
from bot.store.photo_rows import picture
from bot.store.second_opinion_rows import claim_second
from bot.wiring import Services, environment
from jobs.house import services
from jobs.vision.decode import decode
from jobs.vision.opinion import WoundModelThatSpeaks
from jobs.vision.overlay import LONGEST_SIDE
from jobs.vision.second_reader import second_reader

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)
_LEASE = timedelta(minutes=5)
_ACTOR = "system:second_reader"


def second_read(id: str) -> None:
    run(services(), load_second(), id)


@cache
def load_second() -> WoundModelThatSpeaks | None:
    """Never raises: without one the opinion is "no answer"."""
    try:
        return second_reader(environment())
    except Exception as error:
        log.error("second_reader_missing", extra={"error": type(error).__name__})
        return None


def run(house: Services, model: WoundModelThatSpeaks | None, id: str) -> None:
    with house.acting() as tx:
        mine = claim_second(tx, id, _LEASE, _ACTOR)
        content = picture(tx, f"photo:{id}") if mine else None
    if not mine:
        return
    opinion = _ask(model, content) if model and content else None
    with house.acting() as tx:
        weigh(tx, id, opinion, house.rules)


def _ask(model: WoundModelThatSpeaks, content: bytes) -> Opinion | None:
    try:
        return model.ask(decode(content, side=LONGEST_SIDE))
    except Exception as error:
        # Its own words may hold the answer or an address.
        log.warning("second_reader_failed", extra={"error": type(error).__name__})
        return None
