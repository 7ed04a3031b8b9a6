"""What a nurse means who types an answer to a question in words of her own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.choice import folded
from bot.core.questions import SKIP, Question

_FILE = Path(__file__).with_name("typed_answers.toml")
_DENIES = frozenset({"not", "doesn", "don", "isn"})


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    yes: frozenset[str]
    no: frozenset[str]
    fillers: frozenset[str]
    degrees: frozenset[str]
    skip: frozenset[str]
    about: Mapping[Question, frozenset[str]]
    warm: frozenset[str]
    hard: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    words = {name: frozenset(data[name].split()) for name in ("yes", "no", "fillers", "degrees")}
    felt = {name: frozenset(text.split()) for name, text in data["skin"].items()}
    about = {Question(name): frozenset(text.split()) for name, text in data["about"].items()}
    return _Vocabulary(**words, **felt, skip=frozenset(data["skip"]), about=about)


def typed_answer(question: Question, text: str) -> str | None:
    """One of the answers to this question, or `SKIP`; None where it says more, or something else:
    an answer that was not given must not stand on a card."""
    known = _vocabulary()
    words = folded(text)
    if _skips(known, words):
        return SKIP
    if question is Question.SKIN:
        return _of_skin(known, words)
    about = known.about.get(question)
    if about is None or not words:
        return None
    first, rest = words[0], set(words)
    if first in known.no:
        return "no" if rest <= known.no | about | known.fillers else None
    said = first in known.yes or not rest.isdisjoint(about)
    whole = rest <= known.yes | about | known.fillers | known.degrees
    # "It does not", "la fiebre no": whoever denies it anywhere says no yes.
    return "yes" if said and whole and rest.isdisjoint(known.no | _DENIES) else None


def _skips(known: _Vocabulary, words: tuple[str, ...]) -> bool:
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            beside = {*words[:start], *words[end:]}
            if " ".join(words[start:end]) in known.skip and beside <= known.fillers:
                return True
    return False


def _of_skin(known: _Vocabulary, words: tuple[str, ...]) -> str | None:
    said = set(words)
    felt = known.warm | known.hard
    if not said <= felt | known.fillers | known.degrees | known.yes or not said.isdisjoint(_DENIES):
        return None
    warm, hard = not said.isdisjoint(known.warm), not said.isdisjoint(known.hard)
    if warm and hard:
        return "warm_and_hard"
    return "warm" if warm else "hard" if hard else None
