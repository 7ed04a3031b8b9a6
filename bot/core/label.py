"""What a clinician says of a wound: kept for later training, beside what the reader had said."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.assessment import Category, Tissue


class LabelKind(StrEnum):
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Label:
    """`category` is None for what is no pressure injury. `note` is the clinician's own words."""

    kind: LabelKind
    category: Category | None
    tissue: Tissue | None = None
    note: str = ""


class Closing(StrEnum):
    """How a case ended, in the words of who closed it."""

    HEALED = "healed"
    TREATED = "treated"
    REFERRED = "referred"
    NOT_A_WOUND = "not_a_wound"
    DUPLICATE = "duplicate"
    OTHER = "other"
