"""A ward message as plain tokens that still know where they stood in the nurse's own text."""

import re
import unicodedata
from dataclasses import dataclass

SENTENCE_ENDS = frozenset(".!?;\n")
MARKS = SENTENCE_ENDS | frozenset(",:()+-¿¡/")

_ABBREVIATIONS = {
    "c/": "con",
    "s/": "sin",
    "w/": "with",
    "w/o": "without",
    "h/o": "history of",
    "b/p": "bp",
    "pte": "paciente",
    "pcte": "paciente",
    "pct": "paciente",
    "pac": "paciente",
    "px": "paciente",
    "pt": "patient",
    "ptn": "patient",
    "q": "que",
    "xq": "porque",
    "tb": "tambien",
    "cannot": "can not",
    "temp's": "temp",
    "bp's": "bp",
}
_NEGATED = ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "could")
_ABBREVIATIONS |= {f"{verb}nt": f"{verb} not" for verb in (*_NEGATED, "would", "should")}
_ABBREVIATIONS |= {f"{verb}n't": f"{verb} not" for verb in (*_NEGATED, "would", "should")}
_ABBREVIATIONS |= {
    "won't": "will not",
    "wont": "will not",
    "can't": "can not",
    "cant": "can not",
}
_EMOJI = {
    "\N{FACE WITH THERMOMETER}": "fiebre",
    "\N{FREEZING FACE}": "escalofrios",
    "\N{DROP OF BLOOD}": "sangre",
    "\N{CROSS MARK}": "no ,",
    "\N{NEGATIVE SQUARED CROSS MARK}": "no ,",
    "\N{NO ENTRY SIGN}": "no ,",
    "\N{BUG}": "gusano",
}
_TOKEN = re.compile(
    r"(?:ant|sra?|dra?|srta|hrs?|min|aprox|temp|pcte|pte|pac|ej|vs|mrs?|approx)\.(?=\s?\w)"
    r"|[a-z]+\.(?:com|org|net)\b|w/o\b|h/o\b|b/p\b|(?<![a-z])[csw]/(?!\d)|(?:[a-z]\.){2,}[a-z]?\b|[a-z]+(?:'[a-z]+)?"
    r"|\d+(?:[.,]\d+)?|[.!?;\n,:()+\-¿¡/]|" + "|".join(_EMOJI)
)
_REPEATED = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is lower case without accents; `start` and `end` are offsets in the composed text.
    `accented` tells "sí" from "si"."""

    word: str
    start: int
    end: int
    accented: bool = False

    @property
    def is_mark(self) -> bool:
        return self.word in MARKS


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """Lower case without accents, character for character, so that offsets stay true."""
    return "".join(_plain_character(character) for character in text)


def _plain_character(character: str) -> str:
    if character in "°º˚":
        return "°"
    if character in "’‘`´":
        return "'"
    base = unicodedata.normalize("NFKD", character)[0].lower()
    return base[0] if base else character


def tokens_of(text: str) -> tuple[Token, ...]:
    """`text` is composed. An abbreviation may become two tokens at the same place."""
    flat = plain(text)
    found: list[Token] = []
    for match in _TOKEN.finditer(flat):
        start, end = match.span()
        written = _EMOJI.get(match[0], match[0])
        if "." in written and written[0].isalpha():
            written = written.replace(".", "")
        written = _REPEATED.sub(r"\1", written)
        accented = text[start:end].lower() != match[0]
        found += [
            Token(word, start, end, accented)
            for word in _ABBREVIATIONS.get(written, written).split(" ")
        ]
    return tuple(found)
