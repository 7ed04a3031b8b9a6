"""The onboard reader: quality, gate, category distribution, tissue, outline."""

import logging
import math
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.core.assessment import (
    Category,
    CategoryDistribution,
    NotAssessed,
    Notice,
    Quality,
    Tissue,
    assessed,
    not_assessed,
)
from bot.core.ports import PhotoReader, ReadPhoto
from bot.settings import CHECKOUT
from jobs.vision import model as models
from jobs.vision.decode import NotReadable, decode, size
from jobs.vision.model import KINDS, Array, Look, WoundModel, pooled
from jobs.vision.overlay import LONGEST_SIDE, draw_overlay, outlined
from jobs.vision.quality import measure, problem

log = logging.getLogger(__name__)

WEIGHTS = Path(__file__).parent / "weights"
_WITHOUT_WOUND = (NotAssessed.NOT_A_BODY, NotAssessed.NO_WOUND_SEEN)
LEGEND = CHECKOUT / "templates" / "overlay" / "legend.txt"


class OnboardReader:
    """A `PhotoReader`. Without a model (None) every answer is "model missing"."""

    def __init__(self, model: WoundModel | None, legend: str) -> None:
        self._model = model
        self._legend = legend

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
            return self._run(self._model, image, quality)
        except Exception as error:
            # Whatever breaks inside the model must end as an outcome that a person sees.
            log.error("model_failed", extra={"error": type(error).__name__})
            return ReadPhoto(not_assessed(NotAssessed.MODEL_FAILED, quality=quality))

    def _run(self, model: WoundModel, image: Image.Image, quality: Quality) -> ReadPhoto:
        config = model.config
        look = model.eye.look(image)
        features = pooled(look)
        gate = _softmax(model.gate.logits(features))
        p_wound = float(gate[KINDS.index("wound")])
        if not math.isfinite(p_wound):
            raise ArithmeticError
        face = model.face.sees_face(image)
        reason = _refusal(model, gate, features)
        if reason and face and reason in _WITHOUT_WOUND:
            reason = NotAssessed.FACE
        if reason:
            refused = not_assessed(reason, model=config.name, quality=quality, p_wound=p_wound)
            return ReadPhoto(refused)
        categories = _distribution(model, features)
        likeliest = categories.ranked[0][0]
        reading = assessed(
            categories,
            model=config.name,
            p_wound=p_wound,
            quality=quality,
            plausible=frozenset(
                category
                for category, p in categories.ranked
                if p >= config.plausible_above or category is likeliest
            ),
            tissue=_tissue(model, features),
            notices=_notices(look, face=face),
        )
        return ReadPhoto(reading, draw_overlay(image, outlined(look), self._legend))


def _notices(look: Look, *, face: bool) -> frozenset[Notice]:
    found = {Notice.FACE_IN_FRAME: face, Notice.SEVERAL_WOUNDS: look.found.wounds > 1}
    return frozenset(notice for notice, there in found.items() if there)


def _refusal(model: WoundModel, gate: NDArray[np.float64], features: Array) -> NotAssessed | None:
    config = model.config
    p_wound = gate[KINDS.index("wound")]
    if p_wound < config.no_wound_below:
        skin = gate[KINDS.index("skin")] >= gate[KINDS.index("other")]
        return NotAssessed.NO_WOUND_SEEN if skin else NotAssessed.NOT_A_BODY
    if p_wound < config.wound_above:
        return NotAssessed.UNSURE
    if not model.familiar.distance(features) <= config.unfamiliar_above:
        return NotAssessed.UNFAMILIAR
    return None


def _distribution(model: WoundModel, features: Array) -> CategoryDistribution:
    p = _softmax(model.category.logits(features))
    named = zip(model.config.categories, p.tolist(), strict=True)
    return CategoryDistribution({Category(name): value for name, value in named})


def _tissue(model: WoundModel, features: Array) -> dict[Tissue, float]:
    p = 1 / (1 + np.exp(-model.tissue.logits(features).astype(np.float64)))
    if not np.isfinite(p).all():
        raise ArithmeticError
    named = zip(model.config.tissues, p.tolist(), strict=True)
    return {Tissue(name): value for name, value in named}


def _softmax(logits: Array) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(raised / raised.sum())


@cache
def load_reader() -> PhotoReader:
    """Never raises: without usable weights the reader says so of every photo."""
    return reader_from(WEIGHTS)


def reader_from(folder: Path) -> OnboardReader:
    try:
        model: WoundModel | None = models.load(folder)
    except Exception as error:
        log.error("model_missing", extra={"error": type(error).__name__})
        model = None
    return OnboardReader(model, LEGEND.read_text().strip())
