"""WhatsApp outbound and its media."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from bot.channels.download import download
from bot.channels.whatsapp.client import VENDOR, twilio_client
from bot.core.ports import Address, FetchFailed, Picture, Receipt, SendFailed, Words

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

LONGEST_BODY = 1600
_OUTSIDE_WINDOW = 63016
_BAD_ADDRESS = frozenset({21211, 21214, 21217, 21408, 21610, 21614, 63003, 63024})
_DEAD = frozenset({"failed", "undelivered", "canceled"})
# Twilio's clock and ours may differ by a little.
_CLOCK_SKEW = timedelta(seconds=60)


class WhatsAppMessenger:
    """A `Messenger`. An address is E.164; the sender with or without "whatsapp:"."""

    def __init__(
        self, account_sid: str, auth_token: str, sender: str, api_base: str, status_callback: str
    ) -> None:
        self._auth = (account_sid, auth_token)
        self._sender = _whatsapp(sender)
        self._api_base = api_base
        self._status_callback = status_callback
        self._client = twilio_client(account_sid, auth_token, api_base)

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        if len(words.text) > LONGEST_BODY:
            raise SendFailed("too_long", permanent=True)
        media = {"media_url": [picture.url]} if picture and picture.url else {}
        with _vendor_errors():
            created = self._client.messages.create(
                to=_whatsapp(address.to),
                from_=self._sender,
                body=words.text,
                status_callback=self._status_callback,
                **media,
            )
        return Receipt(str(created.sid))

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        raise SendFailed("cannot_replace", permanent=True)

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        """Twilio keeps no key of ours: the same body to the same person since then is the same
        message, since every body names its case."""
        with _vendor_errors():
            recent = self._client.messages.list(
                to=_whatsapp(address.to), date_sent_after=since - _CLOCK_SKEW, limit=100
            )
        for message in recent:
            same = message.body == words.text and (int(message.num_media or 0) > 0) == bool(picture)
            if same and str(message.status) not in _DEAD:
                return Receipt(str(message.sid))
        return None

    def fetch(self, source: str, *, limit: int) -> bytes:
        return download(
            self._pinned(source),
            trusted=self._api_base,
            limit=limit,
            auth=self._auth,
            headers={},
        )

    def forget(self, source: str) -> None:
        try:
            answer = requests.delete(self._pinned(source), auth=self._auth, timeout=(3.0, 10.0))
        except requests.RequestException:
            raise FetchFailed("unreachable", permanent=False) from None
        if answer.status_code not in (200, 204, 404):
            raise FetchFailed(f"http_{answer.status_code}", permanent=False)

    def _pinned(self, source: str) -> str:
        vendor = source.startswith(VENDOR + "/")
        return self._api_base + source.removeprefix(VENDOR) if vendor else source


@contextmanager
def _vendor_errors() -> Iterator[None]:
    """Twilio's exceptions quote bodies and numbers; only a code leaves here."""
    try:
        yield
    except TwilioRestException as error:
        raise _refusal(error) from None
    except requests.exceptions.ConnectTimeout:
        raise SendFailed("unreachable", permanent=False) from None
    except requests.exceptions.ConnectionError as error:
        # Refused before anything was sent; a connection that dropped later may have delivered.
        refused = "NewConnectionError" in type(getattr(error.args[0], "reason", None)).__name__
        raise SendFailed("connection", permanent=False, unknown=not refused) from None
    except requests.RequestException:
        raise SendFailed("no_answer", permanent=False, unknown=True) from None
    except TwilioException:
        raise SendFailed("bad_answer", permanent=False, unknown=True) from None


def _refusal(error: TwilioRestException) -> SendFailed:
    code = int(error.code or 0)
    if error.status == 429 or code == 20429:
        return SendFailed("rate_limited", permanent=False, retry_after=1.0)
    if error.status >= 500:
        return SendFailed(f"http_{error.status}", permanent=False, unknown=True)
    if code == _OUTSIDE_WINDOW:
        return SendFailed("outside_window", permanent=True)
    if code in _BAD_ADDRESS:
        return SendFailed("bad_address", permanent=True)
    if error.status in (401, 403) or code == 20003:
        return SendFailed("auth", permanent=True)
    return SendFailed(f"refused_{code or error.status}", permanent=True)


def _whatsapp(number: str) -> str:
    return number if number.startswith("whatsapp:") else f"whatsapp:{number}"
