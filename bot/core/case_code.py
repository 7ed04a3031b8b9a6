"""The short name of a case."""

import secrets

from bot.core.code_shape import CODE_ALPHABET, CODE_LENGTH, is_mixed
from bot.core.decision_table import shipped_table
from bot.core.redflags import find_red_flags

_NAMED_AS = ("caso {}", "{} mide 3 cm")


def new_code() -> str:
    """A short name to say aloud. Uniqueness is the store's business."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if is_mixed(code) and is_harmless(code):
            return code


def is_harmless(code: str) -> bool:
    """Whether naming the case is no alarm: C42C reads as a temperature, FR7S as a breathing
    rate."""
    limits = shipped_table().limits
    return not any(find_red_flags(phrase.format(code), limits) for phrase in _NAMED_AS)
