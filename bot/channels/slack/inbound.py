"""Slack's events and presses, read into our own words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.slack.files import SOURCE_PREFIX
from bot.channels.wording import FORM
from bot.core.deed import Deed, Filled, Form
from bot.core.inbound import (
    Attachment,
    AttachmentKind,
    Channel,
    InboundMessage,
    Press,
    SlashCommand,
)
from bot.core.ports import Address
from bot.core.staff import Language

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>\s*")
_MARKED = re.compile(r"<((?:https?:|mailto:|tel:|[#!])[^|>]*)(?:\|([^>]*))?>")
_KINDS = {
    "image": AttachmentKind.PHOTO,
    "audio": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
}
# Deleted, hidden or withheld before its event came: Slack says no more of it than its id.
_GONE = frozenset({"tombstone", "hidden_by_limit", "file_not_found", "access_denied"})
_SPOKEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
# A post in a channel is for Vigia where it brings one.
_MAY_BE_PHOTO = frozenset({AttachmentKind.PHOTO, AttachmentKind.GONE})
_EDITED = "message_changed"


def own_ids(body: Mapping[str, Any]) -> frozenset[str]:
    """The user ids under which this app received the event, so that it knows itself."""
    receivers = body.get("authorizations") or ()
    return frozenset(str(r["user_id"]) for r in receivers if r.get("is_bot") and r.get("user_id"))


def parse_message(event: Mapping[str, Any], own: frozenset[str]) -> InboundMessage | None:
    """None for what is not for us: bots' own posts, what Slack itself changed in a message, and
    talk among colleagues.

    The identity is channel and timestamp: a retry, a mention and a message event of one post
    are the same post, and each of them carries its files; each edit of it is one more.
    `file_shared` is not read, since it has no words.
    """
    if event.get("subtype") == _EDITED:
        return _parse_edit(event, own)
    user = event.get("user")
    if not user or user in own or event.get("bot_id") or event.get("subtype") not in _SPOKEN:
        return None
    channel, ts, thread = str(event["channel"]), str(event["ts"]), event.get("thread_ts")
    said = _words(event)
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    mentioned = event["type"] == "app_mention" or any(f"<@{id}" in said for id in own)
    files = list(event.get("files") or ())
    if direct or mentioned:
        for shared in _forwarded(event, own):
            said = "\n".join(filter(None, (said, str(shared.get("text") or ""))))
            files += shared.get("files") or ()
    attachments = tuple(_attachment(file) for file in files)
    photo = any(one.kind in _MAY_BE_PHOTO for one in attachments)
    if not (direct or mentioned or thread or photo):
        return None
    return InboundMessage(
        provider_id=f"{channel}:{ts}",
        channel=Channel.SLACK,
        sender=str(user),
        address=Address(channel, thread if direct else thread or ts),
        text=_plain(said),
        attachments=attachments,
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        replied_to=str(thread) if direct and thread else None,
        addressed=mentioned,
    )


def _parse_edit(event: Mapping[str, Any], own: frozenset[str]) -> InboundMessage | None:
    """The message as it reads now, with the files that are new, in answer to itself where it stands
    alone. Slack tells of an unfolded link in the same way, but not as edited."""
    now, then = event.get("message") or {}, event.get("previous_message") or {}
    edit = (now.get("edited") or {}).get("ts")
    if not edit or not then:
        return None
    place = {key: event.get(key) for key in ("type", "channel", "channel_type")}
    read, was = (parse_message({**one, **place}, own) for one in (now, then))
    if read is None or was is None:
        # What was not for us until now is as good as posted now.
        return read
    known = {file.source for file in was.attachments}
    added = tuple(file for file in read.attachments if file.source not in known)
    if not added and _words(now) == _words(then):
        return None
    alone = str(now["ts"]) if read.address.thread is None else read.replied_to
    return replace(
        read,
        provider_id=f"{read.provider_id}:{edit}",
        attachments=added,
        replied_to=alone,
        before=_plain(_words(then)),
    )


def parse_press(body: Mapping[str, Any]) -> Press | None:
    """None for a press that is neither on a message nor on the home tab."""
    action, container = body["actions"][0], body.get("container") or {}
    message, channel = container.get("message_ts"), container.get("channel_id")
    if (body.get("view") or {}).get("type") == "home":
        message = channel = ""
    elif not message or not channel:
        return None
    trigger = str(body["trigger_id"])
    return Press(
        provider_id=trigger,
        user=str(body["user"]["id"]),
        action=str(action["action_id"]),
        value=str(action.get("value") or ""),
        channel=str(channel),
        message=str(message),
        trigger_id=trigger,
    )


def parse_command(body: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        provider_id=str(body["trigger_id"]),
        user=str(body["user_id"]),
        text=_unescaped(str(body.get("text") or "")).strip(),
        response_url=str(body["response_url"]),
    )


def parse_shortcut(body: Mapping[str, Any]) -> InboundMessage:
    """The message that the shortcut was used on, as if that person had posted it there. What an
    app posted has no photo of a nurse's."""
    message, channel = body["message"], str(body["channel"]["id"])
    ts, thread = str(message["ts"]), message.get("thread_ts")
    direct = channel.startswith("D")
    files = () if message.get("bot_id") else message.get("files") or ()
    return InboundMessage(
        provider_id=str(body["trigger_id"]),
        channel=Channel.SLACK,
        sender=str(body["user"]["id"]),
        address=Address(channel, thread if direct else thread or ts),
        text=_plain(str(message.get("text") or "")),
        attachments=tuple(_attachment(file) for file in files),
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        addressed=True,
    )


