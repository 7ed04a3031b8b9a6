"""Whether a message asks something, told from its words alone."""

import tomllib
from pathlib import Path

from bot.core.protocol.text import words_of

_LONGEST_QUESTION = 400
_WORDS = tomllib.loads(Path(__file__).with_name("ward_words.toml").read_text("utf-8"))
_GREETINGS = frozenset(_WORDS["greetings"].split())
_OPENINGS = tuple(tuple(opening.split()) for opening in _WORDS["question_openings"])


def is_question(text: str) -> bool:
    """A question mark, or a word that opens a question after the greeting."""
    if not text.strip() or len(text) > _LONGEST_QUESTION:
        return False
    if "?" in text or "¿" in text:
        return True
    words = words_of(text)
    while words and words[0] in _GREETINGS:
        words.pop(0)
    return any(tuple(words[: len(opening)]) == opening for opening in _OPENINGS)
