"""Slack's failures as short codes: its own exceptions quote the request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

import requests
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.channels.patience import retry_after
from bot.core.ports import SendFailed

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_IN_DOUBT = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# Not now: while the workspace or the channel is being moved.
_LATER = frozenset(
    {"external_channel_migrating", "team_added_to_org", "org_login_required", "update_failed"}
)
# Where the body is no JSON, the SDK puts a part of it in the code's place.
_CODE = re.compile(r"[a-z][a-z_]{1,39}")


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Raises SendFailed in place of whatever the vendor's client raises."""
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error) from None
    except (TimeoutError, requests.Timeout):
        raise SendFailed("no_answer", permanent=False, unknown=True) from None
    except URLError as error:
        refused = isinstance(error.reason, ConnectionRefusedError)
        raise SendFailed(
            "unreachable" if refused else "dropped", permanent=False, unknown=not refused
        ) from None
    except (SlackClientError, requests.RequestException, OSError, ValueError):
        raise SendFailed("dropped", permanent=False, unknown=True) from None


def _refusal(error: SlackApiError) -> SendFailed:
    answer = error.response
    status = int(answer.status_code)
    said = str(answer.data.get("error")) if isinstance(answer.data, dict) else ""
    code = said if _CODE.fullmatch(said) else ""
    if status == 429 or code in _RATE_LIMITED:
        wait = retry_after(answer.headers)
        return SendFailed("rate_limited", permanent=False, retry_after=wait)
    if status >= 500 or not code or code in _IN_DOUBT:
        return SendFailed(code or f"http_{status}", permanent=False, unknown=True)
    return SendFailed(code, permanent=code not in _LATER)
