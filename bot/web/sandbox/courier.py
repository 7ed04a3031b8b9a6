"""Carries what the stand-ins send to the product, in the background, and can be called home."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Event, Thread

import requests


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is None when none came; `reason` is then Slack's word for it."""

    status: int | None
    body: bytes
    content_type: str
    seconds: float
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Courier:
    def __init__(self) -> None:
        self._stopped = Event()
        self._idle = Condition()
        self._errands = 0

    def send_off(self, errand: Callable[[], None]) -> None:
        with self._idle:
            self._errands += 1
        Thread(target=self._carry, args=(errand,), daemon=True, name="sandbox-courier").start()

    def _carry(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        finally:
            with self._idle:
                self._errands -= 1
                self._idle.notify_all()

    def pause(self, seconds: float) -> bool:
        """False when called home meanwhile."""
        return not self._stopped.wait(seconds)

    def settle(self, within: float) -> bool:
        """Whether every errand was done in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._errands == 0, timeout=within)

    def close(self) -> None:
        self._stopped.set()

    def post(self, url: str, body: bytes, headers: dict[str, str], *, deadline: float) -> Answer:
        """One attempt. The deadline counts until the last byte of the answer."""
        started = time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url, data=body, headers=headers, timeout=deadline, allow_redirects=False
                )
        except requests.Timeout:
            return Answer(None, b"", "", time.monotonic() - started, "http_timeout")
        except requests.ConnectionError:
            return Answer(None, b"", "", time.monotonic() - started, "connection_failed")
        took = time.monotonic() - started
        kind = answer.headers.get("Content-Type", "")
        reason = "" if answer.ok else "http_error"
        if took > deadline:
            return Answer(None, b"", "", took, "http_timeout")
        return Answer(answer.status_code, answer.content, kind, took, reason)
