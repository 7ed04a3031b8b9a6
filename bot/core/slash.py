"""The words of Slack's /vigia command."""

import re
from enum import StrEnum

from bot.core.commands import CommandKind, find_command
from bot.core.protocol.question import is_question
from bot.core.redflags.tokens import composed, plain


class SlashWord(StrEnum):
    STATUS = "status"
    CASE = "case"
    ON_CALL = "on_call"
    ASK = "ask"
    HELP = "help"
    LANGUAGE = "language"
    PERSON = "person"
    STOP_REMINDERS = "stop_reminders"


WORDS: dict[SlashWord, frozenset[str]] = {
    SlashWord.STATUS: frozenset({"estado", "status"}),
    SlashWord.CASE: frozenset({"caso", "case"}),
    SlashWord.ON_CALL: frozenset({"turno", "turnos", "oncall", "on-call"}),
    SlashWord.ASK: frozenset({"preguntar", "pregunta", "ask", "question"}),
    SlashWord.HELP: frozenset({"ayuda", "help"}),
}
# What is asked in the words of the chat.
AS_IN_THE_CHAT: dict[CommandKind, SlashWord] = {
    CommandKind.HELP: SlashWord.HELP,
    CommandKind.STATUS: SlashWord.STATUS,
    CommandKind.MY_CASES: SlashWord.STATUS,
    CommandKind.CASE: SlashWord.CASE,
    CommandKind.LANGUAGE: SlashWord.LANGUAGE,
    CommandKind.PERSON: SlashWord.PERSON,
    CommandKind.STOP_REMINDERS: SlashWord.STOP_REMINDERS,
    CommandKind.ON_CALL: SlashWord.ON_CALL,
    # Whose case is meant is told by the conversation, and the command stands in none.
    CommandKind.WHAT_NOW: SlashWord.ASK,
}
_HOURS = re.compile(r"(?:(?:tomar|tomo|take)\s+)?(\d{1,3})\s*(?:h|hs|horas?|hours?)?")


def read_slash(text: str) -> tuple[SlashWord, str]:
    """The word and what follows it: for CASE the code, for LANGUAGE the one that was named. A
    question without the word is a question all the same. What says nothing known is HELP, with
    the text."""
    first, _, rest = text.strip().partition(" ")
    said = plain(composed(first))
    asked = find_command(text)
    if asked:
        meant = AS_IN_THE_CHAT[asked.kind]
        rest = asked.code or asked.language or ""
        return meant, text.strip() if meant is SlashWord.ASK else rest
    for word, spellings in WORDS.items():
        if said in spellings:
            return word, rest.strip()
    return (SlashWord.ASK if is_question(text) else SlashWord.HELP), text.strip()


def hours_meant(rest: str) -> int | None:
    """How long somebody takes the duty: "8", "8 h", "tomar 8 horas", "take 8 hours"."""
    said = _HOURS.fullmatch(plain(composed(rest.strip())))
    return int(said[1]) if said else None
