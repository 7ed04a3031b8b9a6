"""What a person does in Slack: write, upload, press, submit, type a command, open the home tab,
point at a message."""

import json
import time
from dataclasses import dataclass
from typing import Any

from bot.web.sandbox.courier import Answer
from bot.web.sandbox.slack.blocks import fault_in_blocks
from bot.web.sandbox.slack.events import Postbox
from bot.web.sandbox.slack.knock import SlackKnock
from bot.web.sandbox.slack.shapes import post_shown, view_shown
from bot.web.sandbox.slack.tickets import Tickets
from bot.web.sandbox.slack.workspace import (
    APP,
    BOT_USER,
    TEAM,
    Post,
    View,
    Workspace,
    home_id,
)


@dataclass(frozen=True, slots=True)
class PostButton:
    text: str
    action_id: str
    value: str
    element: dict[str, Any]
    block_id: str


@dataclass(frozen=True, slots=True)
class Desk:
    workspace: Workspace
    postbox: Postbox
    knock: SlackKnock
    tickets: Tickets
    shortcut: str

    def say(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        pictures: tuple[bytes, ...] = (),
        thread: str | None = None,
        connect: bool = False,
    ) -> Post:
        """`channel` by id or name, or the bot's id for a direct message."""
        place = (
            self.workspace.direct(user) if channel == BOT_USER else self.workspace.channel(channel)
        )
        files = [self.postbox.new_file(p, user, connect=connect) for p in pictures]
        post = Post(
            channel=place.id,
            ts=self.workspace.new_ts(),
            user=user,
            text=text,
            thread_ts=thread,
            files=tuple(file.id for file in files),
        )
        return self.postbox.post(post)

    def repeat(self, post: Post, *, times: int) -> list[Answer]:
        """Slack sends one event again, all at once: the same event_id."""
        return self.knock.repeat(self.postbox.event_of(post), times=times)

    def open_home(self, user: str) -> str:
        """Opens the app's home tab; the app is told, and may publish it anew. Returns the
        event's id."""
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.direct(user).id,
            "event_ts": self.workspace.new_ts(),
            "tab": "home",
        }
        home = self.home(user)
        return self.knock.tell(event | ({"view": view_shown(home)} if home else {}))

    def home(self, user: str) -> View | None:
        return self.workspace.view(home_id(user))

    def press_home(self, user: str, button: PostButton) -> Answer:
        """On this person's home tab. Raises LookupError where there is none."""
        view = self.home(user)
        if view is None:
            raise LookupError(f"no home of {user}")
        payload = self._payload(user, "block_actions") | {
            "container": {"type": "view", "view_id": view.id},
            "view": view_shown(view),
            "actions": [_action(button)],
        }
        return self.knock.interact(payload)

    def point(self, user: str, post: Post) -> Answer:
        """The app's message shortcut, used on a post."""
        channel = self.workspace.channel(post.channel)
        payload = self._payload(user, "message_action") | {
            "callback_id": self.shortcut,
            "action_ts": f"{time.time():.6f}",
            "message_ts": post.ts,
            "message": post_shown(post, self.workspace, self.postbox.base_url),
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "response_url": self._response_url(user, post.channel, post.ts),
        }
        return self.knock.interact(payload)

    def press(self, user: str, post: Post, button: PostButton) -> Answer:
        channel = self.workspace.channel(post.channel)
        payload = self._payload(user, "block_actions") | {
            "container": {
                "type": "message",
                "message_ts": post.ts,
                "channel_id": post.channel,
                "is_ephemeral": post.seen_by is not None,
            }
            | ({"thread_ts": post.thread_ts} if post.thread_ts else {}),
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": post_shown(post, self.workspace, self.postbox.base_url, metadata=True),
            "state": {"values": {}},
            "response_url": self._response_url(user, post.channel, post.ts),
            "actions": [_action(button)],
        }
        return self.knock.interact(payload)

    def submit(self, user: str, view: View, values: dict[str, Any]) -> Answer:
        """`values` as Slack's state: block id, action id, element."""
        shown = view_shown(view) | {"state": {"values": values}}
        answer = self.knock.interact(
            self._payload(user, "view_submission") | {"view": shown, "response_urls": []}
        )
        if answer.ok and b"response_action" not in answer.body:
            self.workspace.close_view(view.id)
        return answer

    def command(self, user: str, channel: str, command: str, text: str) -> Answer:
        place = self.workspace.channel(channel)
        form = {
            "token": "sandbox",
            "team_id": TEAM,
            "team_domain": "hospital",
            "channel_id": place.id,
            "channel_name": place.name or "directmessage",
            "user_id": user,
            "user_name": user.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url(user, place.id, None),
            "trigger_id": self.tickets.trigger(user),
        }
        answer = self.knock.command(form)
        self._show(answer, user, place.id)
        return answer

    def buttons(self, post: Post) -> list[PostButton]:
        return buttons_of(list(post.blocks))

    def _show(self, answer: Answer, user: str, channel: str) -> None:
        """What the app said in its acknowledgement of a command."""
        said = answer.body.decode("utf-8", "replace").strip()
        if not answer.ok or not said:
            return
        try:
            given = json.loads(said)
        except ValueError:
            given = {"text": said}
        blocks = given.get("blocks") or []
        problem = fault_in_blocks(blocks) if blocks else None
        if problem:
            self.knock.violate("invalid_blocks", problem)
            return
        alone = None if given.get("response_type") == "in_channel" else user
        ts, text = self.workspace.new_ts(), str(given.get("text") or "")
        self.postbox.post(Post(channel, ts, BOT_USER, text, tuple(blocks), seen_by=alone))

    def _payload(self, user: str, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "user": {
                "id": user,
                "username": user.lower(),
                "name": self.workspace.people.get(user, ""),
                "team_id": TEAM,
            },
            "api_app_id": APP,
            "token": "sandbox",
            "trigger_id": self.tickets.trigger(user),
            "team": {"id": TEAM, "domain": "hospital"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(self, user: str, channel: str, ts: str | None) -> str:
        ticket = self.tickets.response(user, channel, ts)
        return f"{self.postbox.base_url}/slack/actions/{ticket}"


def buttons_of(blocks: list[dict[str, Any]]) -> list[PostButton]:
    """Every button, with the block id that Slack gives where the app gave none."""
    found = []
    for place, block in enumerate(blocks):
        accessory = block.get("accessory")
        elements = block.get("elements") if block.get("type") == "actions" else None
        for element in elements or ([accessory] if accessory else []):
            if element.get("type") == "button":
                found.append(
                    PostButton(
                        element["text"]["text"],
                        element.get("action_id", ""),
                        element.get("value", ""),
                        element,
                        block.get("block_id", f"blk{place}"),
                    )
                )
    return found


def _action(button: PostButton) -> dict[str, Any]:
    action = {k: v for k, v in button.element.items() if k not in ("url", "confirm")}
    return action | {"block_id": button.block_id, "action_ts": f"{time.time():.6f}"}
