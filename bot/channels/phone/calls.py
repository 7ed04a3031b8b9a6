"""Phone calls through Twilio Voice, for an alarm that nobody answered in the chat: no photo comes
from there."""

from datetime import datetime

from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.failures import vendor_errors
from bot.channels.whatsapp.messenger import CLOCK_SKEW
from bot.core.ports import Address, FetchFailed, Picture, Receipt, SendFailed, Words

_RECENT = 20
_DEAD = frozenset({"failed", "canceled"})


class PhoneCalls:
    """A `Messenger`. `words.text` is TwiML that says no patient data."""

    def __init__(self, account_sid: str, auth_token: str, sender: str, api_base: str) -> None:
        self._sender = sender
        self._client = twilio_client(account_sid, auth_token, api_base)

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        with vendor_errors():
            call = self._client.calls.create(to=address.to, from_=self._sender, twiml=words.text)
        return Receipt(str(call.sid))

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        """A call to the same number since then is the same alarm: one more would not help."""
        with vendor_errors():
            recent = self._client.calls.list(to=address.to, limit=_RECENT)
        for call in recent:
            created = call.date_created
            if created and created >= since - CLOCK_SKEW and str(call.status) not in _DEAD:
                return Receipt(str(call.sid))
        return None

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        raise SendFailed("cannot_replace", permanent=True)

    def fetch(self, source: str, *, limit: int) -> bytes:
        raise FetchFailed("no_photos_here", permanent=True)

    def forget(self, source: str) -> None:
        raise FetchFailed("no_photos_here", permanent=True)
