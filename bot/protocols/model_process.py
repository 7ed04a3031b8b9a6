"""Another embedding model, in a process of its own: torch stays out of this one."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CHECKOUT = Path(__file__).parents[2]


class ModelGone(Exception):
    """The process cannot be started, or has ended."""


class ModelProcess:
    """`python -m jobs embed MODEL`: a line of JSON with texts in, a line with vectors out. It ends
    with its standard input, so that it never outlives this process. Raises ModelGone."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.vectors(["ready"])

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), width), of unit length."""
        with self._lock:
            try:
                rows = self._ask(texts)
            except (OSError, ValueError) as error:
                self._end()
                raise ModelGone(type(error).__name__) from error
        return np.array(rows, dtype=np.float32)

    def _ask(self, texts: Sequence[str]) -> list[list[float]]:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(list(texts)) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        if not isinstance(answer, list) or len(answer) != len(texts):
            raise ValueError("not one vector a text")
        return answer

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jobs", "embed", self._model],
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
