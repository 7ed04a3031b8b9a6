"""SMS through Twilio: beside a phone call."""

from datetime import datetime

from bot.channels.phone.outbound_only import OutboundOnly
from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.failures import vendor_errors
from bot.core.ports import Address, Picture, Receipt, Words

_RECENT = 20
_DEAD = frozenset({"failed", "undelivered", "canceled"})


class TextMessages(OutboundOnly):
    """A `Messenger`."""

    def __init__(
        self, account_sid: str, auth_token: str, sender: str, api_base: str, status_callback: str
    ) -> None:
        self._sender = sender
        self._status_callback = status_callback
        self._client = twilio_client(account_sid, auth_token, api_base)

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        with vendor_errors():
            sent = self._client.messages.create(
                to=address.to,
                from_=self._sender,
                body=words.text,
                status_callback=self._status_callback,
            )
        return Receipt(str(sent.sid))

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        with vendor_errors():
            recent = self._client.messages.list(to=address.to, limit=_RECENT)
        for message in recent:
            fresh = message.date_created is None or message.date_created >= since
            if fresh and message.body == words.text and str(message.status) not in _DEAD:
                return Receipt(str(message.sid))
        return None
