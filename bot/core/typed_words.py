"""The words that typed answers are made of, and a message read as such words."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.choice import folded
from bot.core.questions import Question
from bot.core.redflags.spelling import may_stand_for

_FILE = Path(__file__).with_name("typed_answers.toml")
_SETS = (
    *("yes", "no", "fillers", "subjects", "people", "asserts", "asserts_after_a_stop"),
    *("degrees", "faint", "past", "since", "old", "not_yet", "hurts_so"),
)
# A shorter word is too near to others: "small" and "smell".
_TYPO_FROM = 6
_STRETCHED = re.compile(r"(s)+(i)+|(n)+(o)+|(y)(e)+(s)+")
_LETTERS = {"s": "si", "y": "yes", "n": "no"}
_NOT = re.compile(r"\b(?:does|is|has)(?: not|n t|nt)\b")
_MORE_THAN = re.compile(r"\b(mas|more)\b((?: \w+)?) (?:que|than) (?:ayer|antes|yesterday|before)\b")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    yes: frozenset[str]
    no: frozenset[str]
    fillers: frozenset[str]
    subjects: frozenset[str]
    people: frozenset[str]
    asserts: frozenset[str]
    asserts_after_a_stop: frozenset[str]
    degrees: frozenset[str]
    faint: frozenset[str]
    past: frozenset[str]
    since: frozenset[str]
    old: frozenset[str]
    not_yet: frozenset[str]
    hurts_so: frozenset[str]
    skip: frozenset[str]
    skip_alone: frozenset[str]
    own: Mapping[Question, tuple[str, ...]]
    about: Mapping[Question, frozenset[str]]
    privative: Mapping[str, str]
    another_after: Mapping[str, frozenset[str]]
    warm: frozenset[str]
    hard: frozenset[str]
    normal: frozenset[str]
    felt: frozenset[str]
    lasts: frozenset[str]
    pressing: frozenset[str]
    stays: frozenset[str]
    red: frozenset[str]
    comes_back: frozenset[str]
    around: frozenset[str]

    @property
    def beside(self) -> frozenset[str]:
        return self.fillers | self.subjects | self.asserts

    @property
    def of_skin(self) -> frozenset[str]:
        return self.warm | self.hard | self.normal | self.felt


@cache
def vocabulary() -> Vocabulary:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    words = {name: frozenset(data[name].split()) for name in _SETS}
    felt = {
        name: frozenset(text.split())
        for table in ("skin", "blanching")
        for name, text in data[table].items()
    }
    own = {Question(name): tuple(phrases) for name, phrases in data["own"].items()}
    about = {one: frozenset(" ".join((*own[one], data["beside"][one])).split()) for one in own}
    skips = {name: frozenset(data[name]) for name in ("skip", "skip_alone")}
    after = {word: frozenset(text.split()) for word, text in data["another_after"].items()}
    return Vocabulary(
        **words,
        **felt,
        **skips,
        own=own,
        about=about,
        privative=data["privative"],
        another_after=after,
    )


@cache
def _spelt() -> frozenset[str]:
    """The words that a longer one may be a slip away from."""
    known = vocabulary()
    words = known.beside | known.degrees | known.faint | known.yes | known.of_skin
    return frozenset(word for word in words.union(*known.about.values()) if len(word) >= _TYPO_FROM)


def words_of(known: Vocabulary, text: str) -> tuple[str, ...]:
    """As they are listed: a drawn-out yes, a slip, a contraction and a privative read as what they
    stand for."""
    written = folded(text)
    if len(written) == 1:
        written = (_LETTERS.get(written[0], written[0]),)
    read = " ".join(_read(known, word) for word in written)
    read = _MORE_THAN.sub(r"\1\2", _NOT.sub("not", read))
    return tuple(read.split())


def _read(known: Vocabulary, written: str) -> str:
    stretched = _STRETCHED.fullmatch(written)
    if stretched:
        return "".join(filter(None, stretched.groups()))
    if written in known.privative:
        return known.privative[written]
    if len(written) < _TYPO_FROM or written in _spelt():
        return written
    return next((word for word in sorted(_spelt()) if may_stand_for(written, word)), written)
