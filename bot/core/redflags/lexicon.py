"""The phrases of lexicon.toml, and where they stand in a message."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.spelling import may_stand_for
from bot.core.redflags.tokens import Token

_FILE = Path(__file__).with_name("lexicon.toml")
_GAPS = {"~": 3, "~~": 7}


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a phrase. A `gap` skips up to that many words, never a sentence end. `absent`
    words, and any number, may not stand here; such a step takes no place."""

    words: frozenset[str] = frozenset()
    gap: int = 0
    optional: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """`needs` are the words of each step that may not be missing: most phrases are skipped
    because a message holds none of them."""

    steps: tuple[Step, ...]
    needs: tuple[frozenset[str], ...]


def says(phrase: Phrase, word: str) -> bool:
    return any(word in step.words for step in phrase.steps)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`states` are adjectives and verbs, which "sin" and a list never deny. `signs` are counted:
    three of them make a local infection."""

    phrases: tuple[tuple[RedFlagKind, Phrase], ...]
    signs: tuple[tuple[str, Phrase], ...]
    states: frozenset[str]
    misspelt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `first` to `last`, both included."""

    first: int
    last: int


@cache
def load_lexicon() -> Lexicon:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    return Lexicon(
        phrases=tuple(
            (RedFlagKind(kind), parse_phrase(written))
            for kind, listed in data["phrases"].items()
            for written in listed
        ),
        signs=tuple(
            (sign, parse_phrase(written))
            for sign, listed in data["signs"].items()
            for written in listed
        ),
        states=frozenset(" ".join(data["states"]).split()),
        misspelt=frozenset(" ".join(data["misspelt"]).split()),
    )


def parse_phrase(written: str) -> Phrase:
    steps = tuple(_step(part) for part in written.split())
    return Phrase(steps, tuple(s.words for s in steps if s.words and not s.optional | s.absent))


def _step(part: str) -> Step:
    if part in _GAPS:
        return Step(gap=_GAPS[part])
    optional, absent = part.startswith("?"), part.startswith("!")
    return Step(frozenset(part.lstrip("?!").split("|")), optional=optional, absent=absent)


def reach_of_all(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset().union(*(reach_of(token.word) for token in tokens))


def find(phrase: Phrase, tokens: Sequence[Token], reach: frozenset[str]) -> Iterator[Span]:
    """`reach`: what all words of the message may stand for."""
    if any(need.isdisjoint(reach) for need in phrase.needs):
        return
    for first in range(len(tokens)):
        last = _end(phrase.steps, tokens, first)
        if last is not None:
            yield Span(first, last)


def _end(steps: tuple[Step, ...], tokens: Sequence[Token], at: int) -> int | None:
    """Index of the last token when the steps fit from `at` on."""
    if not steps:
        return at - 1
    step, rest = steps[0], steps[1:]
    if step.gap:
        for skipped in range(step.gap + 1):
            if skipped and (at + skipped > len(tokens) or tokens[at + skipped - 1].is_mark):
                return None
            end = _end(rest, tokens, at + skipped)
            if end is not None:
                return end
        return None
    if step.absent:
        there = at < len(tokens) and (tokens[at].word in step.words or tokens[at].word[0].isdigit())
        return None if there else _end(rest, tokens, at)
    if at < len(tokens) and _fits(tokens[at].word, step.words):
        end = _end(rest, tokens, at + 1)
        if end is not None:
            return end
    return _end(rest, tokens, at) if step.optional else None


def _fits(written: str, words: frozenset[str]) -> bool:
    return not reach_of(written).isdisjoint(words)


@lru_cache(maxsize=16384)
def reach_of(written: str) -> frozenset[str]:
    """The words of a phrase that a written one may stand for: itself, its beginnings ("sangr*")
    and, where no phrase knows it, what it is a misspelling of."""
    known = () if written in _vocabulary() else load_lexicon().misspelt
    return frozenset(
        (
            written,
            *(f"{written[:length]}*" for length in range(1, len(written) + 1)),
            *(word for word in known if may_stand_for(written, word)),
        )
    )


@cache
def _vocabulary() -> frozenset[str]:
    """A word that the lexicon knows is no misspelling of another."""
    lexicon = load_lexicon()
    phrases = (phrase for _, phrase in (*lexicon.phrases, *lexicon.signs))
    return frozenset(word for phrase in phrases for step in phrase.steps for word in step.words)
