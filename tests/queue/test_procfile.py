import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from bot.procfile import running_house
from bot.redis_server import RedisDidNotStart
from tests.ports import hold_port, port_of

CHECKOUT = Path(__file__).resolve().parent.parent.parent

# Each says when it goes, so that the order can be seen. Written past Python's buffer, which refuses
# a signal's words while it still holds those of "works".
STAYS = """
import os, signal, sys, time
def go(*_):
    os.write(1, b"goes\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, go)
os.write(1, b"works\\n")
while True: time.sleep(0.05)
"""


@pytest.fixture
def procfile(tmp_path):
    (tmp_path / "stays.py").write_text(STAYS)
    (tmp_path / "Procfile").write_text(
        "# the house\n"
        "web: python stays.py\n"
        "reading: python stays.py\n"
        "falls: python -c 'raise SystemExit(3)'\n"
        "redis: python -m bot.redis_server --dir redis --port $REDIS_PORT\n"
    )
    return tmp_path / "Procfile"


@pytest.fixture
def env():
    with hold_port() as held:
        port = port_of(held)
        redis = {"REDIS_PORT": str(port), "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        yield {**os.environ, **redis, "PYTHONPATH": str(CHECKOUT)}


def test_a_web_server_that_cannot_answer_opens_no_port(tmp_path, env):
    """Neither while it loads nor when it fails to: a chat service is refused, and tries again."""
    output = io.StringIO()
    with hold_port() as held:
        port = port_of(held)
        unset = {"VIGIA_SECRET_KEY": "", "SLACK_SIGNING_SECRET": "", "PORT": str(port)}
        with running_house(CHECKOUT / "Procfile", env | unset, only=["web"], output=output):
            _until(lambda: _is_open(port) or "ended" in output.getvalue(), within=180)
            assert not _is_open(port)
    assert "SettingsMissing" in output.getvalue()


def test_redis_starts_first_and_everything_stops_in_order(procfile, env):
    """Workers stop before the web server, and Redis stops last."""
    output = io.StringIO()
    with running_house(procfile, env, only=["web", "reading", "redis"], output=output):
        assert Redis.from_url(env["REDIS_URL"]).ping()
        _until(lambda: output.getvalue().count("works") == 2)
    lines = [line.split(" ", 1)[1] for line in output.getvalue().splitlines()]
    gone = [line for line in lines if line.endswith("| goes")]
    assert gone == ["reading | goes", "web     | goes"]
    with pytest.raises(ConnectionError):
        _ping(env)


def test_a_killed_process_comes_back(procfile, env):
    """A process killed with SIGKILL is started again, and so is Redis, with what it held."""
    output = io.StringIO()
    with running_house(procfile, env, only=["reading", "redis"], output=output) as house:
        Redis.from_url(env["REDIS_URL"]).set("kept", "1")
        before = {name: house.pid(name) for name in ("reading", "redis")}
        for name in before:
            house.kill(name)
        _until(lambda: all(house.pid(name) not in (None, before[name]) for name in before))
        _until(lambda: _answers(env))
        assert Redis.from_url(env["REDIS_URL"]).get("kept") == b"1"
        assert "ended (SIGKILL)" in output.getvalue()


def test_a_process_that_always_falls_is_started_ever_more_slowly(procfile, env):
    """A broken command does not turn the house into a busy loop."""
    output, began = io.StringIO(), time.monotonic()
    with running_house(procfile, env, only=["falls"], output=output):
        _until(lambda: output.getvalue().count("ended (exit 3)") >= 5)
    assert time.monotonic() - began > 0.1 + 0.2 + 0.4 + 0.8


def test_a_redis_that_cannot_start_is_told(procfile, env):
    """Nothing else is started without Redis."""
    output = io.StringIO()
    house = running_house(
        procfile, {**env, "REDIS_PORT": "99999"}, only=["web", "redis"], output=output
    )
    with pytest.raises(RedisDidNotStart), house:
        pass
    assert "works" not in output.getvalue()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_house(procfile, env, number):
    """When the house is stopped or killed, every process ends."""
    house = subprocess.Popen(
        [sys.executable, "-m", "bot.procfile", "--procfile", str(procfile), "reading", "redis"],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.DEVNULL,
    )
    _until(lambda: _answers(env))
    _until(lambda: len(_children(house.pid)) == 2)
    children = _children(house.pid)
    house.send_signal(number)
    house.wait(timeout=60)
    _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_the_house_works_on_when_nobody_reads_its_lines(procfile, env):
    """A log that cannot be written to any more ends neither the house nor what it runs."""
    with _running(procfile, env, "reading") as house:
        house.stdout.readline()
        house.stdout.close()
        (child,) = _children(house.pid)
        os.kill(int(child), signal.SIGKILL)
        _until(lambda: set(_children(house.pid)) - {child})


def test_a_house_that_falls_is_seen_to_have_fallen(procfile, env):
    """When nothing can be started any more, the house ends with an error, to be started again."""
    with _running(procfile, env, "falls") as house:
        house.stdout.readline()
        procfile.parent.rename(procfile.parent.with_name("moved"))
        assert house.wait(timeout=60) == 1


@contextmanager
def _running(procfile, env, name):
    house = subprocess.Popen(
        [sys.executable, "-m", "bot.procfile", "--procfile", str(procfile), name],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield house
    finally:
        house.kill()
        house.wait()
        house.stdout.close()


def _is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid):
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for task in listed for child in task.read_text().split()]


def _ping(env):
    try:
        return Redis.from_url(env["REDIS_URL"], retry=None).ping()
    except Exception as error:
        raise ConnectionError from error


def _answers(env):
    try:
        return _ping(env)
    except ConnectionError:
        return False


def _until(seen, within=60):
    deadline = time.monotonic() + within
    while not seen():
        assert time.monotonic() < deadline, "not seen in time"
        time.sleep(0.02)
