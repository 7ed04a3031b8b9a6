"""Which of the two languages a text is written in."""

import re
from collections.abc import Mapping

from bot.core.staff import Language

_SPANISH = (
    "el la los las un una de del que y en con sin por para al se su si es esta muy mas pero hay "
    "tiene paciente pte px le lo desde hace ayer hoy noche herida fiebre zona talon sacro dolor "
    "piel olor pie gluteo cadera presenta sangra ni niega grado roja rojo grados sra sr don "
    "escara refiere cada hora mal ya me mi cuando como donde quien porque tambien sigue bien "
    "mucho mucha poco hasta entre sobre este esa eso ese son fue era ha he tengo ojo calofrios "
    "escalofrios sangre sangrado hueso pa fc fr sat celulitis necrosis pulso frio"
)
_ENGLISH = (
    "the a an of and in with without for to is are was has have had he she his her it this that "
    "not very but there patient pt wound fever since from today yesterday night pain skin smell "
    "foot heel sacrum hip shows bleeding stage red mr mrs on at when i what how looks or any "
    "denies afebrile febrile chills odor heavy bp hr temp map rr sats blood bone breathing "
    "septic shock unresponsive unconscious new can be out through low fast smells spreading by "
    "over status deep tissue yes please send help my we they you all still back get like been "
    "due dressing swelling drainage pulse foul should could will would do does did as its"
)
_COMMON: Mapping[Language, frozenset[str]] = {
    Language.ES: frozenset(_SPANISH.split()),
    Language.EN: frozenset(_ENGLISH.split()),
}
_WORD = re.compile(r"[^\W\d_]+")
_ONLY_SPANISH = re.compile(r"[ñ¿¡áéíóú]")


_SPANISH_SHAPE = re.compile(r"(?:cion|[ai]d[oa]s?|mente|os[oa]|dad|ic[oa]|eza|ura)$")
_ENGLISH_SHAPE = re.compile(
    r"(?:ing|ed|ly|tion|ness|ck|ght|sh|th|ic|ous|ay|ee)s?$|^(?:wh|th|sh)|[wk]"
)


def language_of(text: str) -> Language:
    """Spanish where the two tie: it is the house's first language."""
    words = _WORD.findall(text.lower())
    score = {
        language: sum(word in common for word in words) for language, common in _COMMON.items()
    }
    score[Language.ES] += bool(_ONLY_SPANISH.search(text.lower()))
    if score[Language.EN] == score[Language.ES]:
        score[Language.EN] += sum(bool(_ENGLISH_SHAPE.search(word)) for word in words)
        score[Language.ES] += sum(bool(_SPANISH_SHAPE.search(word)) for word in words)
    return Language.EN if score[Language.EN] > score[Language.ES] else Language.ES
