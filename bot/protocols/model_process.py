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


# A person waits for the answer to a question, and Slack no longer than three seconds.
_ANSWERS_WITHIN = 1.5
_INDEXES_WITHIN = 900.0
_LOADS_WITHIN = 120.0


class ModelGone(Exception):
    """The process cannot be started, has ended, is still loading or does not answer in time."""


class ModelProcess:
    """`python -m jobs embed MODEL`: a line of JSON with texts in, a line with vectors out. It ends
    with its standard input, so that it never outlives this process. The constructor waits until
    it is loaded; after a failure it is loaded anew beside the questions, which do not wait for it.
    For one thread at a time. Raises ModelGone."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._process: subprocess.Popen[str] | None = None
        self._loading = threading.Thread(target=self._load, daemon=True)
        self._loading.start()
        self._loading.join()
        if self._process is None:
            raise ModelGone("not_loaded")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), width), of unit length."""
        process = self._process
        if process is None:
            if not self._loading.is_alive():
                self._load_anew()
            raise ModelGone("loading")
        within = _ANSWERS_WITHIN if len(texts) == 1 else _INDEXES_WITHIN
        try:
            rows = _ask(process, texts, within)
        except (OSError, ValueError) as error:
            self._process = None
            _end(process)
            self._load_anew()
            raise ModelGone(type(error).__name__) from error
        return np.array(rows, dtype=np.float32)

    def _load_anew(self) -> None:
        self._loading = threading.Thread(target=self._load, daemon=True)
        self._loading.start()

    def _load(self) -> None:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "jobs", "embed", self._model],
                cwd=_CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError:
            return
        try:
            _ask(process, ["ready"], _LOADS_WITHIN)
        except (OSError, ValueError):
            _end(process)
        else:
            self._process = process


def _ask(process: subprocess.Popen[str], texts: Sequence[str], within: float) -> list[list[float]]:
    """`within` in seconds: one that takes longer hangs, and is killed."""
    assert process.stdin is not None
    assert process.stdout is not None
    patience = threading.Timer(within, process.kill)
    patience.start()
    try:
        process.stdin.write(json.dumps(list(texts)) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
    finally:
        patience.cancel()
    if not isinstance(answer, list) or len(answer) != len(texts):
        raise ValueError("not one vector a text")
    return answer


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
