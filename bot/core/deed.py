"""What a clinician can do with a case by a press, and what a press may ask for in a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.staff import Language


class Deed(StrEnum):
    """A button's action id in Slack is `vigia_` and the deed; its value the escalation's id and,
    after a slash, what was seen: to take the urgency, to confirm the category."""

    TAKE = "take"
    CONFIRM = "confirm"
    CORRECT = "correct"
    NEW_PHOTO = "new_photo"
    MESSAGE = "message"
    HAND_OVER = "hand_over"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Form:
    """A form to open for the person who pressed. `facts` are for the templates; `value` comes
    back with what was filled in."""

    deed: Deed
    value: str
    language: Language
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent. `provider_id` is the identity to dedupe on. `fields` by deed:
    CORRECT category, tissue (may be empty), note; MESSAGE text; HAND_OVER to (a staff id), note;
    CLOSE outcome, note. `channel` and `message` are the card that it was opened from."""

    provider_id: str
    user: str
    deed: Deed
    value: str
    channel: str
    message: str
    language: Language
    fields: Mapping[str, str]
