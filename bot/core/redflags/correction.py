"""Numbers that the nurse takes back: "36.9 not 39.6", "dije 39 y era 36,9", "85 con el dedo
pintado, en el otro 98"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.redflags.scores import Measured, Vital

_DEGREES = r"(?:3[3-9]|4[0-2])(?:[.,]\d{1,2})?"
_PRESSURE = r"\d{2,3}\s?/\s?\d{2,3}"
# Only like is put in the place of like: a temperature, a pressure, another vital sign.
_LIKE = (_DEGREES, _PRESSURE, r"\d{2,3}")
_UNIT = r"(?:\s?(?:°\s?c?|grados|degrees|c\b|%))?"
_LINK = r"[\s,:;()-]*"
_SLIP = (
    r"(?:sorry|soz|oops|ups|perdon|perdona|disculpa|disculpe|digo|miento|i mean|i meant|meant"
    r"|quise (?:decir|poner|escribir)|corrijo|correccion|correction|typo|scratch that"
    r"|make that|mejor dicho|rectifico)"
)
_SAID = (
    r"(?:dije|puse|escribi|anote|mande|digite|marque|lei|i (?:said|wrote|put|typed|read)"
    r"|wrote|typed|misread|said|puso|anoto)"
)
_IS = (
    r"(?:eran?|es|son|fue|quise (?:decir|poner|escribir)|meant(?: to (?:say|write|put))?|it was"
    r"|it's|its|was|is|should (?:be|read|say|have been)|debe decir|debia decir|en realidad)"
)
_ARTEFACT = (
    r"(?:manguito|brazalete|cuff|esmalte|dedos? (?:pintad|fri|helad)\w*|unas? pintad\w*"
    r"|nail (?:varnish|polish)|probe|sensor|monitor|display|electrodo|artefact\w*|artifact\w*"
    r"|mal (?:puest|tomad|medid|leid)\w*|cold (?:finger|hand)s?|faulty|broken|rot[oa]|mal[oa]"
    r"|pilas?|batter(?:y|ies))"
)
_RIGHT = (
    r"(?:correct[oa]?|otr[oa]|buen[oa]|real|manual(?:mente|ly)?|repetid[oa]|al repetir"
    r"|recontrol\w*|proper|right|other|retaken|recheck(?:ed)?|repeat(?:ed)?|actually|at rest|ear"
    r"|oreja)"
)
# What is no temperature though it is as large: a bed, an age, a size.
_COUNTS_OTHERWISE_BEFORE = re.compile(
    r"\b(?:cama|bed|box|sala|room|pieza|hab\w*|edad|age[ds]?|talla|peso|pesa|weighs?|mide|hto|hb"
    r"|hct|sat\w*|spo2|f[cr]|rr|hr|pulso?e?|num\w*|unit|ward)\b[^.;\n]{0,20}$"
)
_COUNTS_OTHERWISE = re.compile(
    r"\s?(?:cms?\b|mm|kg|kilos|anos|years|yrs|semanas|weeks|dias|days|min|ml|cc|%|x\b|por minuto)"
)
_NO_DIGIT = r"(?<![\d.,/])"
_ANY = rf"(?:{_PRESSURE}|\d{{2,3}}(?:[.,]\d)?)"
_END = r"(?![\d/])"
_BACK, _HOLDS = rf"(?P<back>{_ANY}){_END}", rf"(?P<holds>{_ANY}){_END}"


@dataclass(frozen=True, slots=True)
class Correction:
    """Offsets of the number that no longer counts, `start` to `end`, and of the one that does."""

    start: int
    end: int
    holds_start: int
    holds_end: int


def _patterns(number: str) -> Iterator[re.Pattern[str]]:
    back, holds = rf"(?P<back>{number}){_END}", rf"(?P<holds>{number}){_END}"
    yield re.compile(
        rf"{_NO_DIGIT}{holds}{_UNIT}{_LINK}(?:y |and )?(?:not|no|en vez de|instead of|rather than)"
        rf" (?:de )?{back}(?!\s?(?:cm|mm|h\b|hrs|min|l\b|dias|days))"
    )
    yield re.compile(
        rf"{_NO_DIGIT}{back}{_UNIT}{_LINK}(?:(?:no|nah),? )?{_SLIP}{_LINK}"
        rf"(?:[a-z']+ ){{0,2}}?{holds}"
    )
    yield re.compile(
        rf"\b{_SAID} (?:[a-z]+ ){{0,2}}?{back}{_UNIT}{_LINK}(?:[a-z]+ ){{0,2}}?{_IS}"
        rf" (?:de |un |a )?{holds}"
    )
    yield re.compile(
        rf"{_NO_DIGIT}{holds}{_UNIT}{_LINK}{_SAID} (?:[a-z]+ ){{0,2}}?{back}{_UNIT}{_LINK}"
        r"(?:by (?:mistake|accident)|in error|por (?:error|equivocacion)|al reves|mal\b|wrong)"
    )
    yield re.compile(
        rf"\b(?:ignore|forget|disregard|olvid\w+|borr\w+|descart\w+) (?:the |that |el |la |lo de )?"
        rf"{back}{_UNIT}[^;!?\d\n]{{0,50}}\b(?:is|es|tiene|has|was|era|marca) {holds}"
    )
    yield re.compile(
        rf"\b(?:no|not|wasn't|isn't) (?:era |es |was |it's |it was )?(?:de |a )?{back}"
        rf"{_UNIT}{_LINK}(?:sino|but|it's|it was|era|es|son)\s(?:que )?(?:de |a )?{holds}"
    )


_TAKEN_BACK = (
    *(pattern for number in _LIKE for pattern in _patterns(number)),
    re.compile(
        rf"{_NO_DIGIT}{_BACK}[^;!?\n]{{0,40}}\b{_ARTEFACT}\b[^;!?\n]{{0,40}}\b{_RIGHT}\b"
        rf"[a-z ,:']{{0,20}}{_HOLDS}"
    ),
    re.compile(
        rf"{_NO_DIGIT}{_BACK}[^;!?\n]{{0,40}}\b{_ARTEFACT}\b[^;!?\d\n]{{0,20}}{_HOLDS}"
        rf"[a-z ]{{0,20}}\b{_RIGHT}\b"
    ),
)


def corrections_in(flat: str) -> Iterator[Correction]:
    """`flat` is lower case without accents."""
    for pattern in _TAKEN_BACK:
        for match in pattern.finditer(flat):
            yield Correction(*match.span("back"), *match.span("holds"))


def corrected(measured: Iterable[Measured], flat: str) -> Iterator[Measured]:
    """The same with what holds in the place of what was taken back. A corrected temperature needs
    no name: "dije 36 y era 39"."""
    corrections = tuple(corrections_in(flat))
    for one in measured:
        at = next((c for c in corrections if one.start <= c.start and c.end <= one.end), None)
        yield one if at is None else _held(one.vital, at, flat)
    for correction in corrections:
        if _is_degrees(correction, flat):
            yield _held(Vital.TEMPERATURE, correction, flat)


def _held(vital: Vital, correction: Correction, flat: str) -> Measured:
    start, end = correction.holds_start, correction.holds_end
    value = float(flat[start:end].split("/")[0].replace(",", "."))
    return Measured(vital, value, start, end)


def _is_degrees(one: Correction, flat: str) -> bool:
    numbers = flat[one.start : one.end], flat[one.holds_start : one.holds_end]
    first, last = min(one.start, one.holds_start), max(one.end, one.holds_end)
    return (
        all(re.fullmatch(_DEGREES, number) for number in numbers)
        and not _COUNTS_OTHERWISE_BEFORE.search(flat[:first])
        and not _COUNTS_OTHERWISE.match(flat, last)
    )
