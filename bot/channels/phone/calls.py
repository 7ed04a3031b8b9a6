"""Phone calls through Twilio Voice, for an alarm that nobody answered in the chat: no photo comes
from there."""

from datetime import datetime

from bot.channels.phone.addresses import status_url
from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.failures import vendor_errors
from bot.channels.whatsapp.messenger import CLOCK_SKEW
from bot.core.ports import CANNOT_REPLACE, Address, FetchFailed, Picture, Receipt, SendFailed, Words

_RECENT = 20
_DEAD = frozenset({"failed", "canceled"})
_EVENTS = ["initiated", "ringing", "answered", "completed"]


class PhoneCalls:
    """A `Messenger`. `words.text` is TwiML that says no patient data. Twilio reports each call's
    progress, and by its sound whether a person answered, to the address of its key."""

    def __init__(
        self, account_sid: str, auth_token: str, sender: str, api_base: str, public_url: str
    ) -> None:
        self._sender = sender
        self._public_url = public_url
        self._client = twilio_client(account_sid, auth_token, api_base)

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        reports_to = status_url(self._public_url, key)
        with vendor_errors():
            call = self._client.calls.create(
                to=address.to,
                from_=self._sender,
                twiml=words.text,
                status_callback=reports_to,
                status_callback_event=_EVENTS,
                machine_detection="Enable",
                # The words begin at once: a person would hang up on seconds of silence.
                async_amd="true",
                async_amd_status_callback=reports_to,
            )
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
        raise SendFailed(CANNOT_REPLACE, permanent=True)

    def fetch(self, source: str, *, limit: int) -> bytes:
        raise FetchFailed("no_photos_here", permanent=True)

    def forget(self, source: str) -> None:
        raise FetchFailed("no_photos_here", permanent=True)
