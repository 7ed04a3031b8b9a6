"""Slack's events and presses, read into our own words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.slack.messenger import SOURCE_PREFIX
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage, Press
from bot.core.ports import Address

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>\s*")
_KINDS = {
    "image": AttachmentKind.PHOTO,
    "audio": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
}
_OURS = frozenset({None, "file_share", "thread_broadcast"})


def parse_message(event: Mapping[str, Any]) -> InboundMessage | None:
    """None for what is not for us: bots' own posts, edits, and talk among colleagues.

    The identity is channel and timestamp: a retry, a mention and a message event of one post
    are the same post. `file_shared` is not read, since `message` brings the file with its words.
    """
    if event.get("bot_id") or event.get("subtype") not in _OURS or not event.get("user"):
        return None
    channel, ts, thread = event["channel"], event["ts"], event.get("thread_ts")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    mentioned = event.get("type") == "app_mention" or bool(_MENTION.search(event.get("text") or ""))
    files = tuple(_attachment(file) for file in event.get("files") or ())
    if not (direct or mentioned or thread or files):
        return None
    return InboundMessage(
        provider_id=f"{channel}:{ts}",
        channel=Channel.SLACK,
        sender=event["user"],
        address=Address(channel, thread if direct else thread or ts),
        text=_plain(event.get("text") or ""),
        attachments=files,
        sent_at=datetime.fromtimestamp(float(ts), UTC),
    )


def parse_press(body: Mapping[str, Any]) -> Press | None:
    """None for a press that is not on a message."""
    action, container = body["actions"][0], body.get("container") or {}
    message = container.get("message_ts") or (body.get("message") or {}).get("ts")
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
    if not message or not channel:
        return None
    user, at = body["user"]["id"], action.get("action_ts") or body.get("trigger_id")
    return Press(
        provider_id=f"press:{user}:{message}:{at}",
        user=user,
        action=action["action_id"],
        value=action.get("value") or "",
        channel=channel,
        message=message,
        response_url=body.get("response_url"),
        trigger_id=body.get("trigger_id"),
    )


def _attachment(file: Mapping[str, Any]) -> Attachment:
    content_type = str(file.get("mimetype") or "")
    kind = _KINDS.get(content_type.split("/")[0], AttachmentKind.DOCUMENT)
    if file.get("file_access") == "check_file_info" and not content_type:
        # From a connected workspace: only the id is told, the rest is asked for when fetching.
        kind = AttachmentKind.PHOTO
    return Attachment(SOURCE_PREFIX + str(file["id"]), kind, content_type, file.get("size"))


def _plain(text: str) -> str:
    said = _MENTION.sub("", text)
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
