"""The Content templates that Vigia wants in the site's Twilio account: those that WhatsApp has to
approve, and one for each number of answers to press, which go inside the window without approval.

Limits: Twilio's pages on twilio/quick-reply and twilio/list-picker."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.channels.advice_words import AdviceWords
from bot.core.choice import MOST_CHOICES
from bot.core.ports import Content, Replies
from bot.core.reminder import SNOOZES, STOP
from bot.core.staff import Language

LONGEST_TEXT = 1024
MOST_BUTTONS, LONGEST_BUTTON = 3, 20
LONGEST_ITEM = 24
LONGEST_ID = 200

_QUICK_REPLY, _LIST, _TEXT = "twilio/quick-reply", "twilio/list-picker", "twilio/text"
# Asked for in answers that stay the same, so they are part of what WhatsApp approves.
_APPROVED_BUTTONS = {"reminder": (*SNOOZES, STOP)}
_SAMPLE_CODE = "7K2F"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many answers, and as buttons or as a list."""

    buttons: bool
    count: int

    @property
    def name(self) -> str:
        return f"{'buttons' if self.buttons else 'list'}.{self.count}"


SHAPES = (
    *(Shape(buttons=True, count=n) for n in range(1, MOST_BUTTONS + 1)),
    *(Shape(buttons=False, count=n) for n in range(MOST_BUTTONS + 1, MOST_CHOICES + 1)),
)


@dataclass(frozen=True)
class Wanted:
    """A Content template as it is to be made. `name` is what the settings call it."""

    name: str
    language: Language
    types: dict[str, object]
    samples: dict[str, str]
    needs_approval: bool

    @cached_property
    def friendly_name(self) -> str:
        """Another wording is another template: Twilio's cannot be changed once approved."""
        said = json.dumps([self.language, self.types], sort_keys=True)
        mark = hashlib.sha256(said.encode()).hexdigest()[:8]
        return f"vigia_{self.name.replace('.', '_')}_{mark}"

    @property
    def body(self) -> dict[str, object]:
        """Of the request that makes it."""
        return {
            "friendly_name": self.friendly_name,
            "language": self.language.value,
            "variables": self.samples,
            "types": self.types,
        }


def wanted_contents(templates: Path) -> Iterator[Wanted]:
    for language in Language:
        bodies = tomllib.loads((templates / "whatsapp" / f"{language}.toml").read_text("utf-8"))
        for name, body in bodies.items():
            yield _to_approve(name, body, language, AdviceWords.load(templates, language))
    for shape in SHAPES:
        yield _to_press(shape)


def shape_of(replies: Replies) -> Shape | None:
    """None for what has to go as numbered lines."""
    longest = max(len(label) for _, label in replies.options)
    if len(replies.text) > LONGEST_TEXT or any(len(id) > LONGEST_ID for id, _ in replies.options):
        return None
    shape = Shape(buttons=len(replies.options) <= MOST_BUTTONS, count=len(replies.options))
    fits = longest <= (LONGEST_BUTTON if shape.buttons else LONGEST_ITEM)
    return shape if fits and shape.count <= MOST_CHOICES else None


def filled(shape: Shape, sid: str, replies: Replies) -> Content:
    variables = {"text": replies.text}
    if not shape.buttons:
        variables["opener"] = replies.opener
    for number, (id, label) in enumerate(replies.options, 1):
        variables |= {f"id{number}": id, f"label{number}": label}
    return Content(sid, variables)


def _to_approve(name: str, body: str, language: Language, words: AdviceWords) -> Wanted:
    content: dict[str, object] = {"body": body}
    kind = _TEXT
    if name in _APPROVED_BUTTONS:
        kind = _QUICK_REPLY
        labels = {word: words.choice(word) for word in _APPROVED_BUTTONS[name]}
        content["actions"] = [{"title": label, "id": word} for word, label in labels.items()]
    return Wanted(f"{name}.{language}", language, {kind: content}, {"1": _SAMPLE_CODE}, True)


def _to_press(shape: Shape) -> Wanted:
    numbers = range(1, shape.count + 1)
    content: dict[str, object] = {"body": "{{text}}"}
    samples = {"text": "Vigia"}
    for n in numbers:
        samples |= {f"id{n}": str(n), f"label{n}": str(n)}
    if shape.buttons:
        actions = [{"title": f"{{{{label{n}}}}}", "id": f"{{{{id{n}}}}}"} for n in numbers]
        return Wanted(
            shape.name,
            Language.ES,
            {_QUICK_REPLY: content | {"actions": actions}},
            samples,
            needs_approval=False,
        )
    items = [{"item": f"{{{{label{n}}}}}", "id": f"{{{{id{n}}}}}"} for n in numbers]
    content |= {"button": "{{opener}}", "items": items}
    samples["opener"] = "+"
    return Wanted(shape.name, Language.ES, {_LIST: content}, samples, needs_approval=False)
