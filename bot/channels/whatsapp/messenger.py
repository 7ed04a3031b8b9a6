"""WhatsApp outbound, through Twilio."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.auth import HTTPBasicAuth

from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.contents import filled, shape_of
from bot.channels.whatsapp.failures import REFUSED, vendor_errors
from bot.channels.whatsapp.media import TwilioMedia
from bot.core.ports import CANNOT_REPLACE, Address, Content, Picture, Receipt, SendFailed, Words
from bot.core.splitting import counted

LONGEST_BODY = 1600
_DEAD = frozenset({"failed", "undelivered", "canceled"})
_RECENT = 100
# Twilio's clock and ours may differ by a little.
CLOCK_SKEW = timedelta(seconds=60)

_log = logging.getLogger(__name__)


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
        if counted(words.text) > LONGEST_BODY:
            raise SendFailed("too_long", permanent=True)
        if picture and not picture.url:
            raise SendFailed("picture_without_url", permanent=True)
        if words.approved:
            return self._create(address, _content(words.approved))
        return self._create(address, _plain(words, picture))

    def _create(self, address: Address, said: dict[str, Any]) -> Receipt:
        with vendor_errors():
            created = self._client.messages.create(
                to=self._number(address.to),
                from_=self._sender,
                status_callback=self._status_callback,
                **said,
            )
        return Receipt(str(created.sid))

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        raise SendFailed(CANNOT_REPLACE, permanent=True)

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        """Twilio keeps no key of ours: the same body to the same person since then is the same
        message, since every body names its case.

        Not asked by date sent, which a message still in Twilio's queue does not have."""
        with vendor_errors():
            recent = self._client.messages.list(to=self._number(address.to), limit=_RECENT)
        bodies = {words.text, words.replies.text if words.replies else words.text}
        for message in recent:
            created = message.date_created or datetime.now(UTC)
            same = message.body in bodies and (int(message.num_media or 0) > 0) == bool(picture)
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
    """`contents` are the ContentSids of the site's account by name: answers to press go by them."""

    scheme = "whatsapp:"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_base: str,
        status_callback: str,
        contents: Mapping[str, str],
    ) -> None:
        super().__init__(account_sid, auth_token, sender, api_base, status_callback)
        self._contents = contents

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        content = self._to_press(words, picture)
        if content is None:
            return super().send(key, address, words, picture)
        try:
            return self._create(address, _content(content))
        except SendFailed as failed:
            if not failed.reason.startswith(REFUSED):
                raise
            # A template that Twilio does not take must not cost the person the question.
            _log.warning("twilio %s the answers to press: they go numbered", failed.reason)
        return super().send(key, address, words, picture)

    def _to_press(self, words: Words, picture: Picture | None) -> Content | None:
        if words.replies is None or words.approved or picture:
            return None
        shape = shape_of(words.replies)
        sid = self._contents.get(shape.name) if shape else None
        return filled(shape, sid, words.replies) if shape and sid else None


def _plain(words: Words, picture: Picture | None) -> dict[str, Any]:
    said: dict[str, Any] = {"body": words.text}
    if picture:
        said["media_url"] = [picture.url]
    return said


def _content(content: Content) -> dict[str, Any]:
    variables = json.dumps(dict(content.variables))
    return {"content_sid": content.sid, "content_variables": variables}
