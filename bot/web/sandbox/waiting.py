"""Waiting until a person sees something, and saying what was there when it never came."""

import time
from collections.abc import Callable
from typing import TypeVar

from bot.web.sandbox.bell import Bell

T = TypeVar("T")


class NotSeen(AssertionError):
    """Carries the whole conversation, so that a failed test can be read."""


def wait_for(
    bell: Bell, look: Callable[[], T | None], within: float, what: str, scene: Callable[[], str]
) -> T:
    deadline = time.monotonic() + within
    while True:
        version = bell.version
        found = look()
        if found is not None:
            return found
        left = deadline - time.monotonic()
        if left <= 0:
            raise NotSeen(f"{what} within {within:g} s. On the screen:\n{scene()}")
        bell.wait_beyond(version, left)


def same_words(fragment: str, text: str) -> bool:
    return fragment.casefold() in text.casefold()
