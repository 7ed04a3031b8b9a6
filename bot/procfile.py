"""Runs the Procfile's commands and keeps them running: Redis starts first and stops last.

`python -m bot.procfile [NAME...]` runs all of them, or those named, until Ctrl-C or SIGTERM.
"""

import argparse
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TextIO

from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from bot.kept_process import KeptProcess
from bot.redis_server import RedisDidNotStart, answers

REDIS, WEB = "redis", "web"
TICK = 0.1
REDIS_STARTS_WITHIN = 15.0
STOPS_WITHIN = 10.0


class House:
    """The running processes. `kill` is for those who want to see one come back."""

    def __init__(
        self, commands: Mapping[str, str], directory: Path, env: Mapping[str, str], output: TextIO
    ) -> None:
        # So that "python" in the Procfile is the one that runs this.
        env = {**env, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}"}
        self._redis_url = env.get("REDIS_URL")
        self._kept = {
            name: KeptProcess(name, command, directory, env) for name, command in commands.items()
        }
        self._printer = Printer(output, width=max(map(len, commands), default=0))
        self._output = selectors.DefaultSelector()
        self._unfinished: dict[int, bytes] = {}
        self._closing = threading.Event()
        self._opened = threading.Event()
        self._trouble: RedisDidNotStart | None = None
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)

    def open(self) -> None:
        """Returns when every command was started. Raises RedisDidNotStart."""
        self._thread.start()
        self._opened.wait()
        if self._trouble is not None:
            self._thread.join()
            raise self._trouble

    def close(self) -> None:
        """Stops the workers, then the web server, then Redis."""
        self._closing.set()
        self._thread.join()

    def lives(self) -> bool:
        return self._thread.is_alive()

    def pid(self, name: str) -> int | None:
        return self._kept[name].pid

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        self._kept[name].send(number)

    def _live(self) -> None:
        try:
            self._start_all()
        except RedisDidNotStart as trouble:
            self._trouble = trouble
            self._closing.set()
        self._opened.set()
        while not self._closing.is_set():
            self._tick()
        self._stop_all()

    def _start_all(self) -> None:
        if REDIS in self._kept:
            redis = self._kept[REDIS]
            self._start(redis)
            if self._redis_url and not answers(
                self._redis_url, REDIS_STARTS_WITHIN, given_up=redis.is_gone
            ):
                raise RedisDidNotStart(REDIS)
        for kept in self._kept.values():
            if kept.name != REDIS:
                self._start(kept)

    def _start(self, kept: KeptProcess) -> None:
        self._output.register(kept.start(), selectors.EVENT_READ, kept.name)

    def _tick(self) -> None:
        self._print_output(TICK)
        for kept in self._kept.values():
            if how := kept.ended():
                self._say(kept.name, f"ended ({how}), starts again")
            if kept.due:
                self._start(kept)

    def _stop_all(self) -> None:
        workers = [kept for name, kept in self._kept.items() if name not in (REDIS, WEB)]
        last = [[self._kept[name]] for name in (WEB, REDIS) if name in self._kept]
        for together in (workers, *last):
            for kept in together:
                kept.send(signal.SIGTERM)
            deadline = time.monotonic() + STOPS_WITHIN
            while time.monotonic() < deadline and not all(kept.is_gone() for kept in together):
                self._print_output(TICK / 5)
            for kept in together:
                kept.kill_with_children()
        self._print_output(0)
        for key in list(self._output.get_map().values()):
            self._forget(key.fd, key.fileobj)  # type: ignore[arg-type]
        self._output.close()

    def _print_output(self, wait: float) -> None:
        for key, _ in self._output.select(wait):
            read = os.read(key.fd, 65536)
            *lines, rest = (self._unfinished.get(key.fd, b"") + read).split(b"\n")
            for line in lines:
                self._say(key.data, line)
            self._unfinished[key.fd] = rest
            if not read:
                self._forget(key.fd, key.fileobj)  # type: ignore[arg-type]

    def _forget(self, descriptor: int, pipe: IO[bytes]) -> None:
        self._output.unregister(pipe)
        self._unfinished.pop(descriptor, None)
        pipe.close()

    def _say(self, name: str, line: bytes | str) -> None:
        # A full disk or a reader that went away must not end what the lines are about.
        with suppress(OSError):
            self._printer.write(Message("line", line, datetime.now(UTC).astimezone(), name, None))


@contextmanager
def running_house(
    path: Path,
    env: Mapping[str, str],
    only: Collection[str] | None = None,
    output: TextIO = sys.stdout,
) -> Iterator[House]:
    """Runs the Procfile at `path`, with its folder as the working directory.

    `env` is the whole environment of the commands; `only` names those to run. Lines from the
    processes go to `output`. Raises RedisDidNotStart, and KeyError for a name it does not have.
    """
    commands: dict[str, str] = parse_procfile(path.read_text()).processes
    if only is not None:
        commands = {name: commands[name] for name in only}
    house = House(commands, path.resolve().parent, env, output)
    house.open()
    try:
        yield house
    finally:
        house.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.procfile", description=__doc__)
    parser.add_argument("--procfile", type=Path, default=Path("Procfile"))
    parser.add_argument("name", nargs="*")
    chosen = parser.parse_args()
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: asked_to_stop.set())
    with running_house(chosen.procfile, os.environ, chosen.name or None) as house:
        while not asked_to_stop.wait(1.0):
            if not house.lives():
                # Its processes died with it: whoever runs this must see that, and start it again.
                sys.exit(1)


if __name__ == "__main__":
    main()
