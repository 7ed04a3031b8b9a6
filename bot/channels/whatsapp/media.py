"""Pictures that a nurse sent: fetched from Twilio, and deleted there once they are safe."""

import requests
from requests.auth import HTTPBasicAuth

from bot.channels.download import download
from bot.channels.origins import on_loopback, origin
from bot.channels.patience import retry_after
from bot.channels.whatsapp.client import pinned
from bot.core.ports import FetchFailed

_TIMEOUT = (3.0, 10.0)
# Too slow, in use, too early: they pass by themselves.
_PASSING = frozenset({408, 409, 425})


class TwilioMedia:
    def __init__(self, auth: HTTPBasicAuth, api_base: str) -> None:
        self._auth = auth
        self._api_base = api_base

    def fetch(self, url: str, *, limit: int) -> bytes:
        return download(
            pinned(url, self._api_base),
            ours=self._is_twilio,
            auth=self._auth,
            near=on_loopback(self._api_base),
            limit=limit,
        )

    def forget(self, url: str) -> None:
        """Raises FetchFailed. What is gone already counts as deleted."""
        target = pinned(url, self._api_base)
        if not self._is_twilio(target):
            raise FetchFailed("foreign_host", permanent=True)
        try:
            answer = requests.delete(
                target, auth=self._auth, timeout=_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException:
            raise FetchFailed("unreachable", permanent=False) from None
        status = answer.status_code
        if status in (401, 403):
            raise FetchFailed("auth", permanent=True)
        if status == 429:
            wait = retry_after(answer.headers)
            raise FetchFailed("rate_limited", permanent=False, retry_after=wait)
        if status not in (200, 204, 404, 410):
            refused = 400 <= status < 500 and status not in _PASSING
            raise FetchFailed(f"http_{status}", permanent=refused)

    def _is_twilio(self, url: str) -> bool:
        return origin(url) == origin(self._api_base)
