"""Forms that nobody has filled in: "Fever Y/N __", "Fiebre: ____", "pus [ ]"."""

import re

_CHOICE = r"(?:\(\s?)?(?:y(?:es)?|s|si)\s?/\s?no?\b(?:\s?\))?"
_LINE = r"(?:_{2,}|\.{4,}|\[\s*\]|\(\s+\)|☐|□)"
_FILLED = r"(?:y|yes|s|si|x|n|no|\+|\d|✓|✔)"
# A letter or number on the line, or at once behind it, fills it in.
_UNFILLED = re.compile(
    rf"\s*[:=?]?\s*(?:{_CHOICE}\s*[:=?]?\s*{_LINE}|{_LINE}|{_CHOICE}(?=[\s,;]|$))"
    rf"(?!\s*[:=,]?\s*{_FILLED}(?![a-z]))(?!\w)"
)
_BOX_BEFORE = re.compile(r"(?:\[\s*\]|☐|□)\s*$")
# Nobody knows whether it is of the word before it or behind it.
_TICK_BEFORE = re.compile(r"(?:\[\s*[xy✓✔]\s*\]|☒|☑|✅)\s*$")


def is_unfilled(flat: str, start: int, end: int) -> bool:
    """Whether what stands from `start` to `end` is the name of an empty field. `flat` is lower case
    without accents."""
    before = flat[max(0, start - 6) : start]
    if _TICK_BEFORE.search(before):
        return False
    return bool(_UNFILLED.match(flat, end) or _BOX_BEFORE.search(before))
