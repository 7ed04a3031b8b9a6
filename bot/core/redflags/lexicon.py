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

    words: tuple[str, ...] = ()
    gap: int = 0
    optional: bool = False
    absent: bool = False


Phrase = tuple[Step, ...]


def says(phrase: Phrase, word: str) -> bool:
    return any(word in step.words for step in phrase)


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
    return tuple(_step(part) for part in written.split())


def _step(part: str) -> Step:
    if part in _GAPS:
        return Step(gap=_GAPS[part])
    optional, absent = part.startswith("?"), part.startswith("!")
    return Step(tuple(part.lstrip("?!").split("|")), optional=optional, absent=absent)


def find(phrase: Phrase, tokens: Sequence[Token]) -> Iterator[Span]:
    for first, token in enumerate(tokens):
        if phrase[0].words and not _fits(token.word, phrase[0].words):
            continue
        last = _end(phrase, tokens, first)
        if last is not None:
            yield Span(first, last)


def _end(phrase: Phrase, tokens: Sequence[Token], at: int) -> int | None:
    """Index of the last token when `phrase` fits from `at` on."""
    if not phrase:
        return at - 1
    step, rest = phrase[0], phrase[1:]
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


@lru_cache(maxsize=65536)
def _fits(written: str, words: tuple[str, ...]) -> bool:
    if any(written.startswith(word[:-1]) for word in words if word.endswith("*")):
        return True
    if written in words:
        return True
    known = load_lexicon().misspelt
    return written not in _vocabulary() and any(
        may_stand_for(written, word) for word in words if word in known
    )


@cache
def _vocabulary() -> frozenset[str]:
    """A word that the lexicon knows is no misspelling of another."""
    lexicon = load_lexicon()
    phrases = (phrase for _, phrase in (*lexicon.phrases, *lexicon.signs))
    return frozenset(word for phrase in phrases for step in phrase for word in step.words)
