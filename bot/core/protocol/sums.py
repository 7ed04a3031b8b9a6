"""Scores whose numbers stand in the question itself: a PUSH of three parts, a Braden total."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.redflags.tokens import composed, plain
from bot.core.scales.scale import ScaleName, load_scales, result

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_SQUARED = r"(?:cms? ?2|cm²|centimetros? cuadrados?|sq(?:uare|\.)? ?(?:cm|centimet(?:re|er)s?))"
_AREA = re.compile(rf"{_NUMBER} ?{_SQUARED}")
_SIDES = re.compile(rf"{_NUMBER} ?(?:cm)? ?(?:x|por|by|×) ?{_NUMBER} ?cm\b")
_ASKS_SCORE = re.compile(r"\b(?:push|puntua|puntuo|puntaje|puntos|puntuacion|score|points)\b")
_EXUDATE = r"(?:exudado|exudate|secrecion|drainage|drenaje)"
_AMOUNTS = {
    "none": "sin|nada de|ningun|ausente|no|nulo|none|without",
    "light": "escaso|leve|poco|minimo|bajo|light|scant|small|low|minimal",
    "moderate": "moderado|mediano|regular|moderate|medium",
    "heavy": "abundante|alto|mucho|intenso|copioso|heavy|high|copious|large",
}
# The worst first: any necrosis is 4, any slough 3.
_TISSUES = {
    "necrosis": r"necro\w+|escaras?|eschars?|black tissue",
    "slough": r"esfacel\w*|fibrina|slough\w*",
    "granulation": r"granula\w+",
    "epithelial": r"epitel\w+|epithel\w+",
    "closed": r"cerrad[oa]s?|closed|healed|cicatrizad[oa]s?",
}
_DENIED = r"(?:sin|no|without|ni|tampoco)(?: (?:hay|tiene|any|signs of|restos de))?"
_BRADEN = re.compile(r"\bbraden\b(?! ?q\b)[^.;?\d]{0,24}?\b(\d{1,2})\b(?! ?(?:o|a|-|h|cada|veces))")

_BRADEN_Q = re.compile(r"\bbraden[ -]?q\b")


@dataclass(frozen=True, slots=True)
class PushSum:
    """`area` in cm2, the points of each part, and their total."""

    area: str
    tissue: str
    exudate: str
    points: tuple[int, int, int]

    @property
    def total(self) -> int:
        return sum(self.points)


def push_sum(question: str) -> PushSum | None:
    """None unless a score is asked for and all three parts are given."""
    said = plain(composed(question))
    area, exudate, tissue = _area(said), _exudate(said), _tissue(said)
    if not _ASKS_SCORE.search(said) or area is None or exudate is None or tissue is None:
        return None
    answers = {"area": area, "exudate": exudate, "tissue": tissue}
    try:
        parts = result(load_scales()[ScaleName.PUSH], answers).parts
    except ValueError:
        return None
    return PushSum(area, tissue, exudate, (parts["area"], parts["tissue"], parts["exudate"]))


def braden_total(question: str) -> int | None:
    """The one total that the question names: 6 to 23, and not of Braden Q."""
    found = _BRADEN.search(plain(composed(question)))
    total = int(found[1]) if found else 0
    return total if 6 <= total <= 23 else None


def braden_bands() -> Mapping[str, tuple[tuple[int, str], ...]]:
    """What a total means, by the key of each source."""
    scale = load_scales()[ScaleName.BRADEN]
    return {scale.source: scale.meanings, **scale.elsewhere}


def is_of_braden_q(question: str) -> bool:
    """Braden Q is another scale, with other bands."""
    return bool(_BRADEN_Q.search(plain(composed(question))))


def _area(said: str) -> str | None:
    if found := _AREA.search(said):
        return found[1].replace(",", ".")
    if sides := _SIDES.search(said):
        length, width = (float(side.replace(",", ".")) for side in sides.groups())
        return f"{length * width:g}"
    return None


def _exudate(said: str) -> str | None:
    for amount, words in _AMOUNTS.items():
        before = rf"\b(?:{words}) (?:\w+ )?{_EXUDATE}\b"
        after = rf"\b{_EXUDATE} (?:es |is |muy )?(?:{words})\b"
        if re.search(before, said) or re.search(after, said):
            return amount
    return None


def _tissue(said: str) -> str | None:
    for tissue, words in _TISSUES.items():
        for found in re.finditer(rf"\b(?:{words})\b", said):
            if not re.search(rf"\b{_DENIED} $", said[: found.start()]):
                return tissue
    return None
