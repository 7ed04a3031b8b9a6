"""Finds the danger signs in a text."""

import re

from bot.core.redflags.kinds import RedFlag, RedFlagKind

_SIGNS = {
    RedFlagKind.FEVER: r"(?<!sin )(?<!no )\b(fiebre|febril|fever)\b",
    RedFlagKind.HEAVY_BLEEDING: r"\b(sangra\w* mucho|bleeding heavily)\b",
}


def find_red_flags(text: str) -> tuple[RedFlag, ...]:
    found = (
        (kind, re.search(sign, text, re.IGNORECASE)) for kind, sign in _SIGNS.items()
    )
    return tuple(RedFlag(kind, match[0]) for kind, match in found if match)
