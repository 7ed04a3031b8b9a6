"""What a vision-language model is asked of a photo, and how its answer is taken: as JSON of one
shape, or not at all."""

import json
import re
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jsonschema import ValidationError, validate
from PIL import Image

from bot.core.assessment import Category, CategoryDistribution, Tissue
from bot.core.second_opinion import Description, Opinion
from bot.core.staff import Language
from bot.model_server import NotAnswered
from bot.settings import CHECKOUT

_LONGEST = 120
# A link, a mention, markup or another script is nothing a wound looks like.
_UNWANTED = re.compile(r"(?:https?://|www\.)\S*|[@<>*_`~|\\]|[^ -~\u00a1-\u017f\u2010-\u2026]")
_TEXT = {"type": "string", "maxLength": _LONGEST}
_SHARE = {"type": "integer", "minimum": 0, "maximum": 100}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "wound_seen": {"type": "boolean"},
        "categories": {
            "type": "object",
            "properties": {category.value: _SHARE for category in Category},
            "required": [category.value for category in Category],
            "additionalProperties": False,
        },
        "tissue": {
            "type": "object",
            "properties": {tissue.value: {"type": "boolean"} for tissue in Tissue},
            "required": [tissue.value for tissue in Tissue],
            "additionalProperties": False,
        },
        "bed": _TEXT,
        "edges": _TEXT,
        "skin": _TEXT,
    },
    "required": ["wound_seen", "categories", "tissue", "bed", "edges", "skin"],
    "additionalProperties": False,
}


class WoundModelThatSpeaks(Protocol):
    def ask(self, image: Image.Image) -> Opinion:
        """Raises NotAnswered, and whatever else a model or a network can raise."""
        ...


def prompt(language: Language) -> str:
    environment = Environment(
        loader=FileSystemLoader(CHECKOUT / "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text for a model
    )
    template = environment.get_template(f"second_reader/{language}.txt")
    return template.render(categories=list(Category), tissues=list(Tissue)).strip()


def parse(text: str, model: str) -> Opinion:
    """Raises NotAnswered for anything that is not the shape asked for."""
    try:
        said = json.loads(text)
        validate(said, SCHEMA)
    except (ValueError, ValidationError):
        raise NotAnswered("not_the_shape") from None
    shares = {Category(name): share for name, share in said["categories"].items()}
    total = sum(shares.values())
    if said["wound_seen"] and not total:
        raise NotAnswered("no_category")
    categories = (
        CategoryDistribution({category: share / total for category, share in shares.items()})
        if said["wound_seen"]
        else None
    )
    seen = frozenset(Tissue(name) for name, there in said["tissue"].items() if there)
    words = Description(*(_plain(said[part]) for part in ("bed", "edges", "skin")))
    return Opinion(model, categories, seen, words)


def _plain(text: str) -> str:
    return " ".join(_UNWANTED.sub(" ", text).split())
