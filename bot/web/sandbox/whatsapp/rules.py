"""What Twilio demands of a message before it takes it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.web.sandbox.whatsapp.line import Button, Exchange, Template

LONGEST_BODY = 1600
LONGEST_TEMPLATE = 1024
LONGEST_BUTTON, LONGEST_ITEM, LONGEST_PAYLOAD = 20, 24, 200
MOST_UNAPPROVED_BUTTONS, MOST_ITEMS = 3, 10
_ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{7,14})")
_PHONE = re.compile(r"\+[1-9]\d{7,14}")
_SLOT = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Draft:
    phone: str
    body: str
    media_urls: tuple[str, ...]
    status_callback: str | None
    buttons: tuple[Button, ...] = ()
    opener: str | None = None
    sms: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    code: int


def check_draft(
    form: Mapping[str, str],
    media_urls: list[str],
    sender: str,
    exchange: Exchange,
    phone_sender: str,
) -> Draft | Refused:
    """`phone_sender` is the number that SMS go out from; they have no window."""
    if form.get("From") == phone_sender:
        return _sms(form)
    address = _ADDRESS.fullmatch(form.get("To", ""))
    content = form.get("ContentSid")
    body, callback = form.get("Body", ""), form.get("StatusCallback")
    if not form.get("To"):
        return Refused(21604)
    if not form.get("From"):
        return Refused(21603)
    if form["From"] != sender:
        return Refused(63007)
    if not address:
        return Refused(21211)
    phone = address[1]
    if phone in exchange.invalid_numbers:
        return Refused(21614)
    if callback and not _is_url(callback):
        return Refused(21609)
    if content:
        return _from_template(form, content, bool(body or media_urls), phone, exchange)
    if not body and not media_urls:
        return Refused(21602)
    if _counted(body) > LONGEST_BODY:
        return Refused(21617)
    if len(media_urls) > 1:
        return Refused(21623)
    if not all(_is_url(url) for url in media_urls):
        return Refused(21620)
    if not exchange.window_open(phone):
        return Refused(63016)
    return Draft(phone, body, tuple(media_urls), callback)


def _sms(form: Mapping[str, str]) -> Draft | Refused:
    body, callback = form.get("Body", ""), form.get("StatusCallback")
    if not _PHONE.fullmatch(form.get("To", "")):
        return Refused(21211)
    if not body:
        return Refused(21602)
    if _counted(body) > LONGEST_BODY:
        return Refused(21617)
    if callback and not _is_url(callback):
        return Refused(21609)
    return Draft(form["To"], body, (), callback, sms=True)


def _from_template(
    form: Mapping[str, str], content: str, more: bool, phone: str, exchange: Exchange
) -> Draft | Refused:
    template = exchange.templates.get(content)
    if more:
        return Refused(21654)
    if template is None:
        return Refused(21655)
    try:
        variables = json.loads(form.get("ContentVariables") or "{}")
    except ValueError:
        return Refused(21656)
    if not isinstance(variables, dict) or not all(map(_is_value, variables.values())):
        return Refused(21656)
    values = {**template.samples, **variables}
    if not slots_of(template) <= set(values):
        return Refused(21656)
    if not exchange.window_open(phone) and not template.approved:
        return Refused(63016)

    def fill(text: str) -> str:
        return _SLOT.sub(lambda slot: str(values[slot[1]]), text)

    buttons = tuple(Button(fill(one.text), fill(one.payload)) for one in template.buttons)
    opener = fill(template.opener) if template.opener is not None else None
    said = Template(fill(template.body), buttons, opener, template.approved)
    if not _is_shown(said):
        return Refused(63021)
    callback = form.get("StatusCallback")
    return Draft(phone, said.body, (), callback, said.buttons, said.opener)


def slots_of(template: Template) -> set[str]:
    texts = [template.body, template.opener or ""]
    texts += [text for one in template.buttons for text in (one.text, one.payload)]
    return {name for text in texts for name in _SLOT.findall(text)}


def _is_value(value: object) -> bool:
    """twilio.com/docs/api/errors/21656: no line break, tab, or more than four spaces."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_BODY
        and not re.search(r"[\n\t]| {5}", value)
    )


def _is_shown(said: Template) -> bool:
    """What WhatsApp's own limits let through."""
    most = MOST_ITEMS if said.opener is not None or said.approved else MOST_UNAPPROVED_BUTTONS
    longest = LONGEST_BUTTON if said.opener is None else LONGEST_ITEM
    texts = [one.text for one in said.buttons]
    payloads = {one.payload for one in said.buttons}
    return (
        len(said.body) <= LONGEST_TEMPLATE
        and len(texts) <= most
        and all(0 < len(text) <= longest for text in texts)
        and len(set(texts)) == len(texts) == len(payloads)
        and all(0 < len(payload) <= LONGEST_PAYLOAD for payload in payloads)
        and len(said.opener or "") <= LONGEST_BUTTON
    )


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _counted(body: str) -> int:
    """An emoji is more than one character to Twilio."""
    return len(body.encode("utf-16-le")) // 2
