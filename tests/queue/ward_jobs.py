"""Small jobs that leave a line in the ward's book. Run in real worker processes."""

import ctypes
import os
import time
from pathlib import Path

CANARY = "Rosa-Quispe-555-0117"


def _book() -> Path:
    return Path(os.environ["WARD_BOOK"])


def write(word: str, id: str) -> None:
    line = f"{word} {id} {os.getpid()} {time.time():.6f}\n".encode()
    book = os.open(_book(), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(book, line)
    os.close(book)


def _written(word: str, id: str) -> int:
    if not _book().exists():
        return 0
    return sum(line.startswith(f"{word} {id} ") for line in _book().read_text().splitlines())


def do(id: str) -> None:
    write("done", id)


def do_slowly(id: str) -> None:
    """Takes 1.5 seconds."""
    write("begun", id)
    time.sleep(1.5)
    write("done", id)


def do_slowly_at_first(id: str) -> None:
    """Takes a minute the first time, no time afterwards."""
    write("begun", id)
    if _written("begun", id) == 1:
        time.sleep(60)
    write("done", id)


def do_when_told(id: str) -> None:
    """Is done once the book says "go"."""
    write("begun", id)
    while not _written("go", id):
        time.sleep(0.02)
    write("done", id)


def crash(id: str) -> None:
    """Reads address zero: a crash of native code."""
    write("begun", id)
    ctypes.string_at(0)


def fail(id: str) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as cause:
        raise ValueError(f"no bed for {CANARY}") from cause
