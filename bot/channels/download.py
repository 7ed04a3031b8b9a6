"""Downloads a picture: credentials only to their own origin, redirects by hand, a size limit."""

from collections.abc import Mapping
from urllib.parse import urljoin

import requests

from bot.channels.origins import is_public, on_loopback, origin
from bot.core.assessment import NotAssessed
from bot.core.ports import FetchFailed

_TIMEOUT = (3.0, 20.0)
_MOST_REDIRECTS = 3
_CHUNK = 65_536


def download(
    url: str, *, trusted: str, limit: int, auth: tuple[str, str] | None, headers: Mapping[str, str]
) -> bytes:
    """The bytes at `url`. Credentials go to the origin of `trusted` alone. Raises FetchFailed."""
    for _ in range(_MOST_REDIRECTS + 1):
        ours = origin(url) == origin(trusted)
        if not ours and not is_public(url) and not (on_loopback(trusted) and on_loopback(url)):
            raise FetchFailed("foreign_host", permanent=True)
        answer = _get(url, auth if ours else None, headers if ours else {})
        with answer:
            if answer.is_redirect:
                url = urljoin(url, answer.headers["Location"])
                continue
            _check(answer)
            return _body(answer, limit)
    raise FetchFailed("too_many_redirects", permanent=True)


def _get(
    url: str, auth: tuple[str, str] | None, headers: Mapping[str, str]
) -> requests.Response:
    try:
        with requests.Session() as session:
            # Without this, ~/.netrc or a proxy variable could add credentials of its own.
            session.trust_env = False
            return session.get(
                url,
                auth=auth,
                headers=dict(headers),
                timeout=_TIMEOUT,
                stream=True,
                allow_redirects=False,
            )
    except requests.RequestException:
        raise FetchFailed("unreachable", permanent=False) from None


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if status == 410:
        raise FetchFailed(NotAssessed.PHOTO_MISSING.value, permanent=True)
    if status in (401, 403):
        raise FetchFailed("auth", permanent=True)
    if status == 429:
        wait = answer.headers.get("Retry-After", "1")
        raise FetchFailed("rate_limited", permanent=False, retry_after=float(wait))
    if status != 200:
        # Twilio's media may be 404 for a moment after the message was announced.
        raise FetchFailed(f"http_{status}", permanent=False)


def _body(answer: requests.Response, limit: int) -> bytes:
    too_large = FetchFailed(NotAssessed.IMAGE_TOO_LARGE.value, permanent=True)
    if int(answer.headers.get("Content-Length") or 0) > limit:
        raise too_large
    content = bytearray()
    try:
        for chunk in answer.iter_content(_CHUNK):
            content += chunk
            if len(content) > limit:
                raise too_large
    except requests.RequestException:
        raise FetchFailed("interrupted", permanent=False) from None
    return bytes(content)
