"""A number that a nurse types as an answer: "26", "38,5", "97 %", "4 x 3 cm"."""

import re

_NUMBER = r"(\d{1,4}(?:[.,]\d{1,2})?)"
_UNIT = r"(?:cm2|cm²|cms?|%|°\s?c?|grados?|mmhg|/\s?min|rpm|lpm|bpm|x'|por min\w*|c)?"
_ONE = re.compile(rf"\s*{_NUMBER}\s*{_UNIT}\s*\.?\s*", re.IGNORECASE)
_PRODUCT = re.compile(
    rf"\s*{_NUMBER}\s*(?:cms?)?\s*[x×*]\s*{_NUMBER}\s*(?:cms?)?\s*\.?\s*", re.IGNORECASE
)


def number_in(text: str) -> str | None:
    """As Question.score takes it; length times width is multiplied. None for anything else."""
    if one := _ONE.fullmatch(text):
        return one[1].replace(",", ".")
    if both := _PRODUCT.fullmatch(text):
        length, width = (float(side.replace(",", ".")) for side in both.groups())
        return f"{length * width:.2f}"
    return None
