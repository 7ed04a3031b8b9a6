"""The answers that a message offers, and which of them a person meant."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.redflags.tokens import composed, plain

ACTION_PREFIX = "vigia_answer_"
MOST_CHOICES = 10
# Before what reads the same in every language, such as a case's code.
LITERAL = "="
# Among the facts of a message whose buttons did not arrive: numbered lines go in their place.
PLAIN = "plain"
# A bare number days later is no answer to it; a press still is.
TYPED_WITHIN = timedelta(hours=12)

_NUMBER = re.compile(r"\s*(\d{1,2})\s*[.)°º]?\s*")
_WORD = re.compile(r"[a-z0-9]+")
# A number typed as an emoji is the digit and these two marks.
_KEYCAP = {0xFE0F: None, 0x20E3: None}


@dataclass(frozen=True, slots=True)
class Choice:
    """`payload` is "<verb>:<id>:<value>"; `word` the key of its label in templates/advice, or the
    label itself after a `LITERAL` mark."""

    payload: str
    word: str

    @property
    def parts(self) -> tuple[str, str, str]:
        verb, id, value = self.payload.split(":", 2)
        return verb, id, value


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A number that none of the answers has."""

    most: int


def choices_in(facts: Mapping[str, object]) -> tuple[Choice, ...]:
    offered = facts.get("choices")
    if not isinstance(offered, Sequence) or isinstance(offered, str):
        return ()
    return tuple(Choice(str(one["payload"]), str(one["word"])) for one in offered)


def choice_facts(choices: Iterable[Choice]) -> list[dict[str, str]]:
    return [{"payload": one.payload, "word": one.word} for one in choices]


def choice_meant(
    text: str, offered: Sequence[Choice], labels: Mapping[str, str]
) -> Choice | NotOffered | None:
    """By its number in the list, or by its label, accents and case aside. A label with a question
    mark is asked back."""
    number = _NUMBER.fullmatch(text.translate(_KEYCAP))
    if number:
        at = int(number[1])
        return offered[at - 1] if 1 <= at <= len(offered) else NotOffered(len(offered))
    said = folded(text)
    if not said or "?" in text:
        return None
    return next((one for one in offered if said == folded(label_of(one.word, labels))), None)


def label_of(word: str, labels: Mapping[str, str]) -> str:
    """Empty where the word has none."""
    return word.removeprefix(LITERAL) if word.startswith(LITERAL) else labels.get(word, "")


def folded(text: str) -> tuple[str, ...]:
    """Its words and numbers, accents and case aside."""
    return tuple(_WORD.findall(plain(composed(text))))
