"""The small words and patterns of grammar.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("grammar.toml")
_COUNTS = ("amount", "many", "count", "good")


@cache
def _grammar() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    return frozenset(" ".join(_grammar()["words"][name]).split())


@cache
def phrases(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in _grammar()["words"][name])


@cache
def alternatives(name: str) -> str:
    """Any of the patterns, as one group."""
    joined = "|".join(_grammar()["patterns"][name])
    for count in _COUNTS:
        if count.upper() in joined:
            joined = joined.replace(count.upper(), alternatives(count))
    return f"(?:{joined})"


@cache
def pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternatives(name)}(?!\w)")
