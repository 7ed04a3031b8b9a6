"""Where on the body a wound is, by name or as a nurse writes it."""

import re
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


def find_site(text: str) -> BodySite | None:
    """The only place named, with its side where it has two. None where in doubt."""
    clauses = _CLAUSE_ENDS.split(plain(composed(text)))
    said = ", ".join(clause for clause in clauses if not _UNSURE.search(clause))
    areas = [area for area, words in _AREAS.items() if re.search(rf"\b(?:{words})\b", said)]
    sides = [side for side, words in _SIDES.items() if re.search(rf"\b(?:{words})\b", said)]
    if len(areas) != 1 or len(sides) > 1:
        return None
    if areas[0] == BodySite.SACRUM:
        return BodySite.SACRUM
    return BodySite(f"{areas[0]}_{sides[0]}") if sides else None
