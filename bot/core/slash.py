"""The words of Slack's /vigia command."""

from enum import StrEnum

from bot.core.protocol.question import is_question
from bot.core.redflags.tokens import composed, plain


class SlashWord(StrEnum):
    STATUS = "status"
    CASE = "case"
    ASK = "ask"
    HELP = "help"


WORDS: dict[SlashWord, frozenset[str]] = {
    SlashWord.STATUS: frozenset({"estado", "status"}),
    SlashWord.CASE: frozenset({"caso", "case"}),
    SlashWord.ASK: frozenset({"preguntar", "pregunta", "ask", "question"}),
    SlashWord.HELP: frozenset({"ayuda", "help"}),
}


def read_slash(text: str) -> tuple[SlashWord, str]:
    """The word and what follows it. A question without the word is a question all the same."""
    first, _, rest = text.strip().partition(" ")
    said = plain(composed(first))
    for word, spellings in WORDS.items():
        if said in spellings:
            return word, rest.strip()
    return (SlashWord.ASK, text.strip()) if is_question(text) else (SlashWord.HELP, "")
