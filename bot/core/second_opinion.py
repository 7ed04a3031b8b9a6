"""What a second reader said of a photo, and whether it says the same as the first."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.assessment import CategoryDistribution, Tissue

_HALF = 0.5


class Agreement(StrEnum):
    SAME = "same"
    OTHER_CATEGORY = "other_category"
    OTHER_DEPTH = "other_depth"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Description:
    """The second reader's own words; nobody has checked them."""

    bed: str
    edges: str
    skin: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """`categories` is None where it saw no wound."""

    model: str
    categories: CategoryDistribution | None
    tissue: frozenset[Tissue]
    description: Description


def compare(first: CategoryDistribution, second: Opinion | None) -> Agreement:
    """Deep or not is what sends a case to a person; seeing no wound is another depth too."""
    if second is None:
        return Agreement.NO_ANSWER
    if second.categories is None:
        return Agreement.OTHER_DEPTH
    if (first.p_deep >= _HALF) != (second.categories.p_deep >= _HALF):
        return Agreement.OTHER_DEPTH
    same = first.ranked[0][0] is second.categories.ranked[0][0]
    return Agreement.SAME if same else Agreement.OTHER_CATEGORY
