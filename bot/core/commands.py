"""What a nurse asks of Vigia itself in plain words, told from the whole message alone."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.core.code_shape import CODE
from bot.core.redflags.spelling import distance
from bot.core.redflags.tokens import composed, plain
from bot.core.staff import Language
from bot.core.urgency import Urgency

# As for a photo that no reader could read: somebody looks within hours, the wound nurse first.
PERSON_URGENCY = Urgency.URGENT


class CommandKind(StrEnum):
    HELP = "help"
    STATUS = "status"
    MY_CASES = "my_cases"
    CASE = "case"
    LANGUAGE = "language"
    PERSON = "person"
    STOP_REMINDERS = "stop_reminders"


@dataclass(frozen=True, slots=True)
class Command:
    """`code` names the case of CASE. `language` is the one of LANGUAGE, or None where it was not
    said."""

    kind: CommandKind
    code: str | None = None
    language: Language | None = None


PHRASES: dict[CommandKind, str] = {
    CommandKind.HELP: "ayuda | ayudame | como funciona | que puedo hacer | instrucciones | menu"
    " | comandos | help | help me | how does this work | how does it work | instructions"
    " | commands | what can you do",
    CommandKind.STATUS: "estado | estado del caso | como va | como va el caso | como va mi caso"
    " | status | case status | how is it going | how is my case | how is the case",
    CommandKind.MY_CASES: "mis casos | ver mis casos | casos | mis casos abiertos | casos abiertos"
    " | lista de casos | my cases | show my cases | cases | open cases | my open cases"
    " | list cases | list my cases",
    CommandKind.LANGUAGE: "idioma | cambiar idioma | cambiar de idioma | lengua | language"
    " | change language | change the language",
    CommandKind.PERSON: "persona | humano | hablar con una persona | hablar con alguien"
    " | hablar con un humano | hablar con un medico | hablar con un doctor | hablar con una doctora"
    " | hablar con una enfermera | hablar con un profesional | hablar con un clinico"
    " | hablar con el medico | llamen a un medico | llame a un medico | llamen a alguien"
    " | necesito un medico | necesito una persona | necesito a alguien | necesito ayuda"
    " | necesito ayuda urgente | ayuda urgente | urgente | auxilio | socorro | person | human"
    " | talk to a person"
    " | talk to someone | talk to a human | talk to a doctor | talk to a nurse"
    " | talk to a clinician | talk to the doctor | speak to a person | speak to someone"
    " | speak to a human | speak to a doctor | speak to a clinician | speak to the doctor"
    " | speak with someone | speak with a person | talk with someone | talk with a person"
    " | call a doctor | call a clinician | call someone | need a doctor | need a person"
    " | need someone | need help | need urgent help | urgent help | urgent",
    CommandKind.STOP_REMINDERS: "detener recordatorios | detener los recordatorios | parar"
    " recordatorios | parar los recordatorios | no mas recordatorios | sin recordatorios"
    " | deje de recordarme | no me recuerde | no me recuerde mas | cancelar recordatorios"
    " | cancelar los recordatorios | stop reminders | stop the reminders | stop reminding me"
    " | no more reminders | cancel reminders | cancel the reminders | turn off reminders",
}
_LANGUAGES: dict[Language, str] = {
    Language.ES: "espanol | castellano | en espanol | en castellano | spanish | in spanish"
    " | habla espanol | hable espanol | hable en espanol | idioma espanol | lengua espanola"
    " | cambiar a espanol | cambie a espanol | language spanish | switch to spanish"
    " | change to spanish | speak spanish",
    Language.EN: "english | in english | speak english | language english | switch to english"
    " | change to english | change language to english | ingles | en ingles | idioma ingles"
    " | hable ingles | hable en ingles | cambiar a ingles | cambie a ingles",
}
_BEFORE_CODE = (
    "caso | el caso | ver caso | ver el caso | estado caso | estado del caso | como va el caso"
    " | case | the case | see case | show case | show me case | status case | status of case"
    " | case status | how is case"
)
_BEFORE = (
    "hola buenas buenos dias tardes noches por favor porfavor porfa vigia quiero quisiera necesito"
    " puedo hi hello hey good morning afternoon evening please i want would like need to can could"
    " you we let me"
)
# Said by itself it asks for nothing.
_COURTESIES = (
    "muchas mil ok okay listo vale perfecto entendido de acuerdo bueno buena bien muy dia noche"
    " turno buen great got it all right understood many done have a night shift"
)
_AFTER = "por favor porfavor porfa gracias vigia please thanks thank you"
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 80
# A shorter word is too near to its neighbours: "caso" and "paso", "case" and "cause".
_TYPO_FROM = 5


def _phrases(lines: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in lines.split("|"))


_OPENING, _CLOSING = frozenset(_BEFORE.split()), frozenset(_AFTER.split())
_COURTEOUS = _OPENING | _CLOSING | frozenset(_COURTESIES.split())
_LEADS = _phrases(_BEFORE_CODE)
_COMMANDS = [
    *((Command(CommandKind.LANGUAGE, language=k), _phrases(v)) for k, v in _LANGUAGES.items()),
    *((Command(kind), _phrases(lines)) for kind, lines in PHRASES.items()),
]


def find_command(text: str) -> Command | None:
    """None unless the message says that and nothing else: a command inside a description of a
    wound is a description. Accents, case, courtesies and one slip in a word of five letters or
    more do not matter."""
    if len(text) > _LONGEST:
        return None
    said = _WORD.findall(plain(composed(text)))
    while said and said[-1] in _CLOSING and len(said) > 1:
        said.pop()
    while said:
        found = _command(said)
        if found or said[0] not in _OPENING:
            return found
        said.pop(0)
    return None


def is_courtesy(text: str) -> bool:
    """A greeting, thanks or "ok", and nothing else."""
    said = _WORD.findall(plain(composed(text))) if len(text) <= _LONGEST else []
    return bool(said) and all(word in _COURTEOUS for word in said)


def _command(said: list[str]) -> Command | None:
    for slips in (0, 1):
        if said and CODE.fullmatch(said[-1]) and _is_any(said[:-1], _LEADS, slips):
            return Command(CommandKind.CASE, code=said[-1].upper())
        for command, phrases in _COMMANDS:
            if _is_any(said, phrases, slips):
                return command
    return None


def _is_any(said: list[str], phrases: tuple[tuple[str, ...], ...], slips: int) -> bool:
    return any(
        len(said) == len(phrase)
        and all(_is_word(a, b, slips) for a, b in zip(said, phrase, strict=True))
        for phrase in phrases
    )


def _is_word(written: str, word: str, slips: int) -> bool:
    if written == word:
        return True
    long = min(len(written), len(word)) >= _TYPO_FROM
    return bool(slips) and long and distance(written, word, slips) <= slips
