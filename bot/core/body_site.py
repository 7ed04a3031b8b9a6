"""Where on the body a wound is, by name or as a nurse writes it."""

import re
from collections.abc import Collection
from enum import StrEnum

from bot.core.redflags.tokens import composed, plain


class BodySite(StrEnum):
    """The places where pressure injures most often. Any other is kept in the nurse's words."""

    SACRUM = "sacrum"
    HEEL_RIGHT = "heel_right"
    HEEL_LEFT = "heel_left"
    HIP_RIGHT = "hip_right"
    HIP_LEFT = "hip_left"
    BUTTOCK_RIGHT = "buttock_right"
    BUTTOCK_LEFT = "buttock_left"


LONGEST_SITE = 60

_AREAS = {
    "sacrum": r"sacr[oa]|sacrum|sacral|region sacra",
    "heel": r"talon(?:es)?|heels?",
    "hip": r"cadera|trocanter(?:ica|ico)?|trocantereo|trocanterea|hip|trochanter(?:ic)?",
    "buttock": r"gluteo|glutea|nalga|isquion|isquiatica|isquiatico|buttock|ischium|ischial",
}
_SIDES = {
    # "Right above the heel", "all right" and "left open to air" are no sides.
    "right": r"derech[oa]|der|dcho|dcha|(?<!\ball )right"
    r"(?! (?:on|above|below|over|under|at|near|by|beside|behind|where|there|here|now)\b)",
    "left": r"izquierd[oa]|izqd?[oa]?|izd[oa]|(?<!\bshe )(?<!\bhe )(?<!\bwas )left"
    r"(?! (?:open|alone|uncovered|exposed|untreated|without|with|out|off)\b)",
}
_CLAUSE_ENDS = re.compile(r"[,.;:()\n]|(?<=\?)|\b(?:pero|but)\b")
# A place that is only ruled out, guessed or asked back, or more than one, is for the nurse to say.
_UNSURE = re.compile(
    r"\?|\b(?:sin|no|ni|niega|ambos|ambas|creo|quizas?|tal vez|a lo mejor|puede ser"
    r"|without|not|nor|denies|both|think|maybe|perhaps|probably)\b"
)
_SEVERAL = re.compile(r"\b(?:talones|heels)\b")
_WORD = re.compile(r"[a-z]+")
_AROUND = r"el|la|es|esta|al|a|lado|del|en|the|it|s|its|is|on|side|one"
_ONLY_A_SIDE = {
    side: re.compile(rf"(?:(?:{_AROUND}) )*(?:{words})(?: (?:{_AROUND}))*")
    for side, words in _SIDES.items()
}


def find_site(text: str) -> BodySite | None:
    """The only place named, with its side where it has two. None where in doubt."""
    said = _surely_said(text)
    areas, sides = _named(_AREAS, said), _named(_SIDES, said)
    if len(areas) != 1 or len(sides) > 1:
        return None
    if areas[0] == BodySite.SACRUM:
        return BodySite.SACRUM
    return BodySite(f"{areas[0]}_{sides[0]}") if sides else None


def sites_without_side(text: str) -> list[BodySite]:
    """Both sides of the only place named, where its side alone is missing. Empty where in doubt."""
    said = _surely_said(text)
    areas = _named(_AREAS, said)
    if len(areas) != 1 or areas[0] == BodySite.SACRUM:
        return []
    if _named(_SIDES, said) or _SEVERAL.search(said):
        return []
    return [BodySite(f"{areas[0]}_{side}") for side in _SIDES]


def site_of_side(text: str, offered: Collection[str]) -> BodySite | None:
    """The only one of the offered places on the side that is said, where nothing else is."""
    words = " ".join(_WORD.findall(plain(composed(text))))
    sides = [side for side, pattern in _ONLY_A_SIDE.items() if pattern.fullmatch(words)]
    if len(sides) != 1 or "?" in text:
        return None
    found = [site for site in BodySite if site in offered and site.endswith(f"_{sides[0]}")]
    return found[0] if len(found) == 1 else None


def _surely_said(text: str) -> str:
    clauses = _CLAUSE_ENDS.split(plain(composed(text)))
    return ", ".join(clause for clause in clauses if not _UNSURE.search(clause))


def _named(known: dict[str, str], said: str) -> list[str]:
    return [name for name, words in known.items() if re.search(rf"\b(?:{words})\b", said)]
