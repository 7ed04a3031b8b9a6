"""Twilio's own client, sent to the configured API base and to no other host."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

VENDOR = "https://api.twilio.com"
_TIMEOUT = (3.0, 10.0)


class OtherHostRefused(Exception):
    pass


class _PinnedHttpClient(TwilioHttpClient):
    def __init__(self, api_base: str) -> None:
        super().__init__(max_retries=0)
        self._base = urlsplit(api_base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        asked = urlsplit(url)
        if f"{asked.scheme}://{asked.netloc}" != VENDOR:
            raise OtherHostRefused
        path = self._base.path.rstrip("/") + asked.path
        pinned = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        kwargs["timeout"] = _TIMEOUT
        return super().request(method, pinned, *args, **kwargs)


def twilio_client(account_sid: str, auth_token: str, api_base: str) -> Client:
    return Client(account_sid, auth_token, http_client=_PinnedHttpClient(api_base))
