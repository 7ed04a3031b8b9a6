"""A question as plain words: lower case, no accents, ward abbreviations spelled out."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

_WORD = re.compile(r"[a-z]+|\d+(?:[.,]\d+)?")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_FILE = tomllib.loads(Path(__file__).with_name("ward_words.toml").read_text("utf-8"))
_ABBREVIATIONS: dict[str, str] = _FILE["abbreviations"]
_STOPWORDS = frozenset(_FILE["stopwords"].split())


_CATEGORIES = frozenset({"categoria", "category", "categorias", "categories"})
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_DOCUMENTS: dict[str, list[str]] = _FILE["documents"]
_ASKED_OF = re.compile(
    rf"\b(?:{'|'.join(_FILE['asked_of']['phrases'])})".replace(
        "DOCUMENT", f"(?:{'|'.join(_DOCUMENTS)})"
    )
)


def documents_named(text: str) -> frozenset[str]:
    """The sources that a question asks of by name, as their keys begin."""
    return frozenset(source for word in words_of(text) for source in _DOCUMENTS.get(word, ()))


def matter_of(text: str) -> str:
    """The question without the words that only say which document is asked."""
    return _ASKED_OF.sub(" ", " ".join(words_of(text))).strip() or text


def folded(text: str) -> str:
    flat = text.lower()
    if not flat.isascii():
        apart = unicodedata.normalize("NFKD", flat)
        flat = "".join(c for c in apart if not unicodedata.combining(c))
    return _REPEATED.sub(r"\1", flat)


def words_of(text: str) -> list[str]:
    """Every word and number in order, abbreviations spelled out."""
    words: list[str] = []
    for written in _WORD.findall(folded(text)):
        of_category = bool(words) and words[-1] in _CATEGORIES
        word = _ROMAN.get(written, written) if of_category else written
        words += _ABBREVIATIONS.get(word, word).split(" ")
    return words


def content_words(text: str) -> list[str]:
    return contents_among(words_of(text))


def contents_among(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _STOPWORDS]
