"""What Slack hands out for a short use: trigger ids, response addresses, upload addresses."""

import secrets
import time
from dataclasses import dataclass
from threading import Lock

RESPONSE_LIFETIME = 30 * 60.0
MOST_RESPONSES = 5


@dataclass(slots=True)
class Trigger:
    person: str
    expires_at: float
    used: bool = False


@dataclass(slots=True)
class ResponseTicket:
    person: str
    channel: str
    ts: str | None
    expires_at: float
    uses: int = 0


class Tickets:
    def __init__(self, trigger_lifetime: float) -> None:
        self._lock = Lock()
        self._lifetime = trigger_lifetime
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseTicket] = {}

    def trigger(self, person: str) -> str:
        ticket = f"{time.time_ns()}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        with self._lock:
            self._triggers[ticket] = Trigger(person, time.monotonic() + self._lifetime)
        return ticket

    def use_trigger(self, ticket: str) -> tuple[str, None] | tuple[None, str]:
        """The person who may see the view, or Slack's word for the refusal."""
        with self._lock:
            found = self._triggers.get(ticket)
            if found is None:
                return None, "invalid_trigger_id"
            if found.used:
                return None, "exchanged_trigger_id"
            if time.monotonic() > found.expires_at:
                return None, "expired_trigger_id"
            found.used = True
            return found.person, None

    def response(self, person: str, channel: str, ts: str | None) -> str:
        """The secret part of a response_url."""
        ticket = secrets.token_urlsafe(18)
        with self._lock:
            self._responses[ticket] = ResponseTicket(
                person, channel, ts, time.monotonic() + RESPONSE_LIFETIME
            )
        return ticket

    def use_response(self, ticket: str) -> ResponseTicket | None:
        with self._lock:
            found = self._responses.get(ticket)
            if found is None or time.monotonic() > found.expires_at or found.uses >= MOST_RESPONSES:
                return None
            found.uses += 1
            return found
