"""What Twilio demands of a message before it takes it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.web.sandbox.whatsapp.line import Button, Exchange

LONGEST_BODY = 1600
LONGEST_TEMPLATE = 1024
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
    if len(body) > LONGEST_BODY:
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
    if len(body) > LONGEST_BODY:
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
    wanted = set(_SLOT.findall(template.body))
    if not isinstance(variables, dict) or not wanted <= set(variables):
        return Refused(21656)
    body = _SLOT.sub(lambda slot: str(variables[slot[1]]), template.body)
    if len(body) > LONGEST_TEMPLATE:
        return Refused(21656)
    return Draft(phone, body, (), form.get("StatusCallback"), template.buttons)


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
