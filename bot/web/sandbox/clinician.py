"""A clinician, or anybody else, in Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.contents import read_picture
from bot.web.sandbox.courier import Answer
from bot.web.sandbox.slack.desk import Desk, PostButton, buttons_of
from bot.web.sandbox.slack.workspace import BOT_USER, File, Post, View
from bot.web.sandbox.waiting import NotSeen, same_words, wait_for


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post on a clinician's screen, as it was when seen; `now` is what became of it."""

    clinician: "Clinician"
    post: Post

    @property
    def text(self) -> str:
        """The text and the words of all blocks."""
        return words_of(self.post)

    @property
    def ts(self) -> str:
        return self.post.ts

    @property
    def thread(self) -> str:
        return self.post.thread_ts or self.post.ts

    @property
    def buttons(self) -> list[PostButton]:
        return self.clinician.desk.buttons(self.post)

    @property
    def files(self) -> list[File]:
        found = (self.clinician.desk.workspace.file(f) for f in self.post.files)
        return [f for f in found if f and not f.deleted]

    @property
    def pictures(self) -> list[bytes]:
        return [f.content for f in self.files]

    @property
    def picture(self) -> bytes:
        """The only picture; NotSeen when there is none."""
        if len(self.pictures) != 1:
            raise NotSeen(f"one picture was expected, {len(self.pictures)} are there")
        return self.pictures[0]

    @property
    def now(self) -> "SeenPost":
        current = self.clinician.desk.workspace.post(self.post.channel, self.post.ts)
        if current is None:
            raise NotSeen("the post was deleted")
        return SeenPost(self.clinician, current)

    def presses(self, button: str) -> Answer:
        return self.clinician.presses(button, on=self)

    def replies(self, text: str) -> Post:
        """In the post's thread."""
        return self.clinician.types(text, self.post.channel, thread=self.thread)


