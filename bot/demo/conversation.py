"""Prints what both chats show, as it happens."""

import re
import textwrap
import time
from collections.abc import Callable
from typing import Any

from bot.web.sandbox.sandbox import Sandbox
from bot.web.sandbox.scene import scene

_WIDTH = 88
# Slack puts a time in the reader's own zone here; the fallback behind the bar is for us.
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


class Conversation:
    """Remembers what was printed already."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._printed: set[str] = set()
        self._started = time.monotonic()

    def wait_for(self, true: Callable[[dict[str, Any]], bool], within: float) -> bool:
        """Prints until the scene is as wished, or `within` seconds have passed."""
        deadline = time.monotonic() + within
        while True:
            now = scene(self._sandbox)
            self._print_new(now)
            if true(now):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)

    def _print_new(self, now: dict[str, Any]) -> None:
        channels = {c["id"]: c["name"] for c in now["channels"]}
        for phone in now["phones"]:
            for m in phone["messages"]:
                who = phone["name"] if m["mine"] else "Vigia"
                self._print(m["sid"], f"WhatsApp  {who}", m["text"], len(m["media"]))
        for post in now["posts"]:
            name = "Vigia" if post["user"] == now["bot"] else now["people"].get(post["user"], "?")
            place = f"#{channels.get(post['channel'], '?')}{' (thread)' if post['thread'] else ''}"
            text = "\n".join(block_texts(post["blocks"])) or post["text"]
            key = f"{post['channel']}{post['ts']}{post['edited']}"
            again = " (card rewritten)" if post["edited"] else ""
            self._print(key, f"Slack {place}  {name}{again}", text, len(post["files"]))

    def _print(self, key: str, who: str, text: str, pictures: int) -> None:
        if key in self._printed:
            return
        self._printed.add(key)
        seconds = time.monotonic() - self._started
        plain = _DATE.sub(r"\1", text)
        shown = plain + ("\n[picture]" if pictures else "")
        print(f"\n{seconds:5.1f} s  {who}")
        for line in shown.splitlines():
            print(textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="    "))


def block_texts(blocks: list[dict[str, Any]]) -> list[str]:
    """The words of Block Kit blocks, and their buttons in brackets."""
    texts = []
    for block in blocks:
        if isinstance(block.get("text"), dict):
            texts.append(str(block["text"]["text"]))
        for element in block.get("elements") or ():
            if element.get("type") == "button":
                texts.append(f"[ {element['text']['text']} ]")
            elif isinstance(element.get("text"), str):
                texts.append(element["text"])
    return texts
