"""Slack outbound."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.channels.patience import retry_after
from bot.channels.slack.channels import ChannelIds
from bot.channels.slack.failures import vendor_errors
from bot.channels.slack.files import SlackFiles
from bot.channels.slack.hosts import is_slack
from bot.core.ports import CANNOT_REPLACE, Address, Picture, Receipt, SendFailed, Words

EVENT_TYPE = "vigia_message"
_TIMEOUT = 10
_RECENT = 200
_CLOCK_SKEW = timedelta(seconds=60)
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
# Deleted by a person, or in a workspace that lets no message be edited, or not for long.
_UNCHANGEABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

_log = logging.getLogger(__name__)

# Its errors quote what Slack answered, and its debugging prints every request.
logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)


class SlackMessenger:
    """A `Messenger`. An address is a channel id, a #name, a DM or a user id."""

    def __init__(self, bot_token: str, api_base: str) -> None:
        # The SDK's own retries would post twice when a connection drops after the commit.
        self._client = WebClient(
            token=bot_token, base_url=api_base, timeout=_TIMEOUT, retry_handlers=[]
        )
        self._api_base = api_base
        self._channels = ChannelIds(self._client)
        self._files = SlackFiles(self._client, bot_token, api_base)
        self._workspace: str | None = None

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        if picture:
            channel = self._channels.of(address.to)
            return self._files.share(channel, address.thread, words.text, picture)
        blocks = list(words.blocks) if words.blocks else None
        try:
            return self._post(key, address, words.text, blocks)
        except SendFailed as failed:
            if blocks is None or failed.reason not in _BAD_BLOCKS:
                raise
            # Blocks that Slack does not take must not cost anybody the alarm.
            _log.warning("slack %s: it goes as text", failed.reason)
        return self._post(key, address, words.text, None)

    def _post(
        self, key: str, address: Address, text: str, blocks: list[dict[str, object]] | None
    ) -> Receipt:
        with vendor_errors():
            answer = self._client.chat_postMessage(
                channel=address.to,
                thread_ts=address.thread,
                text=text,
                blocks=blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
            return Receipt(str(answer["ts"]), str(answer["channel"]))

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        """The receipt is of the rewriting: the message keeps its own."""
        channel = receipt.place or self._channels.of(address.to)
        try:
            with vendor_errors():
                self._client.chat_update(
                    channel=channel,
                    ts=receipt.provider_id,
                    text=words.text,
                    blocks=list(words.blocks) if words.blocks else None,
                )
        except SendFailed as failed:
            if failed.reason not in _UNCHANGEABLE:
                raise
            raise SendFailed(f"{CANNOT_REPLACE}_{failed.reason}", permanent=True) from None
        return Receipt(f"update:{key}", channel)

    def find(
        self, key: str, address: Address, words: Words, picture: Picture | None, since: datetime
    ) -> Receipt | None:
        """By the key in a message's metadata, or by the name of the file it carries."""
        channel = self._channels.of(address.to)
        with vendor_errors():
            for message in self._recent(channel, address.thread, since - _CLOCK_SKEW):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                names = [file.get("name") for file in message.get("files") or ()]
                if payload.get("key") == key or (picture and picture.filename in names):
                    return Receipt(str(message["ts"]), channel)
        return None

    def tell_only(self, user: str, channel: str, text: str) -> None:
        """A message that this person alone sees. Raises SendFailed."""
        with vendor_errors():
            self._client.chat_postEphemeral(channel=channel, user=user, text=text)

    def answer_command(self, url: str, words: Words) -> bool:
        """To that person alone, where they typed the command. False where Slack takes no more
        answers there: after half an hour, or five of them. Raises SendFailed."""
        if not is_slack(url, self._api_base):
            return False
        with vendor_errors():
            answer = WebhookClient(url, timeout=_TIMEOUT, retry_handlers=[]).send(
                text=words.text, blocks=words.blocks, response_type="ephemeral"
            )
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after(answer.headers)
            raise SendFailed("rate_limited", permanent=False, retry_after=wait)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SendFailed(f"http_{answer.status_code}", permanent=False, unknown=True)
        return answer.status_code == HTTPStatus.OK

    def open_form(self, trigger: str, view: Mapping[str, object]) -> None:
        """Within three seconds of the press that brought the trigger. Raises SendFailed."""
        with vendor_errors():
            self._client.views_open(trigger_id=trigger, view=dict(view))

    def publish_home(self, user: str, view: Mapping[str, object]) -> None:
        """In place of the home tab that this person had. Raises SendFailed."""
        with vendor_errors():
            self._client.views_publish(user_id=user, view=dict(view))

    def workspace_url(self) -> str:
        """Where this workspace's messages are linked to; ends in a slash. Raises SendFailed."""
        if self._workspace is None:
            with vendor_errors():
                self._workspace = str(self._client.auth_test()["url"])
        return self._workspace

    def fetch(self, source: str, *, limit: int) -> bytes:
        return self._files.fetch(source, limit=limit)

    def forget(self, source: str) -> None:
        """Nothing: Slack is the hospital's own record, and keeps it."""

    def _recent(self, channel: str, thread: str | None, since: datetime) -> list[dict[str, Any]]:
        window: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _RECENT,
        }
        if thread:
            found = self._client.conversations_replies(ts=thread, **window)
        else:
            found = self._client.conversations_history(**window)
        return list(found["messages"])
