"""The patient's code as the site writes it. It is found in a caption and kept as a pseudonym."""

import re

from bot.core.redflags.tokens import composed, plain

DEFAULT_PATTERN = r"\b[A-Z]{2,4}-\d{3,8}\b"

_PATIENT = r"(?:paciente|pcte|pte|pac|patient(?:\W?s)?|pt)"
_NAME = r"(?:codigo|cod|code|id)"
_OF = r"(?:(?:de|del|of)\W(?:(?:la|the)\W)?)?"
_LABEL = rf"\b(?:{_NAME}\W{{1,2}}{_OF}{_PATIENT}|{_PATIENT}\W{{1,2}}{_NAME})\b"
# "AB-12", "AB 12", "es 12345": a digit in the first word behind it, or behind a few letters.
_LABELLED = re.compile(
    rf"{_LABEL}[^\w\n]{{0,3}}(?:(?:es|is)\b[^\w\n]{{1,2}})?(?:[a-z]{{1,4}} )?[a-z/_.-]{{0,20}}\d"
)
# One piece of an expression and how often it stands at least; groups were opened before.
_PIECE = re.compile(r"(\\.|\[[^\]]+\]|[^\\[\]])(?:\{(\d+)(?:,\d*)?\}|([?*+]))?")
_LOOKED_AT = re.compile(r"\(\?<?[!=][^()]*\)")
_FIRST_OF_GROUP = re.compile(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)")
_SHOWN = {r"\d": "0", r"\w": "A", r"\s": " ", r"\b": "", "^": "", "$": ""}


def find_patient_code(text: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.search(text.upper())
    return found.group(0) if found else None


def looks_like_code(text: str) -> bool:
    """One or two short words with a digit: meant as a code, even where the site writes others."""
    words = text.split()
    return 1 <= len(words) <= 2 and len(text) <= 24 and any(one.isdigit() for one in text)


def labels_code(text: str) -> bool:
    """Whether a patient's code is said by that name, however it is written."""
    return _LABELLED.search(plain(composed(text))) is not None


def code_form(pattern: re.Pattern[str]) -> str | None:
    """The shortest code that the site would write, of the letter A and the digit 0; None for an
    expression with more in it than classes, counts and choices."""
    flat = _FIRST_OF_GROUP.sub(r"\1", _LOOKED_AT.sub("", pattern.pattern))
    form = "".join(_shown(piece) * least for piece, least in _pieces(flat))
    return form if form and find_patient_code(form, pattern) == form else None


def _pieces(expression: str) -> list[tuple[str, int]]:
    found = _PIECE.findall(expression)
    return [(piece, int(count or mark not in ("?", "*"))) for piece, count, mark in found]


def _shown(piece: str) -> str:
    first = re.match(r"\[(\\.|.)", piece)
    one = first[1] if first else piece
    return _SHOWN.get(one, one.removeprefix("\\"))
