"""Rings at every change, so that whoever waits for a sight of it wakes at once."""

from threading import Condition


class Bell:
    def __init__(self) -> None:
        self._condition = Condition()
        self._version = 0

    @property
    def version(self) -> int:
        return self._version

    def ring(self) -> None:
        with self._condition:
            self._version += 1
            self._condition.notify_all()

    def wait_beyond(self, version: int, seconds: float) -> int:
        """The version after a change or, unchanged, after `seconds`."""
        with self._condition:
            self._condition.wait_for(lambda: self._version > version, timeout=max(0.0, seconds))
            return self._version
