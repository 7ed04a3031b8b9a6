"""Downloads a picture: credentials only to their own hosts, redirects by hand, a size limit."""

from collections.abc import Callable
from urllib.parse import urljoin

import requests
from requests.auth import AuthBase

from bot.channels.origins import is_public, on_loopback
from bot.channels.patience import retry_after
from bot.core.assessment import NotAssessed
from bot.core.ports import FetchFailed

_TIMEOUT = (3.0, 20.0)
_MOST_REDIRECTS = 3
_CHUNK = 65_536


class _NoCredentials(AuthBase):
    """Keeps requests from looking for some in ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def download(
    url: str, *, ours: Callable[[str], bool], auth: AuthBase, near: bool, limit: int
) -> bytes:
    """The bytes at `url`, which must be on one of `ours`; only those see `auth`.

    A redirect may lead to any public https host, and to loopback where `near` says that the
    vendor itself is there. Raises FetchFailed.
    """
    if not ours(url):
        raise FetchFailed("foreign_host", permanent=True)
    for _ in range(_MOST_REDIRECTS + 1):
        trusted = ours(url)
        if not (trusted or is_public(url) or (near and on_loopback(url))):
            raise FetchFailed("foreign_host", permanent=True)
        try:
            with (
                requests.Session() as session,
                session.get(
                    url,
                    auth=auth if trusted else _NoCredentials(),
                    timeout=_TIMEOUT,
                    stream=True,
                    allow_redirects=False,
                ) as answer,
            ):
                if not answer.is_redirect:
                    return _body(answer, limit, trusted=trusted)
                url = urljoin(url, answer.headers["Location"])
        except (requests.RequestException, ValueError):
            raise FetchFailed("unreachable", permanent=False) from None
    raise FetchFailed("too_many_redirects", permanent=True)


def _body(answer: requests.Response, limit: int, *, trusted: bool) -> bytes:
    _check(answer, trusted=trusted)
    if int(answer.headers.get("Content-Length") or 0) > limit:
        raise FetchFailed(NotAssessed.IMAGE_TOO_LARGE.value, permanent=True)
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise FetchFailed(NotAssessed.IMAGE_TOO_LARGE.value, permanent=True)
    if _is_page(answer, content):
        raise FetchFailed(NotAssessed.NOT_AN_IMAGE.value, permanent=True)
    return bytes(content)


def _check(answer: requests.Response, *, trusted: bool) -> None:
    status = answer.status_code
    if status == 410:
        raise FetchFailed(NotAssessed.PHOTO_MISSING.value, permanent=True)
    if status in (401, 403) and trusted:
        raise FetchFailed("auth", permanent=True)
    if status == 429:
        raise FetchFailed("rate_limited", permanent=False, retry_after=retry_after(answer.headers))
    if status != 200:
        # Twilio's media may be 404 for a moment after the message was announced.
        raise FetchFailed(f"http_{status}", permanent=False)


def _is_page(answer: requests.Response, content: bytearray) -> bool:
    start = bytes(content[:64]).lstrip().lower()
    said = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    return said or start.startswith((b"<!doctype html", b"<html"))
