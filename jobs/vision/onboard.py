"""The onboard reader: quality, gate, category distribution, outline."""

import logging
import math
from functools import cache
from pathlib import Path

import torch
from PIL import Image

from bot.core.assessment import (
    Category,
    CategoryDistribution,
    NotAssessed,
    Quality,
    assessed,
    not_assessed,
)
from bot.core.ports import PhotoReader, ReadPhoto
from bot.settings import CHECKOUT
from jobs.vision import network
from jobs.vision.decode import NotReadable, decode, size
from jobs.vision.network import KINDS, WoundNet
from jobs.vision.overlay import LONGEST_SIDE, draw_overlay
from jobs.vision.quality import measure, problem
from jobs.vision.views import reading_views

log = logging.getLogger(__name__)

WEIGHTS = Path(__file__).parent / "weights"
LEGEND = CHECKOUT / "templates" / "overlay" / "legend.txt"


class OnboardReader:
    """A `PhotoReader`. Without a model (None) every answer is "model missing"."""

    def __init__(self, model: WoundNet | None, legend: str) -> None:
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

    @torch.inference_mode()
    def _run(self, model: WoundNet, image: Image.Image, quality: Quality) -> ReadPhoto:
        config = model.config
        views = model(reading_views(image, config.side))
        gate = (model.gate(views.pooled).mean(0) / config.gate_temperature).softmax(0)
        p_wound = float(gate[KINDS.index("wound")])
        if not math.isfinite(p_wound):
            raise ArithmeticError
        if p_wound < config.no_wound_below:
            skin = gate[KINDS.index("skin")] >= gate[KINDS.index("other")]
            reason = NotAssessed.NO_WOUND_SEEN if skin else NotAssessed.NOT_A_BODY
        elif p_wound < config.wound_above:
            reason = NotAssessed.UNSURE
        elif not float(model.strangeness(views.pooled[:1])) <= config.unfamiliar_above:
            reason = NotAssessed.UNFAMILIAR
        else:
            logits = model.category(views.pooled).mean(0) / config.category_temperature
            p = logits.double().softmax(0).tolist()
            named = zip(config.categories, p, strict=True)
            distribution = CategoryDistribution({Category(name): value for name, value in named})
            reading = assessed(distribution, model=config.name, p_wound=p_wound, quality=quality)
            mask = views.mask.sigmoid() - config.mask_above + 0.5
            overlay = draw_overlay(image, mask.clamp(0, 1).numpy(), self._legend)
            return ReadPhoto(reading, overlay)
        return ReadPhoto(not_assessed(reason, model=config.name, quality=quality, p_wound=p_wound))


@cache
def load_reader() -> PhotoReader:
    """Never raises: without usable weights the reader says so of every photo."""
    # More threads than one do not survive the fork in which each photo is read.
    torch.set_num_threads(1)
    return reader_from(WEIGHTS)


def reader_from(folder: Path) -> OnboardReader:
    try:
        model: WoundNet | None = network.load(folder)
    except Exception as error:
        log.error("model_missing", extra={"error": type(error).__name__})
        model = None
    return OnboardReader(model, LEGEND.read_text().strip())
