"""Since when a wound is there, as a nurse writes it in answer to that question."""

import re

from bot.core.redflags.numerals import with_digits
from bot.core.redflags.tokens import composed, plain

# The last day of each answer; the last answer has none.
_ANSWERS = (("today", 0), ("this_week", 6), ("two_weeks", 14))
_LONGER = "longer"

_LEAD = r"(?:desde|hace|lleva|dura|tiene|ya|since|for|it has been|si|yes)"
_ABOUT = r"(?:como|unos|unas|casi|aprox\w*|mas o menos|about|around|approx\w*|almost|nearly)"
_TAIL = r"(?:atras|ago|now|ya|gracias|thanks|doctora?|dra?)"
_UNITS = {
    r"h(?:ora|r|our)?s?": 0,
    r"d(?:ia|ay)?s?": 1,
    r"(?:sem(?:ana)?|week|wk)s?": 7,
    r"mes(?:es)?|months?": 30,
    r"anos?|years?|yrs?": 365,
}
_UNIT = "|".join(_UNITS)
_BOUND = r"(?:(?P<over>mas de|over|more than) |(?P<under>menos de|under|less than) )?"
_COUNT = r"(?P<low>\d{1,3}|una?|an?|one)(?: ?(?:-|a|o|to|or) ?(?P<high>\d{1,3}))? ?"
_FEW = r"(?P<few>(?:(?:a )?few|pocos|unos pocos) )?"
_SPAN = re.compile(
    rf"(?:{_LEAD} )*(?P<about>(?:{_ABOUT} )*){_BOUND}(?:{_COUNT}|{_FEW})(?P<unit>{_UNIT})"
    rf"(?P<after>(?: {_ABOUT})*)(?: {_TAIL})*"
)
_TODAY = frozenset({"hoy", "today", "this morning", "esta manana", "esta tarde", "esta noche"})
_THIS_WEEK = frozenset({"ayer", "anoche", "anteayer", "antier", "yesterday", "last night"})
_DAY = re.compile(
    rf"(?:{_LEAD} )*(?P<day>{'|'.join(_TODAY | _THIS_WEEK)})"
    rf"(?: (?:en|por|a) la (?:manana|tarde|noche)| (?:morning|afternoon|evening))?(?: {_TAIL})*"
)
_NEVER_ENDS = 10**6
# More years are the patient's: "tiene 80 años".
_MOST_YEARS = 20


def since_when(text: str) -> str | None:
    """One of the answers to that question; None where the time is unclear, or would be two of
    them."""
    flat = " ".join(re.sub(r"[.,;!]+", " ", with_digits(plain(composed(text)))).split())
    day = _DAY.fullmatch(flat)
    if day:
        return "today" if day["day"] in _TODAY else "this_week"
    span = _SPAN.fullmatch(flat)
    days = _days(span) if span else None
    if days is None:
        return None
    first, last = map(_answer, days)
    return first if first == last else None


def _answer(days: int) -> str:
    return next((answer for answer, most in _ANSWERS if days <= most), _LONGER)


def _days(span: re.Match[str]) -> tuple[int, int] | None:
    """The fewest and the most."""
    size = next(days for unit, days in _UNITS.items() if re.fullmatch(unit, span["unit"]))
    vague = bool(span["about"] or span["after"])
    if span["low"] is None:
        return _uncounted(span, size)
    low = int(span["low"]) if span["low"].isdigit() else 1
    high = int(span["high"] or low)
    if size == 365 and high > _MOST_YEARS:
        return None
    if size == 0:
        # How many of them are of today depends on the hour.
        low, high = low // 24, 0 if high <= 12 else -(-high // 24)
    else:
        low, high = low * size, high * size
    if span["over"]:
        return low + 1, _NEVER_ENDS
    if span["under"]:
        return (1, high - 1) if high > 1 else None
    # "15 días" is how two weeks are said.
    fortnight = size == 1 and low == high == 15
    return low - (vague or fortnight), high + vague


def _uncounted(span: re.Match[str], size: int) -> tuple[int, int] | None:
    if span["over"] or span["under"]:
        return None
    if size == 1 and (span["few"] or re.search(r"\bunos\b", span["about"])):
        return 2, 6
    # "Meses", "years".
    return (2 * size, _NEVER_ENDS) if size >= 30 and span["unit"].endswith("s") else None
