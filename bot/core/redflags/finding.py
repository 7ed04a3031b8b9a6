"""Finds the danger signs in a text, each once, in the nurse's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.core.language import language_of
from bot.core.redflags.denial import is_denied
from bot.core.redflags.grammar import pattern, words
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.redflags.lexicon import Phrase, Span, find, load_lexicon, says
from bot.core.redflags.message import Place, place
from bot.core.redflags.numbers import flags_of_numbers
from bot.core.redflags.scores import Measured, Vital
from bot.core.redflags.setting import is_elsewhere
from bot.core.redflags.tokens import Token, composed, plain, tokens_of
from bot.core.redflags.vitals import measured_in, on_oxygen
from bot.core.staff import Language

_SIGNS_OF_INFECTION = 3


@dataclass(frozen=True, slots=True)
class _Heard:
    """`words` are as written; `denied` says that the nurse excluded it."""

    span: Span
    around: Place
    words: str
    denied: bool


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    tokens: tuple[Token, ...]
    english: bool
    states: frozenset[str]

    def hear(self, phrase: Phrase) -> Iterator[_Heard]:
        """What is said of this patient, now."""
        for span in find(phrase, self.tokens):
            around = place(self.tokens, span)
            if is_elsewhere(around):
                continue
            state = not self.states.isdisjoint(around.inside)
            gainsaid = words("not") & set(around.inside[1:])
            denied = is_denied(around, state=state, english=self.english) or not all(
                says(phrase, word) for word in gainsaid
            )
            yield _Heard(span, around, self.words(span), denied)

    def words(self, span: Span) -> str:
        return self.text[self.tokens[span.first].start : self.tokens[span.last].end]

    def measured(self) -> Iterator[Measured]:
        for one in measured_in(plain(self.text)):
            inside = [at for at, t in enumerate(self.tokens) if one.start <= t.start < one.end]
            span = Span(inside[0], inside[-1])
            if not is_elsewhere(place(self.tokens, span), measured=True):
                yield one


def vitals_given(text: str) -> frozenset[Vital]:
    """The vital signs that the text tells of this patient, now."""
    written = composed(text)
    message = _Message(written, tokens_of(written), False, frozenset())
    return frozenset(one.vital for one in message.measured())


@lru_cache(maxsize=256)
def find_red_flags(text: str) -> tuple[RedFlag, ...]:
    """In the order of RedFlagKind. In doubt, a danger sign counts as present."""
    lexicon = load_lexicon()
    written = composed(text)
    tokens = tokens_of(written)
    message = _Message(written, tokens, language_of(written) is Language.EN, lexicon.states)
    found = _said(message)
    numbers = flags_of_numbers(
        tuple(message.measured()),
        altered=RedFlagKind.CONFUSION in found,
        oxygen=on_oxygen(plain(written)),
    )
    for kind, (start, end) in numbers.items():
        words = written[start:end]
        if found.get(kind, words) in words:
            found[kind] = words
    if RedFlagKind.PUS in found and RedFlagKind.UNWELL in found:
        found[RedFlagKind.PUS_AND_UNWELL] = found[RedFlagKind.PUS]
    return tuple(RedFlag(kind, found[kind]) for kind in RedFlagKind if kind in found)


def _said(message: _Message) -> dict[RedFlagKind, str]:
    found: dict[RedFlagKind, str] = {}
    fevers: list[_Heard] = []
    for kind, phrase in load_lexicon().phrases:
        for heard in message.hear(phrase):
            if kind is RedFlagKind.FEVER:
                fevers.append(heard)
            elif not heard.denied:
                found.setdefault(kind, heard.words)
    current = [
        fever for fever in fevers if not fever.denied and not _is_over(fever, fevers, message)
    ]
    if current:
        found[RedFlagKind.FEVER] = current[0].words
    signs: dict[str, str] = {}
    for sign, phrase in load_lexicon().signs:
        for heard in message.hear(phrase):
            if not heard.denied:
                signs.setdefault(sign, heard.words)
    if len(signs) >= _SIGNS_OF_INFECTION:
        found.setdefault(RedFlagKind.LOCAL_INFECTION, ", ".join(signs.values()))
    return found


def _is_over(fever: _Heard, fevers: list[_Heard], message: _Message) -> bool:
    """A fever of the past that the same message says has gone."""
    if not pattern("recent_past").search(" ".join((*fever.around.before, *fever.around.after))):
        return False
    later = fever.span.last
    gone = any(other.denied and other.span.first > later for other in fevers)
    return gone or any(token.word in words("afebrile") for token in message.tokens[later:])
