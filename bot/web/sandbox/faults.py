"""The vendors' bad days, ordered in advance.

Operations: every Slack method by its name, "slack.upload", "slack.download", "response_url";
"messages.create", "messages.list", "messages.fetch", "messages.delete", "media.fetch",
"media.content" (after the redirect), "messages.deliver" (what happens to an accepted message),
"calls.report" (what is told of a call: `silent`, or while it begins to ring `out_of_order`).
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from flask import Response, request


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad answer. Times in seconds; `error` is Slack's word or Twilio's number.

    `subject` narrows it to a channel (name or id) or a phone number. The last three apply to
    "messages.deliver": silence sends no status callback, `out_of_order` sends them reversed.
    """

    status: int | None = None
    error: str | int | None = None
    rate_limited: float | None = None
    html: bool = False
    truncated: bool = False
    drop: bool = False
    drop_after_commit: bool = False
    delay: float = 0.0
    delay_after_commit: float = 0.0
    subject: str | None = None
    out_of_order: bool = False
    silent: bool = False
    never_read: bool = False

    @property
    def refuses(self) -> bool:
        return bool(self.status or self.error or self.html or self.rate_limited is not None)


class Faults:
    def __init__(self) -> None:
        self._lock = Lock()
        self._coming: dict[str, list[tuple[Fault, int | None]]] = {}

    def next(
        self, operation: str, fault: Fault | None = None, *, times: int = 1, **of: object
    ) -> None:
        """The next `times` calls of the operation go wrong; keywords are those of `Fault`."""
        self._add(operation, fault or Fault(**of), times)  # type: ignore[arg-type]

    def always(self, operation: str, fault: Fault | None = None, **of: object) -> None:
        """Until `clear`."""
        self._add(operation, fault or Fault(**of), None)  # type: ignore[arg-type]

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def pending(self, operation: str) -> int:
        """How many calls of the operation are still to go wrong; a lasting fault counts as one."""
        with self._lock:
            return sum(left or 1 for _, left in self._coming.get(operation, []))

    def take(self, operation: str, *subjects: str) -> Fault | None:
        with self._lock:
            waiting = self._coming.get(operation, [])
            for place, (fault, left) in enumerate(waiting):
                if fault.subject is not None and fault.subject.lstrip("#") not in subjects:
                    continue
                if left is not None:
                    waiting[place : place + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None

    def around(
        self,
        fault: Fault | None,
        act: Callable[[], Response],
        refuse: Callable[[Fault], Response],
    ) -> Response:
        """The answer, after whatever the fault does to it."""
        if fault is None:
            return act()
        time.sleep(fault.delay)
        if fault.drop:
            return _hang_up()
        if fault.refuses:
            return refuse(fault)
        answer = act()
        time.sleep(fault.delay_after_commit)
        if fault.truncated:
            whole = answer.get_data()
            answer.set_data(whole[: len(whole) // 2])
        return _hang_up() if fault.drop_after_commit else answer

    def _add(self, operation: str, fault: Fault, times: int | None) -> None:
        with self._lock:
            self._coming.setdefault(operation, []).append((fault, times))


def _hang_up() -> Response:
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
