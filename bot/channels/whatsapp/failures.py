"""Twilio's failures as short codes: its own exceptions quote bodies and numbers."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from urllib3.exceptions import NewConnectionError

from bot.core.ports import SendFailed

# What the message says is the cause, and the number follows: another way of saying it may pass.
REFUSED = "refused_"
_OUTSIDE_WINDOW = 63016
_AUTH = 20003
# Of the account's requests, and of the sender's messages.
_TOO_MANY = frozenset({20429, 63018})
_BAD_ADDRESS = frozenset({21211, 21214, 21217, 21408, 21610, 21614, 63003, 63024})


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Raises SendFailed in place of whatever the vendor's client raises."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise refusal(int(error.status), int(error.code or 0)) from None
    except requests.exceptions.ConnectTimeout:
        raise SendFailed("unreachable", permanent=False) from None
    except requests.exceptions.ConnectionError as error:
        raise _connection(error) from None
    except requests.RequestException:
        raise SendFailed("no_answer", permanent=False, unknown=True) from None
    except (TwilioException, ValueError):
        raise SendFailed("bad_answer", permanent=False, unknown=True) from None


def refusal(status: int, code: int) -> SendFailed:
    """`status` is HTTP's, `code` Twilio's own or 0."""
    if status == 429 or code in _TOO_MANY:
        return SendFailed("rate_limited", permanent=False, retry_after=1.0)
    if status >= 500:
        return SendFailed(f"http_{status}", permanent=False, unknown=True)
    if code == _OUTSIDE_WINDOW:
        return SendFailed("outside_window", permanent=True)
    if code in _BAD_ADDRESS:
        return SendFailed("bad_address", permanent=True)
    if status in (401, 403) or code == _AUTH:
        return SendFailed("auth", permanent=True)
    return SendFailed(f"{REFUSED}{code or status}", permanent=True)


def _connection(error: requests.exceptions.ConnectionError) -> SendFailed:
    """Refused before anything was sent; one that dropped later may have delivered."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError):
        return SendFailed("unreachable", permanent=False)
    return SendFailed("dropped", permanent=False, unknown=True)
