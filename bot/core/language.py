"""Which of the two languages a text is written in."""

import re
from collections.abc import Mapping

from bot.core.staff import Language

_SPANISH = (
    "el la los las un una de del que y en con sin por para al se su no si es esta muy mas "
    "pero hay tiene paciente pte px le lo desde hace ayer hoy noche herida fiebre zona talon "
    "sacro dolor piel olor pie gluteo cadera presenta sangra pus grado roja rojo grados sra "
    "sr don escara refiere"
)
_ENGLISH = (
    "the a an of and in with without for to is are was has have had he she his her it this "
    "that not very but there patient pt wound fever since from today yesterday night pain "
    "skin smell foot heel sacrum hip shows bleeding stage red mr mrs on at when i what how "
    "looks"
)
_COMMON: Mapping[Language, frozenset[str]] = {
    Language.ES: frozenset(_SPANISH.split()),
    Language.EN: frozenset(_ENGLISH.split()),
}
_WORD = re.compile(r"[^\W\d_]+")
_ONLY_SPANISH = re.compile(r"[ñ¿¡áéíóú]")


def language_of(text: str) -> Language:
    """Spanish where the two tie: it is the house's first language."""
    words = _WORD.findall(text.lower())
    score = {
        language: sum(word in common for word in words) for language, common in _COMMON.items()
    }
    score[Language.ES] += bool(_ONLY_SPANISH.search(text.lower()))
    return Language.EN if score[Language.EN] > score[Language.ES] else Language.ES
