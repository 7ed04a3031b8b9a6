"""WhatsApp outbound, through Twilio."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.auth import HTTPBasicAuth

from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.failures import vendor_errors
from bot.channels.whatsapp.media import TwilioMedia
from bot.core.ports import Address, Picture, Receipt, SendFailed, Words

LONGEST_BODY = 1600
_DEAD = frozenset({"failed", "undelivered", "canceled"})
_RECENT = 100
# Twilio's clock and ours may differ by a little.
CLOCK_SKEW = timedelta(seconds=60)


class TwilioMessenger:
    """A `Messenger`. An address is E.164; the sender with or without the channel's `scheme`."""

    scheme: str

    def __init__(
        self, account_sid: str, auth_token: str, sender: str, api_base: str, status_callback: str
    ) -> None:
        self._sender = self._number(sender)
        self._status_callback = status_callback
        self._client = twilio_client(account_sid, auth_token, api_base)
        self._media = TwilioMedia(HTTPBasicAuth(account_sid, auth_token), api_base)

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        if len(words.text) > LONGEST_BODY:
            raise SendFailed("too_long", permanent=True)
        if picture and not picture.url:
            raise SendFailed("picture_without_url", permanent=True)
        said: dict[str, Any] = {"body": words.text}
        if words.approved:
            variables = json.dumps(dict(words.approved.variables))
            said = {"content_sid": words.approved.sid, "content_variables": variables}
        elif picture:
            said["media_url"] = [picture.url]
        with vendor_errors():
            created = self._client.messages.create(
                to=self._number(address.to),
                from_=self._sender,
                status_callback=self._status_callback,
                **said,
            )
        return Receipt(str(created.sid))

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        raise SendFailed("cannot_replace", permanent=True)

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        """Twilio keeps no key of ours: the same body to the same person since then is the same
        message, since every body names its case.

        Not asked by date sent, which a message still in Twilio's queue does not have."""
        with vendor_errors():
            recent = self._client.messages.list(to=self._number(address.to), limit=_RECENT)
        for message in recent:
            created = message.date_created or datetime.now(UTC)
            same = message.body == words.text and (int(message.num_media or 0) > 0) == bool(picture)
            fresh = created >= since - CLOCK_SKEW
            if same and fresh and str(message.status) not in _DEAD:
                return Receipt(str(message.sid))
        return None

    def fetch(self, source: str, *, limit: int) -> bytes:
        return self._media.fetch(source, limit=limit)

    def forget(self, source: str) -> None:
        self._media.forget(source)

    def _number(self, number: str) -> str:
        return number if number.startswith(self.scheme) else f"{self.scheme}{number}"


class WhatsAppMessenger(TwilioMessenger):
    scheme = "whatsapp:"
