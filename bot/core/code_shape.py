"""How a case's code is written: four characters of Crockford's alphabet, in which nobody confuses 0
with O or 1 with I when reading it aloud."""

import re

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 4
CODE = re.compile(rf"\b[{CODE_ALPHABET}]{{{CODE_LENGTH}}}\b", re.IGNORECASE)
# Letters and digits that change twice are no word, no vital sign and no measure: 7K2F, not FC96.
_MIXED = re.compile(r"\d+[a-z]+\d[a-z0-9]*|[a-z]+\d+[a-z][a-z0-9]*", re.IGNORECASE)


def is_mixed(code: str) -> bool:
    return _MIXED.fullmatch(code) is not None


def without_codes(text: str) -> str:
    """With blanks in the place of every case that is named."""
    return CODE.sub(lambda m: " " * CODE_LENGTH if is_mixed(m[0]) else m[0], text)
