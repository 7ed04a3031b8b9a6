"""Twilio's own client, sent to the configured API base and to no other host."""

import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels.origins import origin
from bot.channels.patience import retry_after
from bot.core.ports import SendFailed

VENDOR = "https://api.twilio.com"
CONTENT = "https://content.twilio.com"
_TIMEOUT = (3.0, 10.0)

# It prints every request's address, and with it the recipient's number.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


def pinned(url: str, api_base: str) -> str:
    """An address at Twilio, moved to the configured API base; any other is left as it is. Content
    templates have a host of their own at Twilio, whichever region the base names."""
    at_twilio = (urlsplit(api_base).hostname or "").endswith(".twilio.com")
    if origin(url) != origin(VENDOR) and (origin(url) != origin(CONTENT) or at_twilio):
        return url
    base, asked = urlsplit(api_base), urlsplit(url)
    path = base.path.rstrip("/") + asked.path
    return urlunsplit((base.scheme, base.netloc, path, asked.query, ""))


class _PinnedHttpClient(TwilioHttpClient):
    """Raises SendFailed for what Twilio's exceptions would lose: how long to wait, and a
    server's failure whose body is no JSON."""

    def __init__(self, api_base: str) -> None:
        # A kept connection may have died unseen, and every such send would be in doubt.
        super().__init__(pool_connections=False)
        self._api_base = api_base
        # Set here because the library's own check of a given timeout takes one number only.
        self.timeout = _TIMEOUT

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if origin(url) not in (origin(VENDOR), origin(CONTENT)):
            raise SendFailed("foreign_host", permanent=True)
        answer = super().request(method, pinned(url, self._api_base), *args, **kwargs)
        if answer.status_code == 429:
            wait = retry_after(answer.headers)
            raise SendFailed("rate_limited", permanent=False, retry_after=wait)
        if answer.status_code >= 500:
            raise SendFailed(f"http_{answer.status_code}", permanent=False, unknown=True)
        return answer


def twilio_client(account_sid: str, auth_token: str, api_base: str) -> Client:
    return Client(account_sid, auth_token, http_client=_PinnedHttpClient(api_base))
