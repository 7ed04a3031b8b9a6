"""What a nurse means who types an answer to a question in words of her own."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.choice import folded
from bot.core.questions import SKIP, Question

_FILE = Path(__file__).with_name("typed_answers.toml")
_SETS = ("yes", "no", "fillers", "subjects", "people", "asserts", "asserts_after_a_stop")
_DENIES = frozenset({"not", "doesn", "don", "isn"})
_DENIES_IN_ONE_WORD = frozenset({"niega", "denies"})
_FIRST_STANDS_APART = re.compile(r"\W*\w+\s*[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    yes: frozenset[str]
    no: frozenset[str]
    fillers: frozenset[str]
    subjects: frozenset[str]
    people: frozenset[str]
    asserts: frozenset[str]
    asserts_after_a_stop: frozenset[str]
    degrees: frozenset[str]
    faint: frozenset[str]
    skip: frozenset[str]
    skip_alone: frozenset[str]
    own: Mapping[Question, tuple[str, ...]]
    about: Mapping[Question, frozenset[str]]
    warm: frozenset[str]
    hard: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    words = {name: frozenset(data[name].split()) for name in (*_SETS, "degrees", "faint")}
    felt = {name: frozenset(text.split()) for name, text in data["skin"].items()}
    own = {Question(name): tuple(phrases) for name, phrases in data["own"].items()}
    about = {one: frozenset(" ".join((*own[one], data["beside"][one])).split()) for one in own}
    skips = {name: frozenset(data[name]) for name in ("skip", "skip_alone")}
    return _Vocabulary(**words, **felt, **skips, own=own, about=about)


def typed_answer(question: Question, text: str) -> str | None:
    """One of the answers to this question, or `SKIP`; None where it says more, or something else:
    an answer that was not given must not stand on a card."""
    known = _vocabulary()
    words = folded(text)
    if not words or "?" in text:
        return None
    if _skips(known, words):
        return SKIP
    if question is Question.SKIN:
        return _of_skin(known, words)
    if question not in known.about:
        return None
    if words[0] in known.no:
        return "no" if _denies(known, question, words, text) else None
    rest = set(words)
    said = words[0] in known.yes or _names(known, question, words)
    degrees = known.degrees if question is Question.SMELL else known.degrees | known.faint
    beside = known.fillers | known.subjects | known.asserts | degrees
    listed = known.yes | known.about[question] | beside
    # "It does not", "la fiebre no": whoever denies it anywhere says no yes.
    return "yes" if said and rest <= listed and rest.isdisjoint(known.no | _DENIES) else None


def _names(known: _Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
    said = f" {' '.join(words)} "
    return any(f" {phrase} " in said for phrase in known.own[question])


def _denies(known: _Vocabulary, question: Question, words: tuple[str, ...], text: str) -> bool:
    """Of words that begin with a no: whether it is this that they deny, and nothing else."""
    said, about = set(words), known.about[question]
    if not said <= known.no | about | known.fillers | known.subjects | known.asserts:
        return False
    # "No niega dolor" is a pain.
    if not _DENIES_IN_ONE_WORD.isdisjoint(words[1:]):
        return False
    named = _names(known, question, words)
    if not named and not said.isdisjoint(known.subjects | about):
        return False
    if not (known.no | _DENIES).isdisjoint(words[1:]):
        return True
    asserted = named or not said.isdisjoint(known.asserts_after_a_stop)
    apart = asserted and _FIRST_STANDS_APART.match(text)
    return said.isdisjoint(known.asserts) and not apart


def _skips(known: _Vocabulary, words: tuple[str, ...]) -> bool:
    if " ".join(words) in known.skip_alone:
        return True
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            beside = {*words[:start], *words[end:]}
            if " ".join(words[start:end]) in known.skip and beside <= known.fillers:
                return True
    return False


def _of_skin(known: _Vocabulary, words: tuple[str, ...]) -> str | None:
    said = set(words)
    beside = known.fillers | known.subjects | known.asserts | known.degrees | known.faint
    listed = known.warm | known.hard | beside | known.yes
    if not said <= listed - known.people - _DENIES:
        return None
    warm, hard = not said.isdisjoint(known.warm), not said.isdisjoint(known.hard)
    if warm and hard:
        return "warm_and_hard"
    return "warm" if warm else "hard" if hard else None
