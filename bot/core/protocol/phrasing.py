"""An answer that a model worded from the passages: what it was given, and whether its words may be
sent. In doubt they may not: the passages' own sentences are there instead."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.core.language import language_of
from bot.core.protocol.answer import LONGEST_ANSWER, Grounds, Quote
from bot.core.protocol.refusal import names_drug_or_dose
from bot.core.protocol.text import folded
from bot.core.staff import Language

# The authored answer waits so long for better words, then goes by itself.
PATIENCE = timedelta(seconds=10)
MODEL_SECONDS = 7.0

_FILE = tomllib.loads(Path(__file__).with_name("phrasing.toml").read_text("utf-8"))


def _by_word(lists: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in lists.items() for word in words.split()}


_NUMBERS = _by_word(_FILE["numbers"])
_UNITS = _by_word(_FILE["units"])
_AMOUNTS = frozenset(_FILE["amounts"]["words"].split())
_TURNS = _by_word(_FILE["turns"])
_PHRASES: dict[str, str] = _FILE["phrases"]

_BRACKET = re.compile(r"\[([^\[\]]*)\]")
# A link, a mention, markup, a bracket that is no key, a digit or letter of another script.
_UNWANTED = re.compile(r"://|www\.|[@<>*_`~|\\\[\]{}]|[^\n -~\u00a1-\u017f\u2010-\u2026]")
_ROMAN = re.compile(r"\b[IVX]+\b", re.IGNORECASE)
# A scale, a society, a source.
_NAME = re.compile(r"\b[A-Z]{2,}\b")
_TOKEN = re.compile(r"[a-z]*\d+(?:[.,/:]\d+)*|[a-z]+|%")
_UNIT_OF_ONE, _BETWEEN_NUMBERS, _WITHIN_NUMBERS = (
    frozenset(_FILE["joints"][name].split()) for name in ("one", "between", "within")
)
_DOSE = re.compile(
    r"\d\s*(?:mg|mcg|\u03bcg|ug|g|gr|ml|cc|ui|iu|u|gotas?|drops?|unidad(?:es)?|units?|ampollas?|"
    r"comprimidos?|pastillas?|tabletas?|tablets?|pills?|gramos?|grams?)\b"
)


class Fault(StrEnum):
    """Why a model's words are not sent."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    MARKUP = "markup"
    FOREIGN_KEY = "foreign_key"
    UNCITED = "uncited"
    FIRST_NOT_CITED = "first_not_cited"
    ONE_SIDED = "one_sided"
    FOREIGN_NUMBER = "foreign_number"
    TURNED_ROUND = "turned_round"
    DOSE = "dose"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class PhrasingTask:
    """What a model is asked to word."""

    question: str
    language: Language
    grounds: Grounds

    def facts(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "PhrasingTask":
        grounds = facts["grounds"]
        quotes = tuple(Quote(**quote) for quote in grounds["quotes"])
        return cls(
            facts["question"],
            Language(facts["language"]),
            Grounds(quotes, grounds["opening"], grounds["closing"]),
        )


@dataclass(frozen=True, slots=True)
class _Statement:
    """Words, and the keys in brackets that follow them."""

    words: str
    keys: tuple[str, ...]


def worded(said: str, task: PhrasingTask) -> str:
    """The whole message: each key in its authored bracket, which names the strength of the rule,
    then the lines that close every answer."""
    marks = {quote.key: quote.mark for quote in task.grounds.quotes}
    text = _BRACKET.sub(lambda found: f"[{marks.get(found[1], found[1])}]", said.strip())
    return "\n".join(filter(None, [task.grounds.opening, text, task.grounds.closing]))


def find_fault(said: str, task: PhrasingTask) -> Fault | None:
    """None: these words may be sent."""
    return next(_faults(said.strip(), task), None)


def _faults(said: str, task: PhrasingTask) -> Iterator[Fault]:
    quotes = task.grounds.quotes
    passages: dict[str, str] = {}
    for quote in quotes:
        passages[quote.key] = f"{passages.get(quote.key, '')} {quote.says}".strip()
    plain = _BRACKET.sub(" ", said)
    if not said:
        yield Fault.EMPTY
    if len(worded(said, task)) > LONGEST_ANSWER:
        yield Fault.TOO_LONG
    if _UNWANTED.search(plain) or _has_strange_number(plain):
        yield Fault.MARKUP
    cited = _BRACKET.findall(said)
    if not set(cited) <= set(passages):
        yield Fault.FOREIGN_KEY
        return
    statements = _statements(said)
    if statements is None:
        yield Fault.UNCITED
        return
    if not cited or quotes[0].key not in cited:
        yield Fault.FIRST_NOT_CITED
    if task.grounds.opening and not set(passages) <= set(cited):
        yield Fault.ONE_SIDED
    for one in statements:
        source = " . ".join(passages[key] for key in one.keys)
        if not _names(one.words) <= _names(source):
            yield Fault.FOREIGN_KEY
        if not _amounts(one.words) <= _amounts(source):
            yield Fault.FOREIGN_NUMBER
        if not _keeps_sense(one.words, source):
            yield Fault.TURNED_ROUND
    if _DOSE.search(folded(plain)) or names_drug_or_dose(plain):
        yield Fault.DOSE
    if language_of(plain) is not task.language:
        yield Fault.LANGUAGE


def _statements(said: str) -> list[_Statement] | None:
    """None where words stand without a key behind them, or a key without words before it."""
    statements: list[_Statement] = []
    end = 0
    for found in _BRACKET.finditer(said):
        words = said[end : found.start()]
        end = found.end()
        if _says_something(words):
            statements.append(_Statement(words, (found[1],)))
        elif statements:
            last = statements[-1]
            statements[-1] = _Statement(last.words, (*last.keys, found[1]))
        else:
            return None
    return None if _says_something(said[end:]) else statements


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _has_strange_number(text: str) -> bool:
    """As in "½" or "²", which the digits would not show."""
    return any(c.isnumeric() and c not in "0123456789" for c in text)


def _amounts(text: str) -> frozenset[tuple[str, str]]:
    """Every number, alone and with its unit; every amount in words; every roman numeral."""
    found = {(numeral.upper(), "roman") for numeral in _ROMAN.findall(text)}
    unit = following = ""
    for token in reversed(_numbered(_tokens(text))):
        if token in _UNITS:
            unit = _UNITS[token]
        elif token[-1].isdigit():
            number = token.replace(",", ".")
            found |= {(number, ""), (number, unit)}
        elif token in _UNIT_OF_ONE and following in _UNITS:
            found |= {("1", ""), ("1", unit)}
            unit = ""
        elif token not in _BETWEEN_NUMBERS:
            unit = ""
        if token in _AMOUNTS:
            found.add((token, "amount"))
        following = token
    return frozenset(found)


def _numbered(tokens: Sequence[str]) -> list[str]:
    """Numbers in words as digits; what several words say together as one token."""
    joined: list[str] = []
    for place, token in enumerate(tokens):
        number = _NUMBERS.get(token)
        before = tokens[place - 1] if place else ""
        if before in _WITHIN_NUMBERS and place > 1:
            before = tokens[place - 2]
        spelled = number is not None or before in _NUMBERS
        adjoins = before in _NUMBERS or before[-1:].isdigit()
        if spelled and adjoins and (number or token[-1].isdigit()):
            joined[-1] = f"{joined[-1]}+{number or token}"
        else:
            joined.append(number or token)
    return joined


def _keeps_sense(words: str, source: str) -> bool:
    said, meant = _turns(words), _turns(source)
    return ("no" in said) == ("no" in meant) and said <= meant


def _turns(text: str) -> frozenset[str]:
    return frozenset(_TURNS[token] for token in _tokens(text) if token in _TURNS)


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text)) - frozenset(_ROMAN.findall(text))


def _tokens(text: str) -> list[str]:
    plain = folded(text)
    for phrase, meaning in _PHRASES.items():
        plain = plain.replace(phrase, meaning)
    return _TOKEN.findall(plain)
