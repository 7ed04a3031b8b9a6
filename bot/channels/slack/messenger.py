"""Slack outbound and its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.error import URLError

import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError

from bot.channels.download import download
from bot.channels.origins import is_public, on_loopback, origin
from bot.core.assessment import NotAssessed
from bot.core.ports import Address, FetchFailed, Picture, Receipt, SendFailed, Words

SOURCE_PREFIX = "slack-file:"
EVENT_TYPE = "vigia_message"
_TIMEOUT = 10
_UNCERTAIN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_GONE = frozenset({"file_deleted", "file_not_found"})


class SlackMessenger:
    """A `Messenger`. An address is a channel id, a #name, a DM or a user id."""

    def __init__(self, bot_token: str, api_base: str) -> None:
        self._api_base = api_base
        self._token = bot_token
        # The SDK's own retries would post twice when a connection drops after the commit.
        self._client = WebClient(
            token=bot_token, base_url=api_base, timeout=_TIMEOUT, retry_handlers=[]
        )
        self._channel_ids: dict[str, str] = {}

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        with _vendor_errors():
            if picture:
                return self._upload(address, words, picture)
            answer = self._client.chat_postMessage(
                channel=address.to,
                thread_ts=address.thread,
                text=words.text,
                blocks=list(words.blocks) if words.blocks else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
            return Receipt(str(answer["ts"]), str(answer["channel"]))

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        with _vendor_errors():
            self._client.chat_update(
                channel=receipt.place or address.to,
                ts=receipt.provider_id,
                text=words.text,
                blocks=list(words.blocks) if words.blocks else None,
            )
        return Receipt(f"update:{key}", receipt.place)

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        with _vendor_errors():
            channel = self._channel_id(address.to)
            oldest = str(since.timestamp() - 60)
            found: Any
            if address.thread:
                found = self._client.conversations_replies(
                    channel=channel,
                    ts=address.thread,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=200,
                )
            else:
                found = self._client.conversations_history(
                    channel=channel, oldest=oldest, include_all_metadata=True, limit=200
                )
            for message in found["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                names = [file.get("name") for file in message.get("files") or ()]
                if payload.get("key") == key or (picture and picture.filename in names):
                    return Receipt(str(message["ts"]), channel)
        return None

    def tell_only(self, user: str, channel: str, text: str) -> None:
        """A message that this person alone sees. Raises SendFailed."""
        with _vendor_errors():
            self._client.chat_postEphemeral(channel=channel, user=user, text=text)

    def fetch(self, source: str, *, limit: int) -> bytes:
        try:
            with _vendor_errors():
                file = self._client.files_info(file=source.removeprefix(SOURCE_PREFIX))["file"]
        except SendFailed as failed:
            reason = NotAssessed.PHOTO_MISSING.value if failed.reason in _GONE else failed.reason
            raise FetchFailed(
                reason, permanent=failed.permanent, retry_after=failed.retry_after
            ) from None
        url = file.get("url_private_download") or file.get("url_private")
        if not url or file.get("mode") == "tombstone":
            raise FetchFailed(NotAssessed.PHOTO_MISSING.value, permanent=True)
        content = download(
            url,
            trusted=self._trusted(url),
            limit=limit,
            auth=None,
            headers={"Authorization": f"Bearer {self._token}"},
        )
        if content[:256].lstrip()[:1] == b"<":
            # Without files:read Slack answers 200 and a login page in the picture's place.
            raise FetchFailed("missing_scope", permanent=True)
        return content

    def forget(self, source: str) -> None:
        """Nothing: Slack is the hospital's own record, and keeps it."""

    def _trusted(self, url: str) -> str:
        """The origin that may see the token: Slack's file host beside the API's own."""
        scheme, host, _ = origin(url)
        real = origin(self._api_base)[1].endswith("slack.com")
        return url if real and scheme == "https" and host == "files.slack.com" else self._api_base

    def _upload(self, address: Address, words: Words, picture: Picture) -> Receipt:
        channel = self._channel_id(address.to)
        ticket = self._client.files_getUploadURLExternal(
            filename=picture.filename, length=len(picture.content)
        )
        url, file_id = str(ticket["upload_url"]), str(ticket["file_id"])
        if origin(url) != origin(self._api_base) and not (
            is_public(url) or (on_loopback(url) and on_loopback(self._api_base))
        ):
            raise SendFailed("foreign_upload_host", permanent=True)
        answer = requests.post(url, data=picture.content, timeout=(3.0, 20.0))
        if answer.status_code != 200:
            raise SendFailed(f"upload_http_{answer.status_code}", permanent=False)
        completed = self._client.files_completeUploadExternal(
            files=[{"id": file_id, "title": words.text[:120]}],
            channel_id=channel,
            thread_ts=address.thread,
            initial_comment=words.text,
        )
        return Receipt(_shared_as(completed.data, channel) or file_id, channel)

    def _channel_id(self, name: str) -> str:
        """Uploads take ids only."""
        if not name.startswith("#"):
            return name
        cursor: str | None = None
        while name not in self._channel_ids:
            page = self._client.conversations_list(
                limit=200,
                cursor=cursor,
                types="public_channel,private_channel",
                exclude_archived=True,
            )
            for channel in page["channels"]:
                self._channel_ids[f"#{channel['name']}"] = str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        if name not in self._channel_ids:
            raise SendFailed("channel_not_found", permanent=True)
        return self._channel_ids[name]


def _shared_as(completed: Any, channel: str) -> str | None:
    """The timestamp of the message that carries the file, where Slack says so already."""
    for file in completed.get("files") or ():
        for kind in ("public", "private"):
            for share in ((file.get("shares") or {}).get(kind) or {}).get(channel) or ():
                return str(share["ts"])
    return None


@contextmanager
def _vendor_errors() -> Iterator[None]:
    """Slack's exceptions quote the request; only a code leaves here."""
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error) from None
    except (TimeoutError, requests.Timeout):
        raise SendFailed("no_answer", permanent=False, unknown=True) from None
    except URLError as error:
        refused = isinstance(error.reason, ConnectionRefusedError)
        raise SendFailed("connection", permanent=False, unknown=not refused) from None
    except (SlackRequestError, SlackClientError, requests.RequestException, OSError, ValueError):
        raise SendFailed("bad_answer", permanent=False, unknown=True) from None


def _refusal(error: SlackApiError) -> SendFailed:
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or 0)
    code = ""
    if isinstance(getattr(answer, "data", None), dict):
        code = str(answer.get("error") or "")
    if status == 429 or code in ("ratelimited", "rate_limited"):
        wait = {k.lower(): v for k, v in dict(answer.headers).items()}.get("retry-after", "1")
        return SendFailed("rate_limited", permanent=False, retry_after=float(wait))
    if status >= 500 or code in _UNCERTAIN or not code:
        return SendFailed(code or f"http_{status}", permanent=False, unknown=True)
    return SendFailed(code[:40], permanent=True)
