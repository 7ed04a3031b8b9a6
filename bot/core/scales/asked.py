"""A nurse asks for a scale in the chat: "braden", "push K7Q2", "escala de braden PAC-1001"."""

import re
from dataclasses import dataclass

from bot.core.code_shape import CODE
from bot.core.patient_code import find_patient_code
from bot.core.redflags.tokens import composed, plain
from bot.core.scales.scale import ScaleName

_COURTESIES = (
    "hola buenas buenos dias tardes noches por favor porfavor vigia quiero hacer calcular aplicar"
    " puntuar evaluar registrar hi hello good morning please i want to do start score"
)
_BEFORE = "la el escala de del the scale"
_AFTER = "score scale escala caso case para for del de of the el la paciente patient"
_CLOSING = "por favor porfavor gracias please thanks"
_STOPPING = "cancel cancelar cancele cancelo parar pare stop salir detener abandonar exit quit"
_OPENING_WORDS = frozenset(f"{_COURTESIES} {_BEFORE}".split())
_AFTER_WORDS, _CLOSING_WORDS = frozenset(_AFTER.split()), frozenset(_CLOSING.split())
_STOP = frozenset(_STOPPING.split())
_NAMES: dict[str, ScaleName] = {
    "braden": ScaleName.BRADEN,
    "push": ScaleName.PUSH,
    "news": ScaleName.NEWS2,
    "news2": ScaleName.NEWS2,
}
_WORD = re.compile(r"[a-z0-9.]+")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class AskedScale:
    """`case_code` or `patient_code` where the nurse named one."""

    scale: ScaleName
    case_code: str | None = None
    patient_code: str | None = None


def find_scale(text: str, patient_code: re.Pattern[str]) -> AskedScale | None:
    """None unless the message asks for the scale and says nothing else: "Braden 13" is a finding,
    and "braden?" a question."""
    if len(text) > _LONGEST or "?" in text:
        return None
    patient = find_patient_code(text, patient_code)
    if patient:
        text = re.sub(re.escape(patient), " ", text, flags=re.IGNORECASE)
    said = _WORD.findall(plain(composed(text)))
    said = _without(said, _OPENING_WORDS)
    name = _NAMES.get(said[0]) if said else None
    if name is None:
        return None
    rest = said[1:]
    version = {ScaleName.PUSH: "3.0", ScaleName.NEWS2: "2"}.get(name)
    if rest[:1] == [version]:
        rest = rest[1:]
    rest = _without(rest, _AFTER_WORDS)
    while rest and rest[-1] in _CLOSING_WORDS:
        rest.pop()
    if not rest:
        return AskedScale(name, patient_code=patient)
    if len(rest) == 1 and CODE.fullmatch(rest[0]):
        return AskedScale(name, rest[0].upper(), patient)
    return None


def asks_to_stop(text: str) -> bool:
    said = _WORD.findall(plain(composed(text)))
    return bool(said) and said[0] in _STOP and len(said) <= 3


def _without(said: list[str], words: frozenset[str]) -> list[str]:
    at = 0
    while at < len(said) and said[at] in words:
        at += 1
    return said[at:]
