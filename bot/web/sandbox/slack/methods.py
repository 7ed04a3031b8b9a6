"""The Web API's methods for posts, people and channels. Each takes arguments, returns JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.slack.blocks import LONGEST_CHANGED_TEXT, LONGEST_TEXT, fault_in_blocks
from bot.web.sandbox.slack.events import Postbox
from bot.web.sandbox.slack.refusal import SlackRefusal
from bot.web.sandbox.slack.shapes import channel_shown, post_shown, user_shown
from bot.web.sandbox.slack.workspace import APP, BOT, BOT_USER, TEAM, Channel, Post, Workspace

Arguments = dict[str, Any]
Method = Callable[[Arguments], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SlackMethods:
    workspace: Workspace
    postbox: Postbox
    bell: Bell

    def table(self) -> dict[str, Method]:
        return {
            "auth.test": self.auth_test,
            "chat.postMessage": self.post_message,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.getPermalink": self.permalink,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.info": self.info,
            "conversations.list": self.list_channels,
            "conversations.members": self.list_members,
            "conversations.open": self.open_direct,
            "users.info": self.user_info,
            "reactions.add": self.add_reaction,
        }

    def auth_test(self, _: Arguments) -> dict[str, Any]:
        return {
            "url": f"{self.postbox.base_url}/slack/",
            "team": "Hospital",
            "user": "vigia",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "is_enterprise_install": False,
        }

    def post_message(self, given: Arguments) -> dict[str, Any]:
        channel = self.writable(given.get("channel"))
        text, blocks = said(given)
        thread = self.parent(channel, given.get("thread_ts"))
        post = Post(
            channel=channel.id,
            ts=self.workspace.new_ts(),
            user=BOT_USER,
            text=text,
            blocks=blocks,
            thread_ts=thread,
            metadata=_metadata(given.get("metadata")),
        )
        self.postbox.post(post)
        return {"channel": channel.id, "ts": post.ts, "message": self._shown(post)}

    def update(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        post = self.workspace.post(channel.id, str(given.get("ts")))
        if post is None or post.seen_by:
            raise SlackRefusal("message_not_found")
        if post.user != BOT_USER:
            raise SlackRefusal("cant_update_message")
        text, blocks = said(given)
        if len(text.encode()) > LONGEST_CHANGED_TEXT:
            raise SlackRefusal("msg_too_long")
        # Slack keeps the old blocks when only a text comes; an empty list takes them away.
        kept = blocks if given.get("blocks") is not None else post.blocks
        metadata = _metadata(given["metadata"]) if given.get("metadata") else post.metadata
        changed = self.postbox.change(replace(post, text=text, blocks=kept, metadata=metadata))
        return {
            "channel": channel.id,
            "ts": post.ts,
            "text": text,
            "message": self._shown(changed),
        }

    def delete(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        post = self.workspace.post(channel.id, str(given.get("ts")))
        if post is None or post.user != BOT_USER:
            raise SlackRefusal("message_not_found")
        self.workspace.remove_post(channel.id, post.ts)
        return {"channel": channel.id, "ts": post.ts}

    def post_ephemeral(self, given: Arguments) -> dict[str, Any]:
        channel = self.writable(given.get("channel"))
        person = str(given.get("user") or "")
        if person not in channel.members:
            raise SlackRefusal("user_not_in_channel")
        text, blocks = said(given)
        ts = self.workspace.new_ts()
        thread = self.parent(channel, given.get("thread_ts"))
        self.postbox.post(Post(channel.id, ts, BOT_USER, text, blocks, thread, seen_by=person))
        return {"message_ts": ts}

    def permalink(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        ts = str(given.get("message_ts"))
        if self.workspace.post(channel.id, ts) is None:
            raise SlackRefusal("message_not_found")
        path = f"archives/{channel.id}/p{ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": f"{self.postbox.base_url}/slack/{path}"}

    def history(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        roots = [p for p in self._open_posts(channel) if p.thread_ts in (None, p.ts)]
        return self._page(list(reversed(roots)), given) | {"pin_count": 0}

    def replies(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        ts = str(given.get("ts"))
        thread = [p for p in self._open_posts(channel) if ts in (p.ts, p.thread_ts)]
        if not thread:
            raise SlackRefusal("thread_not_found")
        return self._page(thread, given)

    def info(self, given: Arguments) -> dict[str, Any]:
        return {"channel": channel_shown(self.readable(given.get("channel"), ids_only=True))}

    def list_channels(self, given: Arguments) -> dict[str, Any]:
        hide = str(given.get("exclude_archived", "")).lower() in ("1", "true")
        shown = [
            channel_shown(c)
            for c in self.workspace.channels()
            if c.person is None and not (hide and c.archived)
        ]
        return _by_pages("channels", shown, given)

    def list_members(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        return _by_pages("members", sorted(channel.members), given)

    def open_direct(self, given: Arguments) -> dict[str, Any]:
        person = str(given.get("users") or "")
        if person not in self.workspace.people:
            raise SlackRefusal("user_not_found")
        return {"channel": {"id": self.workspace.direct(person).id}}

    def user_info(self, given: Arguments) -> dict[str, Any]:
        person = str(given.get("user") or "")
        if person not in self.workspace.people:
            raise SlackRefusal("user_not_found", innocent=True)
        return {"user": user_shown(person, self.workspace.people[person])}

    def add_reaction(self, given: Arguments) -> dict[str, Any]:
        channel = self.readable(given.get("channel"), ids_only=True)
        post = self.workspace.post(channel.id, str(given.get("timestamp")))
        if post is None:
            raise SlackRefusal("message_not_found")
        mark = (str(given.get("name") or ""), BOT_USER)
        if mark in post.reactions:
            raise SlackRefusal("already_reacted", innocent=True)
        self.workspace.put_post(replace(post, reactions=(*post.reactions, mark)))
        return {}

    def readable(self, key: object, *, ids_only: bool = False) -> Channel:
        channel = self.workspace.find_channel(str(key)) if key else None
        if channel is None or (ids_only and key != channel.id):
            raise SlackRefusal("channel_not_found", str(key))
        if BOT_USER not in channel.members:
            raise SlackRefusal("not_in_channel", channel.name)
        return channel

    def writable(self, key: object, *, ids_only: bool = False) -> Channel:
        channel = self.readable(key, ids_only=ids_only)
        if channel.archived:
            raise SlackRefusal("is_archived", channel.name)
        return channel

    def parent(self, channel: Channel, thread_ts: object) -> str | None:
        if thread_ts is None or thread_ts == "":
            return None
        root = self.workspace.post(channel.id, str(thread_ts))
        if root is None:
            raise SlackRefusal("thread_not_found", f"{thread_ts} in {channel.id}")
        if root.thread_ts not in (None, root.ts):
            raise SlackRefusal(
                "cannot_reply_to_message", "thread_ts is a reply's, not its parent's"
            )
        return root.ts

    def _open_posts(self, channel: Channel) -> list[Post]:
        return [p for p in self.workspace.posts(channel.id) if p.seen_by is None]

    def _page(self, posts: list[Post], given: Arguments) -> dict[str, Any]:
        oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or 1e12)
        within = [p for p in posts if oldest < float(p.ts) < latest]
        size = max(1, min(int(given.get("limit") or 100), 999))
        start = int(given.get("cursor") or 0)
        chosen = within[start : start + size]
        more = start + size < len(within)
        metadata = str(given.get("include_all_metadata", "")).lower() in ("1", "true")
        page: dict[str, Any] = {
            "messages": [
                post_shown(p, self.workspace, self.postbox.base_url, metadata=metadata)
                for p in chosen
            ],
            "has_more": more,
        }
        return page | {"response_metadata": {"next_cursor": str(start + size) if more else ""}}

    def _shown(self, post: Post) -> dict[str, Any]:
        return post_shown(post, self.workspace, self.postbox.base_url, metadata=True)


def said(given: Arguments) -> tuple[str, tuple[dict[str, Any], ...]]:
    """Text and blocks, refused as Slack refuses them."""
    text, blocks = str(given.get("text") or ""), given.get("blocks")
    if len(text) > LONGEST_TEXT:
        raise SlackRefusal("msg_too_long")
    if not text and not blocks and not given.get("attachments"):
        raise SlackRefusal("no_text")
    problem = fault_in_blocks(blocks) if blocks is not None else None
    if problem:
        long = problem == "msg_blocks_too_long"
        raise SlackRefusal(problem if long else "invalid_blocks", problem)
    return text, tuple(blocks or ())


def _metadata(given: object) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise SlackRefusal("metadata_must_be_sent_as_json")
    if not isinstance(given.get("event_type"), str) or not isinstance(
        given.get("event_payload"), dict
    ):
        raise SlackRefusal("invalid_metadata_format")
    return given


def _by_pages(name: str, whole: Sequence[object], given: Arguments) -> dict[str, Any]:
    size = max(1, min(int(given.get("limit") or 100), 1000))
    start = int(given.get("cursor") or 0)
    more = str(start + size) if start + size < len(whole) else ""
    return {name: whole[start : start + size], "response_metadata": {"next_cursor": more}}