def form_metadata(pressed: Press, form: Form) -> str:
    """Where a form belongs, by ids alone: Slack keeps it with the form."""
    place = {"value": form.value, "channel": pressed.channel, "message": pressed.message}
    return json.dumps(place | {"language": form.language})


def parse_form(body: Mapping[str, Any]) -> Filled:
    """Raises KeyError or ValueError for a form that is not ours."""
    view = body["view"]
    place = json.loads(view["private_metadata"])
    return Filled(
        provider_id=str(view["id"]),
        user=str(body["user"]["id"]),
        deed=Deed(str(view["callback_id"]).removeprefix(FORM)),
        value=place["value"],
        channel=place["channel"],
        message=place["message"],
        language=Language(place["language"]),
        fields={
            field: _entered(next(iter(elements.values())))
            for field, elements in view["state"]["values"].items()
        },
    )


def _entered(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option") or {}
    return str(element.get("value") or chosen.get("value") or "")


def _words(message: Mapping[str, Any]) -> str:
    """Its text, or the words of its rich text where Slack gives no other."""
    rich = (one for one in message.get("blocks") or () if one.get("type") == "rich_text")
    return str(message.get("text") or "") or "\n".join(line for one in rich for line in _lines(one))


def _lines(rich: Mapping[str, Any]) -> Iterator[str]:
    """One for each section, at whatever depth it lies."""
    parts: Sequence[Mapping[str, Any]] = rich.get("elements") or ()
    if any("elements" in part for part in parts):
        for part in parts:
            yield from _lines(part)
    else:
        yield "".join(
            f"<@{part['user_id']}>" if part.get("type") == "user" else str(part.get("text") or "")
            for part in parts
        )


def _forwarded(event: Mapping[str, Any], own: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    """The messages that a person passed on with this one; not those of Vigia or of another app."""
    for shared in event.get("attachments") or ():
        by_app = shared.get("bot_id") or shared.get("author_id") in own
        if shared.get("is_share") and not by_app:
            yield shared


def _attachment(file: Mapping[str, Any]) -> Attachment:
    content_type = str(file.get("mimetype") or "").lower()
    kind = _KINDS.get(content_type.split("/")[0], AttachmentKind.DOCUMENT)
    if not content_type:
        # From a connected workspace, or not looked at by Slack yet: it is asked when fetching.
        kind = AttachmentKind.PHOTO
    if not _GONE.isdisjoint((file.get("mode"), file.get("file_access"))):
        kind = AttachmentKind.GONE
    return Attachment(SOURCE_PREFIX + str(file["id"]), kind, content_type, file.get("size"))


def _plain(text: str) -> str:
    """As the person typed it: Slack writes what it makes a link of as <target|label>."""
    return _unescaped(_MARKED.sub(_typed, _MENTION.sub("", text))).strip()


def _typed(marked: re.Match[str]) -> str:
    target, label = marked[1], marked[2]
    if not label:
        named = target.startswith("!")
        return f"@{target[1:]}" if named else target.removeprefix("mailto:").removeprefix("tel:")
    if target.startswith("#"):
        return f"#{label}"
    typed_out = not target.startswith("http") or label in target
    return label if typed_out else f"{label} ({target})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
