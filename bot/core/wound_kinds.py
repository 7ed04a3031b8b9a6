"""What a nurse's words say the wound is, where that decides more than its depth."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from bot.core.redflags.hearing import Heard, listen
from bot.core.redflags.lexicon import Phrase, parse_phrase, says

_FILE = Path(__file__).with_name("wound_kinds.toml")


class WoundKind(StrEnum):
    """What each one changes stands in decision_table.toml."""

    MUCOSAL = "mucosal"
    DEVICE = "device"
    IAD = "iad"
    DIABETIC_FOOT = "diabetic_foot"
    VASCULAR_ULCER = "vascular_ulcer"
    SKIN_TEAR = "skin_tear"


@dataclass(frozen=True, slots=True)
class _Lexicon:
    phrases: tuple[tuple[WoundKind, Phrase], ...]
    care: tuple[str, ...]
    doubt: frozenset[str]


def wound_kinds(texts: Iterable[str]) -> frozenset[WoundKind]:
    """`texts` oldest first: a later "no es por la sonda" takes an earlier mention back."""
    kinds: frozenset[WoundKind] = frozenset()
    for text in texts:
        named, denied = _heard(text)
        kinds = (kinds - denied) | named
    return kinds


@lru_cache(maxsize=256)
def _heard(text: str) -> tuple[frozenset[WoundKind], frozenset[WoundKind]]:
    """Those named, and those only denied. In doubt neither: the photo's category stays."""
    lexicon, message = _load(), listen(text)
    named, denied = set(), set()
    for kind, phrase in lexicon.phrases:
        for heard in message.hear(phrase):
            if heard.denied:
                denied.add(kind)
            elif not _is_open(heard, phrase, lexicon):
                named.add(kind)
    return frozenset(named), frozenset(denied - named)


def _is_open(heard: Heard, phrase: Phrase, lexicon: _Lexicon) -> bool:
    around = heard.around
    if "?" in around.sentence or "¿" in around.sentence:
        return True
    if not lexicon.doubt.isdisjoint((*around.before, *around.after[:1])):
        return True
    between = (word for word in around.inside if not says(phrase, word))
    return any(word.startswith(lexicon.care) for word in (*around.before, *between))


@cache
def _load() -> _Lexicon:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    return _Lexicon(
        phrases=tuple(
            (WoundKind(kind), parse_phrase(written))
            for kind, listed in data["phrases"].items()
            for written in listed
        ),
        care=tuple(" ".join(data["care"]).split()),
        doubt=frozenset(" ".join(data["doubt"]).split()),
    )
