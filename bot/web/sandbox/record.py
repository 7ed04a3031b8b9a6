"""What was asked of the stand-ins, what they sent, and every breach of the vendors' rules."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bot.web.sandbox.bell import Bell


@dataclass(frozen=True, slots=True)
class Violation:
    """Something a real vendor would have refused, or that leaks a credential."""

    code: str
    where: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A call to the stand-in. `arguments` as they arrived."""

    operation: str
    arguments: Mapping[str, Any]
    status: int
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call from the stand-in. `status` is None without an HTTP answer, `reason` says why."""

    kind: str
    identity: str
    attempt: int
    status: int | None
    seconds: float
    reason: str = ""
    at: float = field(default_factory=time.time)

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Record:
    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._lock = Lock()
        self._violations: list[Violation] = []
        self._requests: list[Request] = []
        self._deliveries: list[Delivery] = []

    def violate(self, code: str, where: str, detail: str = "") -> None:
        with self._lock:
            self._violations.append(Violation(code, where, detail))
        self._bell.ring()

    def request(self, operation: str, arguments: Mapping[str, Any], status: int) -> None:
        with self._lock:
            self._requests.append(Request(operation, dict(arguments), status))

    def delivery(self, delivery: Delivery) -> None:
        with self._lock:
            self._deliveries.append(delivery)

    @property
    def violations(self) -> list[Violation]:
        with self._lock:
            return list(self._violations)

    def requests(self, operation: str | None = None) -> list[Request]:
        with self._lock:
            return [r for r in self._requests if operation in (None, r.operation)]

    def deliveries(self, kind: str | None = None) -> list[Delivery]:
        with self._lock:
            return [d for d in self._deliveries if kind in (None, d.kind)]
