"""What a message says of this patient, now, and whether the nurse denies it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.language import language_of
from bot.core.redflags.correction import corrected, corrections_in
from bot.core.redflags.denial import is_denied
from bot.core.redflags.grammar import words
from bot.core.redflags.growth import growth_in
from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.lexicon import Phrase, Span, find, reach_of_all, says
from bot.core.redflags.message import Place, place
from bot.core.redflags.scores import Measured
from bot.core.redflags.setting import is_elsewhere
from bot.core.redflags.template import is_unfilled
from bot.core.redflags.tokens import Token, composed, plain, tokens_of
from bot.core.redflags.vitals import measured_in
from bot.core.staff import Language

_FROM_WHERE_ON = re.compile(r"[<>≤≥]|\b(?:above|over|below|under|mayor|menor|sobre|bajo)\b")
_TO_CALL = re.compile(
    r"(?<!i )(?<!we )\b"
    r"(?:call|notify|page|inform|alert|avis(?:ar|en)|llam(?:ar|en)|notificar|inform(?:ar|en))\b"
    r"(?:(?!\b(?:now|ahora|ya|please|pls|porfa\w*|asap|urgent\w*)\b)[^.,;:!?\n]){0,40}$"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """`words` are as written; `denied` says that the nurse excluded it, `elsewhere` that it is of
    another time or person, an "if", a question or an empty field."""

    span: Span
    around: Place
    words: str
    denied: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Listening:
    """`flat` is the text in lower case without accents."""

    text: str
    flat: str
    tokens: tuple[Token, ...]
    english: bool
    states: frozenset[str]
    reach: frozenset[str]

    def hear(self, phrase: Phrase) -> Iterator[Heard]:
        """What is said of this patient, now."""
        return (heard for heard in self.notice(phrase) if not heard.elsewhere)

    def notice(self, phrase: Phrase) -> Iterator[Heard]:
        """Wherever it is said."""
        for span in find(phrase, self.tokens, self.reach):
            around = place(self.tokens, span)
            state = not self.states.isdisjoint(around.inside)
            gainsaid = words("not") & set(around.inside[1:])
            denied = is_denied(around, state=state, english=self.english) or not all(
                says(phrase, word) for word in gainsaid
            )
            elsewhere = is_elsewhere(around) or self._is_unfilled(span)
            yield Heard(span, around, self.words(span), denied, elsewhere)

    def words(self, span: Span) -> str:
        return self.text[self.tokens[span.first].start : self.tokens[span.last].end]

    def _is_unfilled(self, span: Span) -> bool:
        return is_unfilled(self.flat, self.tokens[span.first].start, self.tokens[span.last].end)

    def measured(self) -> Iterator[Measured]:
        """Vital signs of this patient, now."""
        return (one for one, is_here in self._measured() if is_here)

    def measured_elsewhere(self) -> Iterator[Span]:
        return (self.span(one.start, one.end) for one, is_here in self._measured() if not is_here)

    def _measured(self) -> Iterator[tuple[Measured, bool]]:
        for one in corrected(measured_in(self.flat), self.flat):
            span = self.span(one.start, one.end)
            start = min(one.start, self.tokens[span.first].start)
            elsewhere = is_elsewhere(place(self.tokens, span), measured=True)
            yield (
                Measured(one.vital, one.value, start, one.end),
                not elsewhere and not _is_ordered(self.flat, one.start, one.end),
            )

    def taken_back(self) -> Iterator[Span]:
        """The numbers that a correction replaces."""
        return (self.span(one.start, one.end) for one in corrections_in(self.flat))

    def grown(self) -> Iterator[tuple[RedFlagKind, str]]:
        """Wounds and reddenings that two sizes show to have grown, and the words that say so."""
        for kind, start, end in growth_in(self.flat):
            span = self.span(start, end)
            if not is_elsewhere(place(self.tokens, span)):
                yield kind, self.words(span)

    def span(self, start: int, end: int) -> Span:
        inside = [at for at, t in enumerate(self.tokens) if start < t.end and t.start < end]
        return Span(inside[0], inside[-1])


def _is_ordered(flat: str, start: int, end: int) -> bool:
    """ "Call MD for temp >101": from where on to call, not what it is. Who called tells what is."""
    return bool(_FROM_WHERE_ON.search(flat[start:end]) and _TO_CALL.search(flat[:start]))


def listen(text: str, states: frozenset[str] = frozenset()) -> Listening:
    """`states` are the adjectives and verbs that a list never denies."""
    written = composed(text)
    tokens = tokens_of(written)
    english = language_of(written) is Language.EN
    return Listening(written, plain(written), tokens, english, states, reach_of_all(tokens))
