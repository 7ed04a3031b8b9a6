"""What was read in a photo. A category exists only where a model ran."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isclose, isfinite


class Category(StrEnum):
    """Pressure injury categories, NPIAP 2016 definitions."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"
    UNSTAGEABLE = "unstageable"
    DEEP_TISSUE = "deep_tissue"


DEEP = frozenset({Category.III, Category.IV, Category.UNSTAGEABLE, Category.DEEP_TISSUE})


class Tissue(StrEnum):
    """What lies in the wound bed."""

    ESCHAR = "eschar"
    SLOUGH = "slough"
    GRANULATION = "granulation"


# A kind of tissue is named from this probability on.
SEEN_FROM = 0.5
# A category is shown from this rounded percentage on.
LIKELY_FROM = 5


class Notice(StrEnum):
    """What the nurse should know of a photo that was read all the same."""

    SEVERAL_WOUNDS = "several_wounds"
    FACE_IN_FRAME = "face_in_frame"


class Outcome(StrEnum):
    ASSESSED = "assessed"
    NOT_ASSESSED = "not_assessed"


class NotAssessed(StrEnum):
    """Why a photo has no result. Each has its own words for the nurse."""

    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_IMAGE = "unsupported_image"
    DAMAGED_IMAGE = "damaged_image"
    IMAGE_TOO_LARGE = "image_too_large"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    OVEREXPOSED = "overexposed"
    NOT_A_BODY = "not_a_body"
    FACE = "face"
    NO_WOUND_SEEN = "no_wound_seen"
    UNSURE = "unsure"
    UNFAMILIAR = "unfamiliar"
    MODEL_MISSING = "model_missing"
    MODEL_FAILED = "model_failed"
    PHOTO_MISSING = "photo_missing"


@dataclass(frozen=True, slots=True)
class CategoryDistribution:
    """Calibrated probability of each category; they sum to 1 within 1e-6."""

    probabilities: Mapping[Category, float]

    def __post_init__(self) -> None:
        if set(self.probabilities) != set(Category):
            raise ValueError("a distribution names every category exactly once")
        values = self.probabilities.values()
        if not all(isfinite(p) and 0.0 <= p <= 1.0 for p in values):
            raise ValueError("a probability lies outside 0 to 1")
        if not isclose(sum(values), 1.0, abs_tol=1e-6):
            raise ValueError("the probabilities do not sum to 1")

    @property
    def p_deep(self) -> float:
        return min(1.0, sum(self.probabilities[category] for category in DEEP))

    @property
    def ranked(self) -> tuple[tuple[Category, float], ...]:
        """Most probable first."""
        return tuple(sorted(self.probabilities.items(), key=lambda item: -item[1]))

    @property
    def likely(self) -> tuple[tuple[Category, float], ...]:
        """Those that a person is shown, most probable first: at least one."""
        return tuple((category, p) for category, p in self.ranked if round(100 * p) >= LIKELY_FROM)


@dataclass(frozen=True, slots=True)
class Quality:
    """Plain measurements of the picture. Brightness in 0 to 1, sharpness without unit."""

    width: int
    height: int
    brightness: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading one photo.

    Only `assessed` builds one with categories, and it needs the name of the model that ran;
    `not_assessed` can carry no category at all. `plausible` is the conformal set: the true category
    lies in it as often as the model's configuration states. `tissue` gives each kind's probability
    of being seen.
    """

    outcome: Outcome
    model: str | None
    reason: NotAssessed | None = None
    quality: Quality | None = None
    p_wound: float | None = None
    categories: CategoryDistribution | None = None
    plausible: frozenset[Category] = frozenset()
    tissue: Mapping[Tissue, float] = field(default_factory=dict)
    notices: frozenset[Notice] = frozenset()

    def __post_init__(self) -> None:
        if self.outcome is Outcome.ASSESSED:
            if self.categories is None or not self.model or self.reason is not None:
                raise ValueError("an assessed photo has categories, a model and no reason")
        elif self.categories is not None or self.plausible or self.tissue or self.reason is None:
            raise ValueError("a photo that was not assessed has a reason and no categories")

    @property
    def p_deep(self) -> float | None:
        return None if self.categories is None else self.categories.p_deep


def depth(reading: Reading) -> float:
    """To find the gravest of several: below 0 where none of them has a category."""
    return -1.0 if reading.p_deep is None else reading.p_deep


def assessed(
    categories: CategoryDistribution,
    *,
    model: str,
    p_wound: float | None,
    quality: Quality,
    plausible: frozenset[Category] = frozenset(),
    tissue: Mapping[Tissue, float] | None = None,
    notices: frozenset[Notice] = frozenset(),
) -> Reading:
    return Reading(
        Outcome.ASSESSED,
        model,
        None,
        quality,
        p_wound,
        categories,
        plausible,
        tissue or {},
        notices,
    )


def not_assessed(
    reason: NotAssessed,
    *,
    model: str | None = None,
    quality: Quality | None = None,
    p_wound: float | None = None,
) -> Reading:
    return Reading(Outcome.NOT_ASSESSED, model, reason, quality, p_wound)
