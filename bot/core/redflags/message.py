"""A message as sentences and clauses, so that "sin" reaches no further than its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.redflags.grammar import words
from bot.core.redflags.lexicon import Span
from bot.core.redflags.tokens import SENTENCE_ENDS, Token

# On either side of a finding. Words further off say nothing of it, and a page without a full stop
# would be weighed whole for each finding: longer than Slack's three seconds.
_FARTHEST = 80


@dataclass(frozen=True, slots=True)
class Place:
    """The words around a finding: `before` and `after` it in its clause, its whole sentence as one
    string, the sentence's `lead` and `tail` beside the finding, and the `answer` that stands
    behind a sentence with a question mark."""

    before: tuple[str, ...]
    inside: tuple[str, ...]
    after: tuple[str, ...]
    sentence: str
    lead: str
    tail: str
    answer: str
    accented_si: bool


def place(tokens: Sequence[Token], span: Span) -> Place:
    first, end = _sentence(tokens, span)
    start, stop = span.first, span.last + 1
    for at in range(span.first - 1, first - 1, -1):
        if _opens_clause(tokens, at):
            break
        start = at
    while stop < end and not _opens_clause(tokens, stop):
        stop += 1
    # The mark that ends the sentence tells a question.
    shown_end = min(end + 1, len(tokens))
    return Place(
        before=_words(tokens[start : span.first]),
        inside=_words(tokens[span.first : span.last + 1]),
        after=_words(tokens[span.last + 1 : stop]),
        sentence=" ".join(_words(tokens[first:shown_end])),
        lead=" ".join(_words(tokens[first : span.first])),
        tail=" ".join(_words(tokens[span.last + 1 : end])),
        answer=_answer(tokens, end),
        accented_si=any(t.word == "si" and t.accented for t in tokens[first : span.first]),
    )


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.word for token in tokens)


def _answer(tokens: Sequence[Token], end: int) -> str:
    if end + 1 >= len(tokens) or tokens[end].word != "?":
        return ""
    stop = end + 1
    while stop < len(tokens) and tokens[stop].word not in SENTENCE_ENDS:
        stop += 1
    return " ".join(_words(tokens[end + 1 : stop]))


def _sentence(tokens: Sequence[Token], span: Span) -> tuple[int, int]:
    first, end = span.first, span.last + 1
    earliest, latest = max(0, first - _FARTHEST), min(len(tokens), end + _FARTHEST)
    while first > earliest and tokens[first - 1].word not in SENTENCE_ENDS:
        first -= 1
    while end < latest and tokens[end].word not in SENTENCE_ENDS:
        end += 1
    return first, end


def _opens_clause(tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].word
    if word in words("contrast"):
        return True
    if word not in words("now") or at == 0:
        return False
    previous = tokens[at - 1].word
    return previous not in words("keeps_its_clause") or previous in words("joins")
