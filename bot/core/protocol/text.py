"""A question as plain words: lower case, no accents, ward abbreviations spelled out."""

import re
import tomllib
import unicodedata
from pathlib import Path

_WORD = re.compile(r"[a-z]+|\d+(?:[.,]\d+)?")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_FILE = tomllib.loads(Path(__file__).with_name("ward_words.toml").read_text("utf-8"))
_ABBREVIATIONS: dict[str, str] = _FILE["abbreviations"]
_STOPWORDS = frozenset(_FILE["stopwords"].split())


def folded(text: str) -> str:
    flat = "".join(
        c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)
    )
    return _REPEATED.sub(r"\1", flat)


def words_of(text: str) -> list[str]:
    """Every word and number in order, abbreviations spelled out."""
    words: list[str] = []
    for word in _WORD.findall(folded(text)):
        words += _ABBREVIATIONS.get(word, word).split(" ")
    return words


def content_words(text: str) -> list[str]:
    return [word for word in words_of(text) if word not in _STOPWORDS]
