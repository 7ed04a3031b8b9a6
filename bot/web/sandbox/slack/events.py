"""Posts made in the workspace, and the events the app hears of them."""

from dataclasses import replace
from typing import Any

from bot.web.sandbox.contents import kind_of
from bot.web.sandbox.slack.knock import SlackKnock
from bot.web.sandbox.slack.shapes import post_shown
from bot.web.sandbox.slack.workspace import BOT_USER, Channel, File, Post, Workspace


class Postbox:
    """Every post goes through here, the app's own too: Slack tells the app of those as well."""

    def __init__(self, workspace: Workspace, knock: SlackKnock) -> None:
        self._workspace = workspace
        self._knock = knock
        self.base_url = ""

    def post(self, post: Post) -> Post:
        kept = self._workspace.put_post(post)
        for file_id in post.files:
            self._workspace.share(file_id, post.channel, post.ts)
        if post.seen_by is None:
            self._tell(kept)
        return kept

    def change(self, post: Post) -> Post:
        before = self._workspace.post(post.channel, post.ts)
        kept = self._workspace.put_post(replace(post, edited=True))
        channel = self._workspace.channel(post.channel)
        if before and post.seen_by is None and BOT_USER in channel.members:
            self._knock.tell(
                {
                    "type": "message",
                    "subtype": "message_changed",
                    "message": post_shown(kept, self._workspace, self.base_url),
                    "previous_message": post_shown(before, self._workspace, self.base_url),
                    "channel": post.channel,
                    "hidden": True,
                    "ts": post.ts,
                    "event_ts": post.ts,
                    "channel_type": _channel_type(channel),
                }
            )
        return kept

    def new_file(self, content: bytes, user: str, name: str = "", *, connect: bool = False) -> File:
        mimetype, extension = kind_of(content)
        return self._workspace.put_file(
            File(
                id=self._workspace.new_id("F"),
                name=name or f"foto.{extension}",
                title=name or "foto",
                mimetype=mimetype,
                filetype=extension,
                content=content,
                user=user,
                created=int(float(self._workspace.new_ts())),
                connect=connect,
            )
        )

    def event_of(self, post: Post) -> dict[str, Any]:
        channel = self._workspace.channel(post.channel)
        event = post_shown(post, self._workspace, self.base_url) | {
            "channel": post.channel,
            "event_ts": post.ts,
            "channel_type": _channel_type(channel),
        }
        if post.files:
            event |= {"subtype": "file_share", "display_as_bot": False}
        return event

    def _tell(self, post: Post) -> None:
        channel = self._workspace.channel(post.channel)
        if BOT_USER not in channel.members:
            return
        event = self.event_of(post)
        self._knock.tell(event)
        for file_id in post.files:
            self._knock.tell(
                {
                    "type": "file_shared",
                    "file_id": file_id,
                    "user_id": post.user,
                    "file": {"id": file_id},
                    "channel_id": post.channel,
                    "event_ts": post.ts,
                }
            )
        if f"<@{BOT_USER}>" in post.text and channel.person is None:
            mention = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
            self._knock.tell(mention | {"type": "app_mention"})


def _channel_type(channel: Channel) -> str:
    return "im" if channel.person else "channel"
