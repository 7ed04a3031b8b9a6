"""Two sizes and a time: "3 cm -> 6 cm in a day", "rojo de 5 a 11 cm entre turnos"."""

import re
from collections.abc import Iterator

from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.numerals import with_digits

_SIZE = r"(\d+(?:[.,]\d+)?)\s*(?:x\s*\d+(?:[.,]\d+)?)?\s*(?:cms?2?|mm|centimetros|centimeters)?"
_WHEN = (
    r"(?:hoy|ahora|now|today|tonight|this (?:morning|evening|shift)|esta (?:manana|tarde|noche))"
)
_THEN = r"(?:ayer|anoche|antes|yesterday|before|previously|was|was only|last (?:night|evening)|vs)"
_WEEKDAY = (
    r"(?:domingo|lunes|martes|miercoles|jueves|viernes|sabado"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_DAY = rf"(?:el |on )?{_WEEKDAY}"
# What counts pieces or time is no size: "hoy 20 min".
_END = r"(?![\d/:]|\s*(?:min|h\b|hrs|mg|ml|cc|dias|days|%))"
_SMALLER_FIRST = re.compile(
    rf"(?<![\d.,/]){_SIZE}\s*(?:->|→|=>|to|a|hasta"
    rf"|,? ?(?:y |and |but |pero )?(?:is |ya )?(?:{_WHEN}|{_DAY})(?: [a-z']+){{0,3}}?)"
    rf"\s*{_SIZE}{_END}"
)
_LARGER_FIRST = re.compile(
    rf"(?<![\d.,/]){_SIZE}[a-z ]{{0,16}},?\s*{_THEN}\s+(?:[a-z]+ ){{0,3}}?{_SIZE}{_END}"
)
_MEASURED = re.compile(r"\d\s*(?:cms?2?|mm|centim\w+)\b|\d\s?x\s?\d")
_SOON = re.compile(
    r"\b(?:(?<!every )day|(?<!cada )(?<!cada \d )dias?|ayer|anoche|yesterday|overnight|hoy|today"
    r"|tonight|hours?|horas?|hrs?|\d+ ?h|turnos?|shift|noche|night|mornings?|manana|tarde|evening"
    rf"|midnight|noon|ahora|now|{_WEEKDAY})\b"
)
_SLOW = re.compile(r"\b(?:semanas?|weeks?|mes|meses|months?|anos?|years?)\b")
_RED = re.compile(
    r"\b(?:rojo|roja|rojez|eritema|enrojecimiento|rubor|celulitis|red|redness|erythema|halo)\b"
)
_SENTENCE = re.compile(r"[^!?;\n]+")
# A wound has doubled; a redness has spread as soon as it is clearly larger.
_DOUBLED, _SPREAD = 2.0, 1.3


def growth_in(flat: str) -> Iterator[tuple[RedFlagKind, int, int]]:
    """Offsets of the two sizes. `flat` is lower case without accents."""
    flat = with_digits(flat)
    for part in _SENTENCE.finditer(flat):
        sentence = part[0]
        if not _MEASURED.search(sentence) or not _SOON.search(sentence) or _SLOW.search(sentence):
            continue
        red = bool(_RED.search(sentence))
        for pattern, first, second in ((_SMALLER_FIRST, 1, 2), (_LARGER_FIRST, 2, 1)):
            for match in pattern.finditer(sentence):
                before, after = (float(match[at].replace(",", ".")) for at in (first, second))
                if before > 0 and after >= before * (_SPREAD if red else _DOUBLED):
                    kind = RedFlagKind.SPREADING_ERYTHEMA if red else RedFlagKind.RAPID_GROWTH
                    yield kind, part.start() + match.start(), part.start() + match.end()
