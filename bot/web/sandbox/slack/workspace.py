"""Channels, people, posts and files, as Slack keeps them."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.settings import CastMember

TEAM, APP, BOT_USER, BOT = "T0HOSPITAL", "A0VIGIA", "U0VIGIABOT", "B0VIGIA"


@dataclass(frozen=True, slots=True)
class Channel:
    """`name` is empty for a direct message, which has `person` instead."""

    id: str
    name: str
    members: frozenset[str]
    archived: bool = False
    person: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    title: str
    mimetype: str
    filetype: str
    content: bytes = field(repr=False)
    user: str
    created: int
    expected_length: int | None = None
    shares: tuple[tuple[str, str], ...] = ()
    deleted: bool = False
    connect: bool = False
    alt_txt: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """`seen_by` is set for a message that one person alone sees."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[dict[str, Any], ...] = ()
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    files: tuple[str, ...] = ()
    edited: bool = False
    seen_by: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    id: str
    person: str
    content: dict[str, Any]
    is_home: bool = False


class Workspace:
    def __init__(self, bell: Bell, channels: Iterable[str], cast: Iterable[CastMember]) -> None:
        self._bell = bell
        self._lock = RLock()
        self._last_ts = 0.0
        self._serial = 0
        self.people: dict[str, str] = {m.slack: m.name for m in cast if m.slack}
        everyone = frozenset(self.people) | {BOT_USER}
        self._channels: dict[str, Channel] = {}
        for name in channels:
            self._put(Channel(channel_id(name), name, everyone))
        self._posts: dict[tuple[str, str], Post] = {}
        self._files: dict[str, File] = {}
        self._views: dict[str, View] = {}

    def new_ts(self) -> str:
        """Later than every ts before it, also within one microsecond."""
        with self._lock:
            self._last_ts = max(time.time(), self._last_ts + 0.000002)
            return f"{self._last_ts:.6f}"

    def new_id(self, prefix: str) -> str:
        with self._lock:
            self._serial += 1
            return f"{prefix}0SANDBOX{self._serial:04d}"

    def join(self, user: str, name: str) -> None:
        """A person enters the workspace and its channels."""
        with self._lock:
            self.people[user] = name
            for channel in list(self._channels.values()):
                if channel.person is None:
                    self._put(replace(channel, members=channel.members | {user}))

    def add_channel(self, name: str, *, bot_is_member: bool = True) -> Channel:
        members = frozenset(self.people) | ({BOT_USER} if bot_is_member else set())
        return self._put(Channel(channel_id(name), name, members))

    def archive(self, name: str) -> None:
        self._put(replace(self.channel(name), archived=True))

    def remove_bot(self, name: str) -> None:
        self.leave(BOT_USER, name)

    def leave(self, user: str, name: str) -> None:
        channel = self.channel(name)
        self._put(replace(channel, members=channel.members - {user}))

    def find_channel(self, key: str) -> Channel | None:
        """By id, #name or name; a person's id means the direct message with them."""
        with self._lock:
            if key in self._channels:
                return self._channels[key]
            if key in self.people:
                return self.direct(key)
            name = key.removeprefix("#")
            return next((c for c in self._channels.values() if c.name and c.name == name), None)

    def channel(self, key: str) -> Channel:
        found = self.find_channel(key)
        if found is None:
            raise LookupError(f"no channel {key}")
        return found

    def direct(self, user: str) -> Channel:
        with self._lock:
            key = "D" + user[1:]
            if key not in self._channels:
                self._put(Channel(key, "", frozenset({user, BOT_USER}), person=user))
            return self._channels[key]

    def channels(self) -> list[Channel]:
        with self._lock:
            return list(self._channels.values())

    def put_post(self, post: Post) -> Post:
        with self._lock:
            self._posts[post.channel, post.ts] = post
        self._bell.ring()
        return post

    def remove_post(self, channel: str, ts: str) -> None:
        with self._lock:
            self._posts.pop((channel, ts), None)
        self._bell.ring()

    def post(self, channel: str, ts: str) -> Post | None:
        with self._lock:
            return self._posts.get((channel, ts))

    def posts(self, channel: str | None = None) -> list[Post]:
        """Oldest first."""
        with self._lock:
            found = [p for p in self._posts.values() if channel in (None, p.channel)]
        return sorted(found, key=lambda p: float(p.ts))

    def put_file(self, file: File) -> File:
        with self._lock:
            self._files[file.id] = file
        self._bell.ring()
        return file

    def file(self, file_id: str) -> File | None:
        with self._lock:
            return self._files.get(file_id)

    def share(self, file_id: str, channel: str, ts: str) -> File:
        with self._lock:
            file = self._files[file_id]
            return self.put_file(replace(file, shares=(*file.shares, (channel, ts))))

    def put_view(self, view: View) -> View:
        with self._lock:
            self._views[view.id] = view
        self._bell.ring()
        return view

    def view(self, view_id: str) -> View | None:
        with self._lock:
            return self._views.get(view_id)

    def views(self) -> list[View]:
        with self._lock:
            return list(self._views.values())

    def close_view(self, view_id: str) -> None:
        with self._lock:
            self._views.pop(view_id, None)
        self._bell.ring()

    def _put(self, channel: Channel) -> Channel:
        with self._lock:
            self._channels[channel.id] = channel
        self._bell.ring()
        return channel


def home_id(user: str) -> str:
    """The id of the view that is this person's home tab."""
    return f"VHOME{user}"


def channel_id(name: str) -> str:
    return "C0" + re.sub(r"[^A-Z0-9]", "", name.upper())
