"""MedGemma alone. It draws no outline, and its shares were calibrated by nobody."""

import logging

from bot.core.assessment import NotAssessed, assessed, not_assessed
from bot.core.ports import PhotoReader, ReadPhoto
from bot.wiring import environment
from jobs.vision.decode import NotReadable, decode, size
from jobs.vision.opinion import WoundModelThatSpeaks
from jobs.vision.overlay import LONGEST_SIDE
from jobs.vision.quality import measure, problem
from jobs.vision.second_reader import second_reader

log = logging.getLogger(__name__)


def load() -> PhotoReader:
    try:
        model: WoundModelThatSpeaks | None = second_reader(environment())
    except Exception as error:
        log.error("model_missing", extra={"error": type(error).__name__})
        model = None
    return MedGemmaReader(model)


class MedGemmaReader:
    """A `PhotoReader`. Without a model (None) every answer is "model missing"."""

    def __init__(self, model: WoundModelThatSpeaks | None) -> None:
        self._model = model

    def read(self, photo: bytes) -> ReadPhoto:
        try:
            width, height = size(photo)
            image = decode(photo, side=LONGEST_SIDE)
        except NotReadable as unreadable:
            return ReadPhoto(not_assessed(unreadable.reason))
        quality = measure(image, width, height)
        reason = problem(quality)
        if reason:
            return ReadPhoto(not_assessed(reason, quality=quality))
        if self._model is None:
            return ReadPhoto(not_assessed(NotAssessed.MODEL_MISSING, quality=quality))
        try:
            opinion = self._model.ask(image)
        except Exception as error:
            # Whatever breaks inside the model must end as an outcome that a person sees.
            log.error("model_failed", extra={"error": type(error).__name__})
            return ReadPhoto(not_assessed(NotAssessed.MODEL_FAILED, quality=quality))
        if opinion.categories is None:
            # Nobody measured how often it overlooks a wound: a person looks.
            unsure = not_assessed(NotAssessed.UNSURE, model=opinion.model, quality=quality)
            return ReadPhoto(unsure)
        return ReadPhoto(
            assessed(opinion.categories, model=opinion.model, p_wound=None, quality=quality)
        )