@dataclass(frozen=True, slots=True)
class Clinician:
    name: str
    user_id: str
    desk: Desk
    bell: Bell

    def sees(
        self,
        fragment: str = "",
        in_channel: str | None = None,
        within: float = 60.0,
        *,
        thread: str | None = None,
        picture: bool = False,
    ) -> SeenPost:
        """The newest post from the product that has the fragment in its text or blocks."""

        def fits(post: Post) -> bool:
            return (
                post.user == BOT_USER
                and same_words(fragment, words_of(post))
                and thread in (None, post.thread_ts)
                and (bool(post.files) or not picture)
            )

        where = f" in {in_channel}" if in_channel else ""
        what = f"{self.name} did not see {fragment!r}{' with a picture' if picture else ''}{where}"
        return self._wait(fits, in_channel, within, what)

    def sees_only_me(self, fragment: str = "", within: float = 60.0) -> SeenPost:
        """A post that nobody else can see."""

        def fits(post: Post) -> bool:
            return post.seen_by == self.user_id and same_words(fragment, words_of(post))

        return self._wait(fits, None, within, f"{self.name} alone did not see {fragment!r}")

    def sees_modal(self, fragment: str = "", within: float = 60.0) -> View:
        def look() -> View | None:
            for view in reversed(self.desk.workspace.views()):
                mine = view.person == self.user_id and not view.is_home
                if mine and same_words(fragment, " ".join(_words(view.content))):
                    return view
            return None

        what = f"{self.name} did not see a modal with {fragment!r}"
        return wait_for(self.bell, look, within, what, self.conversation)

    def opens_home(self) -> None:
        self.desk.open_home(self.user_id)

    def sees_home(self, fragment: str = "", within: float = 60.0, *, without: str = "") -> View:
        """The home tab, once it has the fragment and no longer has `without`."""

        def look() -> View | None:
            view = self.desk.home(self.user_id)
            words = " ".join(_words(view.content)) if view else ""
            fits = same_words(fragment, words) and not (without and same_words(without, words))
            return view if view and fits else None

        def screen() -> str:
            view = self.desk.home(self.user_id)
            return " ".join(_words(view.content)) if view else "  (nothing)"

        what = f"{self.name} did not see a home with {fragment!r}"
        return wait_for(self.bell, look, within, what, screen)

    def presses_home(self, button: str, of: str = "") -> Answer:
        """A button of the home tab by its text, below the case with this code."""
        blocks = self.sees_home(of).content["blocks"]
        start = next(n for n, block in enumerate(blocks) if same_words(of, " ".join(_words(block))))
        for offered in buttons_of(blocks[start:]):
            if same_words(button, offered.text):
                return self.desk.press_home(self.user_id, offered)
        raise NotSeen(f"no button {button!r} on {self.name}'s home")

    def points_at(self, post: SeenPost | Post) -> Answer:
        """Uses the app's message shortcut."""
        return self.desk.point(self.user_id, post.post if isinstance(post, SeenPost) else post)

    def presses(self, button: str, on: SeenPost | Post | None = None) -> Answer:
        """A button by its text or the beginning of its action_id; without `on`, of the newest
        post that has it. Returns the product's acknowledgement."""
        given = on.post if isinstance(on, SeenPost) else on
        for post in [given] if given else list(reversed(self.screen())):
            for offered in self.desk.buttons(post):
                if same_words(button, offered.text) or offered.action_id.startswith(button):
                    return self.desk.press(self.user_id, post, offered)
        raise NotSeen(f"no button {button!r}. On the screen:\n{self.conversation()}")

    def submits(self, view: View, values: dict[str, Any]) -> Answer:
        """`values` as Slack's state: block id, action id, element."""
        return self.desk.submit(self.user_id, view, values)

    def types(self, text: str, in_channel: str, thread: str | None = None) -> Post:
        return self.desk.say(self.user_id, in_channel, text, thread=thread)

    def mentions_vigia(self, text: str, in_channel: str, thread: str | None = None) -> Post:
        return self.types(f"<@{BOT_USER}> {text}", in_channel, thread)

    def uploads_photo(
        self,
        picture: bytes | str | Path,
        in_channel: str,
        thread: str | None = None,
        text: str = "",
        *,
        connect: bool = False,
    ) -> Post:
        """`connect`: from a connected workspace, so that the event tells the file's id alone."""
        return self.uploads_photos([picture], in_channel, thread, text, connect=connect)

    def uploads_photos(
        self,
        pictures: list[bytes | str | Path],
        in_channel: str,
        thread: str | None = None,
        text: str = "",
        *,
        connect: bool = False,
    ) -> Post:
        read = tuple(read_picture(picture) for picture in pictures)
        return self.desk.say(
            self.user_id, in_channel, text, pictures=read, thread=thread, connect=connect
        )

    def tells_vigia(self, text: str = "", picture: bytes | str | Path | None = None) -> Post:
        """In a direct message."""
        read = (read_picture(picture),) if picture is not None else ()
        return self.desk.say(self.user_id, BOT_USER, text, pictures=read)

    def commands(self, command: str, text: str, in_channel: str) -> Answer:
        return self.desk.command(self.user_id, in_channel, command, text)

    def screen(self, in_channel: str | None = None) -> list[Post]:
        """All that this person can see, oldest first."""
        workspace = self.desk.workspace
        found = workspace.find_channel(in_channel) if in_channel else None
        wanted = found.id if found else in_channel
        return [
            post
            for post in workspace.posts(wanted)
            if self.user_id in workspace.channel(post.channel).members
            and post.seen_by in (None, self.user_id)
        ]

    def conversation(self, in_channel: str | None = None) -> str:
        workspace, lines = self.desk.workspace, []
        for post in self.screen(in_channel):
            place = workspace.channel(post.channel).name or "direct"
            who = "Vigia" if post.user == BOT_USER else workspace.people.get(post.user, post.user)
            indent = "    " if post.thread_ts else "  "
            names = [f"[{b.text}]" for b in self.desk.buttons(post)]
            names += [f"[{len(post.files)} files]"] if post.files else []
            lines.append(f"{indent}#{place} {who}: {words_of(post)} {' '.join(names)}")
        return "\n".join(lines) or "  (nothing)"

    def _wait(
        self, fits: Callable[[Post], bool], in_channel: str | None, within: float, what: str
    ) -> SeenPost:
        def look() -> SeenPost | None:
            newest = (p for p in reversed(self.screen(in_channel)) if fits(p))
            post = next(newest, None)
            return SeenPost(self, post) if post else None

        return wait_for(self.bell, look, within, what, lambda: self.conversation(in_channel))


def words_of(post: Post) -> str:
    return " ".join([post.text, *_words(list(post.blocks))]).strip()


def _words(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [w for value in part.values() for w in _words(value)]
    if isinstance(part, list):
        return [w for value in part for w in _words(value)]
    return []
