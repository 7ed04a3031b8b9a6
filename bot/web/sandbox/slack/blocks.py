"""Block Kit's limits: those slack_sdk's models hold, and those they leave out."""

import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MOST_BLOCKS = 50
MOST_BLOCKS_IN_VIEW = 100
MOST_CHARACTERS = 13_200
LONGEST_TEXT = 40_000
LONGEST_CHANGED_TEXT = 4_000
LARGEST_VIEW = 250 * 1024

# type: (field, longest text)
_TEXTS = {"section": ("text", 3000), "header": ("text", 150), "button": ("text", 75)}
_MOST_ELEMENTS = {"actions": 25, "context": 10}
_KNOWN = frozenset(
    {
        "section",
        "header",
        "divider",
        "image",
        "context",
        "actions",
        "input",
        "file",
        "video",
        "rich_text",
        "markdown",
        "table",
        "call",
    }
)
_ONLY_IN_VIEW = frozenset({"input"})

logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)


def fault_in_blocks(blocks: object, *, in_view: bool = False) -> str | None:
    """The first thing Slack would refuse, in words; None when there is nothing."""
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        return "blocks must be a list of objects"
    most = MOST_BLOCKS_IN_VIEW if in_view else MOST_BLOCKS
    if len(blocks) > most:
        return f"no more than {most} items allowed"
    ids = [b["block_id"] for b in blocks if b.get("block_id")]
    if len(ids) != len(set(ids)):
        return "block_id used twice"
    for place, block in enumerate(blocks):
        problem = _fault_in_block(block, in_view)
        if problem:
            return f"{problem} [/blocks/{place}]"
    if not in_view and sum(len(text) for text in _texts(blocks)) > MOST_CHARACTERS:
        return "msg_blocks_too_long"
    return None


def fault_in_view(view: object) -> str | None:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return "view must be of type modal or home"
    if len(json.dumps(view)) > LARGEST_VIEW:
        return "view_too_large"
    problem = fault_in_blocks(view.get("blocks"), in_view=True)
    if problem:
        return problem
    if view["type"] == "home":
        only_in_modals = sorted({"title", "submit", "close"} & set(view))
        if only_in_modals:
            return f"a home tab has no {only_in_modals[0]}"
        return _by_model(lambda: View(**view).to_dict())
    title = view.get("title")
    if not isinstance(title, dict) or title.get("type") != "plain_text":
        return "a modal needs a plain_text title"
    has_input = any(b["type"] == "input" for b in view["blocks"])
    if has_input and not view.get("submit"):
        return "a modal with inputs needs submit"
    return _by_model(lambda: View(**view).to_dict())


def _fault_in_block(block: dict[str, Any], in_view: bool) -> str | None:
    kind = block.get("type")
    if kind not in _KNOWN:
        return f"unsupported type: {kind}"
    if kind in _ONLY_IN_VIEW and not in_view:
        return None if block.get("element") else "missing required field: element"
    if kind == "section" and not (block.get("text") or block.get("fields")):
        return "missing required field: text or fields"
    if kind == "image" and not (block.get("image_url") or block.get("slack_file")):
        return "missing required field: image_url or slack_file"
    if kind in _MOST_ELEMENTS:
        elements = block.get("elements")
        if not elements or len(elements) > _MOST_ELEMENTS[str(kind)]:
            return f"between 1 and {_MOST_ELEMENTS[str(kind)]} elements allowed"
        problem = next(filter(None, (_fault_in_element(e) for e in elements)), None)
        if problem:
            return problem
        actions = [e["action_id"] for e in elements if e.get("action_id")]
        if len(actions) != len(set(actions)):
            return "action_id used twice in one block"
    accessory = block.get("accessory")
    problem = _fault_in_text(block) or (_fault_in_element(accessory) if accessory else None)
    return problem or _by_model(lambda: [b.to_dict() for b in Block.parse_all([block])])


def _fault_in_element(element: dict[str, Any]) -> str | None:
    if element.get("type") in ("mrkdwn", "plain_text"):
        return None if element.get("text") else "must be more than 0 characters"
    if element.get("type") == "image" and not element.get("alt_text"):
        return "missing required field: alt_text"
    if element.get("type") == "button":
        if element.get("style") not in (None, "primary", "danger"):
            return "style must be primary or danger"
        if not isinstance(element.get("value", ""), str):
            return "value must be a string"
        if len(element.get("value", "")) > 2000:
            return "value longer than 2000"
    if len(element.get("action_id") or "") > 255:
        return "action_id longer than 255"
    return _fault_in_text(element)


def _fault_in_text(part: dict[str, Any]) -> str | None:
    name, longest = _TEXTS.get(str(part.get("type")), ("", 0))
    text = part.get(name) if name else None
    texts = [(text, longest)] if text is not None else []
    texts += [(field, 2000) for field in part.get("fields") or []]
    if len(part.get("fields") or []) > 10:
        return "no more than 10 fields allowed"
    for text, limit in texts:
        if not isinstance(text, dict) or text.get("type") not in ("mrkdwn", "plain_text"):
            return "text must be a text object"
        plain_only = part["type"] in ("header", "button")
        if plain_only and text["type"] != "plain_text":
            return "text must be plain_text"
        if not text.get("text"):
            return "must be more than 0 characters"
        if len(text["text"]) > limit:
            return f"must be less than {limit + 1} characters"
    return None


def _by_model(build: Any) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            build()
    except SlackObjectFormationError as error:
        return str(error)
    except (TypeError, ValueError, AttributeError, KeyError):
        return "malformed"
    return None


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
