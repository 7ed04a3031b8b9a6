"""The ward of these tests leaves nothing behind."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.conftest import CHECKOUT, eventually

_SET_UP = """
import sys
from pathlib import Path
from tests.journeys.conftest import open_ward

with open_ward(Path(sys.argv[1])) as ward:
    ward.start("critical", "sweep")
    ward.run("web", "gunicorn", "--bind", "127.0.0.1:0", "bot.web.app:from_environment()")
    print(ward.redis.pid, *(process.pid for process in ward.processes.values()), flush=True)
    sys.stdin.read()
    raise RuntimeError("the set-up failed")
"""


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_ward_whose_set_up_fails(
    tmp_path: Path, number: signal.Signals | None
) -> None:
    """By an error, or because the whole test run is stopped or killed in the middle of it."""
    with subprocess.Popen(
        [sys.executable, "-c", _SET_UP, str(tmp_path)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as run:
        assert run.stdout
        pids = run.stdout.readline().split()
        assert len(pids) == 4
        assert eventually(lambda: _children(pids[-1]))
        pids += _children(pids[-1])
        if number:
            run.send_signal(number)
        else:
            run.communicate("")
    assert run.returncode != 0
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def _children(pid: str) -> list[str]:
    """The web server has workers of its own."""
    found: list[str] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread may end while its children are asked for.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += task.read_text().split()
    return found
