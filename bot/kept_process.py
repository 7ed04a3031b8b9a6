"""One command that is started again whenever it ends."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.lifeline import tied

SHORTEST_WAIT = 0.1
LONGEST_WAIT = 10.0
STEADY_AFTER = 10.0


class KeptProcess:
    """Belongs to the thread that calls `start`: the command dies with that thread."""

    def __init__(self, name: str, command: str, directory: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._directory = directory
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        self._wait = SHORTEST_WAIT
        self._started_at = 0.0
        self._due_at = 0.0

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> IO[bytes]:
        """Returns its output."""
        self._process = subprocess.Popen(
            tied(["/bin/sh", "-c", f"exec {self._command}"]),
            cwd=self._directory,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in a terminal must not reach the children: they stop in order.
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        assert self._process.stdout is not None
        return self._process.stdout

    def ended(self) -> str | None:
        """How it ended, said once; from then on `due` tells when to start it again."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        self._process = None
        now = time.monotonic()
        if now - self._started_at > STEADY_AFTER:
            self._wait = SHORTEST_WAIT
        self._due_at = now + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    @property
    def due(self) -> bool:
        return self._process is None and time.monotonic() >= self._due_at

    def send(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def is_gone(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill_with_children(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
