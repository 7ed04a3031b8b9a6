"""What no rule understands is weighed: how much its words resemble those that meant danger."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.redflags.grammar import pattern
from bot.core.redflags.grammar import words as words_of
from bot.core.redflags.hearing import Listening
from bot.core.redflags.lexicon import Span, load_lexicon
from bot.core.redflags.limits import Limits
from bot.core.redflags.numbers import flags_of_numbers
from bot.core.redflags.tokens import MARKS, SENTENCE_ENDS
from bot.core.text_model import TextModel, load_text_model

_HERE = Path(__file__).parent
DANGER, EMERGENCY = _HERE / "danger.model", _HERE / "emergency.model"
# Numbers alone are a rule's business.
_SHORTEST_WORD = 3
# In the place of words that a rule understood as denied, or as another time, person or question.
_DENIED, _ELSEWHERE = "=denied", "=elsewhere"
# In the place of a vital sign that is none, and of an hour, a day or a size.
_NORMAL, _OTHER_NUMBER = "=normal", "=number"
_COUNTED = re.compile(
    r"(?<![\w.,:/])(?:(?:[01]?\d|2[0-3]):[0-5]\d|\d{1,2}[/-]\d{1,2}(?:[/-](?:20)?\d\d)?"
    r"|\d+(?:[.,]\d+)?(?:\s?x\s?\d+(?:[.,]\d+)?){1,2}(?:\s?(?:cm|mm)\b)?)(?![\d:/])"
)
_WHOLE = re.compile(r"[.,]\d+$")


@dataclass(frozen=True, slots=True)
class Resemblance:
    """`words` are the sentence that sounds most like danger, as written, and `length` their
    number."""

    words: str
    danger: float
    emergency: float
    length: int


def resemblance(message: Listening, limits: Limits) -> Resemblance | None:
    """Of the sentence that sounds most like danger; None where nothing was written."""
    danger, emergency = _models()
    heard = [
        Resemblance(
            message.words(span),
            danger.probability(words),
            emergency.probability(words),
            len(words),
        )
        for span, words in sentences(message, limits)
    ]
    return max(heard, key=lambda one: one.danger, default=None)


@cache
def _models() -> tuple[TextModel, TextModel]:
    return load_text_model(DANGER), load_text_model(EMERGENCY)


def sentences(message: Listening, limits: Limits) -> Iterator[tuple[Span, Sequence[str]]]:
    """Each sentence that has words, as the models know them, but for an unanswered nurse's."""
    words = _understood(message, limits)
    start = 0
    for at in range(len(words) + 1):
        if at < len(words) and message.tokens[at].word not in SENTENCE_ENDS:
            continue
        if _is_unanswered(message, start, at):
            start = at + 1
            continue
        kept = [word for word in words[start:at] if word == "," or word not in MARKS]
        if any(word.isalpha() and len(word) >= _SHORTEST_WORD for word in kept):
            asked = at < len(words) and message.tokens[at].word == "?"
            yield Span(start, at - 1), [*kept, "?"] if asked else kept
        start = at + 1


def _is_unanswered(message: Listening, start: int, end: int) -> bool:
    """The sentence says that no colleague answered, and nothing else."""
    said = " ".join(token.word for token in message.tokens[start:end])
    rest = pattern("unanswered").sub(" ", said)
    known = MARKS | words_of("beside_unanswered")
    return rest != said and all(word.isdigit() or word in known for word in rest.split())


def _understood(message: Listening, limits: Limits) -> list[str]:
    lexicon = load_lexicon()
    words = [_number(token.word) for token in message.tokens]
    for _, phrase in (*lexicon.phrases, *lexicon.signs):
        for heard in message.notice(phrase):
            if heard.elsewhere:
                _replace(words, heard.span, _ELSEWHERE)
            elif heard.denied:
                _replace(words, heard.span, _DENIED)
    for one in message.measured():
        if not flags_of_numbers((one,), limits, altered=False, oxygen=False):
            _replace(words, message.span(one.start, one.end), _NORMAL)
    for match in _COUNTED.finditer(message.flat):
        _replace(words, message.span(*match.span()), _OTHER_NUMBER)
    for span in (*message.measured_elsewhere(), *message.taken_back()):
        _replace(words, span, _ELSEWHERE)
    return words


def _replace(words: list[str], span: Span, by: str) -> None:
    words[span.first : span.last + 1] = [by] * (span.last - span.first + 1)


def _number(word: str) -> str:
    """Numbers by their size: what they measure is a rule's business."""
    if not word[0].isdigit():
        return word
    whole = _WHOLE.sub("", word)
    return "#" * len(whole) + ("." if whole != word else "")
