"""Slack's files: pictures to a thread, photos from one."""

import html

import requests
from requests.auth import AuthBase
from slack_sdk import WebClient

from bot.channels.download import download
from bot.channels.origins import on_loopback
from bot.channels.slack.failures import vendor_errors
from bot.channels.slack.hosts import is_slack
from bot.core.assessment import NotAssessed
from bot.core.file_type import SOUND, file_type
from bot.core.ports import FetchFailed, Picture, Receipt, SendFailed

SOURCE_PREFIX = "slack-file:"
_TIMEOUT = (3.0, 20.0)
_GONE = frozenset({"file_deleted", "file_not_found"})
_LONGEST_TITLE = 120
_LONGEST_ALT = 1000


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class SlackFiles:
    def __init__(self, client: WebClient, bot_token: str, api_base: str) -> None:
        self._client = client
        self._auth = _Bearer(bot_token)
        self._api_base = api_base

    def share(self, channel: str, thread: str | None, text: str, picture: Picture) -> Receipt:
        """`channel` is an id. The receipt names the file where Slack does not say yet under
        which timestamp it stands in the channel."""
        is_sound = file_type(picture.content) in SOUND
        # Slack shows neither as formatted text.
        plain = html.unescape(text).replace("*", "")
        with vendor_errors():
            ticket = self._client.files_getUploadURLExternal(
                filename=picture.filename,
                length=len(picture.content),
                # For whoever hears the picture instead of seeing it.
                alt_txt=None if is_sound else plain[:_LONGEST_ALT],
            )
            file_id = str(ticket["file_id"])
            self._upload(str(ticket["upload_url"]), picture.content)
            completed = self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": plain.partition("\n")[0][:_LONGEST_TITLE]}],
                channel_id=channel,
                thread_ts=thread,
                initial_comment=text,
            )
        return Receipt(_shared_as(completed.data, channel) or file_id, channel)

    def fetch(self, source: str, *, limit: int) -> bytes:
        url = self._address(source.removeprefix(SOURCE_PREFIX))
        try:
            return download(
                url,
                ours=lambda hop: is_slack(hop, self._api_base),
                auth=self._auth,
                near=on_loopback(self._api_base),
                limit=limit,
            )
        except FetchFailed as failed:
            if failed.reason != NotAssessed.NOT_AN_IMAGE:
                raise
            # Without files:read Slack answers 200 and a login page in the picture's place.
            raise FetchFailed("missing_scope", permanent=True) from None

    def _address(self, file_id: str) -> str:
        try:
            with vendor_errors():
                file = self._client.files_info(file=file_id)["file"]
        except SendFailed as failed:
            reason = NotAssessed.PHOTO_MISSING.value if failed.reason in _GONE else failed.reason
            raise FetchFailed(
                reason, permanent=failed.permanent, retry_after=failed.retry_after
            ) from None
        url = file.get("url_private_download") or file.get("url_private")
        if not url or file.get("mode") == "tombstone":
            raise FetchFailed(NotAssessed.PHOTO_MISSING.value, permanent=True)
        return str(url)

    def _upload(self, url: str, content: bytes) -> None:
        """Nothing stands in the channel yet, so every failure may simply be tried again."""
        if not is_slack(url, self._api_base):
            raise SendFailed("foreign_host", permanent=True)
        try:
            answer = requests.post(url, data=content, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException:
            raise SendFailed("upload_dropped", permanent=False) from None
        if answer.status_code != 200:
            raise SendFailed(f"upload_http_{answer.status_code}", permanent=False)


def _shared_as(completed: object, channel: str) -> str | None:
    for file in completed.get("files", ()) if isinstance(completed, dict) else ():
        for places in (file.get("shares") or {}).values():
            for share in places.get(channel, ()):
                return str(share["ts"])
    return None
