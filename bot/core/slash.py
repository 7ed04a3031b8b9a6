"""The words of Slack's /vigia command."""

import re
from enum import StrEnum

from bot.core.protocol.question import is_question
from bot.core.redflags.tokens import composed, plain


class SlashWord(StrEnum):
    STATUS = "status"
    CASE = "case"
    ON_CALL = "on_call"
    ASK = "ask"
    HELP = "help"


WORDS: dict[SlashWord, frozenset[str]] = {
    SlashWord.STATUS: frozenset({"estado", "status"}),
    SlashWord.CASE: frozenset({"caso", "case"}),
    SlashWord.ON_CALL: frozenset({"turno", "turnos", "oncall", "on-call"}),
    SlashWord.ASK: frozenset({"preguntar", "pregunta", "ask", "question"}),
    SlashWord.HELP: frozenset({"ayuda", "help"}),
}


_MINE = re.compile(r"(?:(?:mis|my)\s+)?(?:casos|cases)")
_HOURS = re.compile(r"(?:(?:tomar|tomo|take)\s+)?(\d{1,3})\s*(?:h|hs|horas?|hours?)?")


def read_slash(text: str) -> tuple[SlashWord, str]:
    """The word and what follows it. A question without the word is a question all the same."""
    if _MINE.fullmatch(plain(composed(text.strip()))):
        return SlashWord.STATUS, ""
    first, _, rest = text.strip().partition(" ")
    said = plain(composed(first))
    for word, spellings in WORDS.items():
        if said in spellings:
            return word, rest.strip()
    return (SlashWord.ASK, text.strip()) if is_question(text) else (SlashWord.HELP, "")


def hours_meant(rest: str) -> int | None:
    """How long somebody takes the duty: "8", "8 h", "tomar 8 horas", "take 8 hours"."""
    said = _HOURS.fullmatch(plain(composed(rest.strip())))
    return int(said[1]) if said else None
