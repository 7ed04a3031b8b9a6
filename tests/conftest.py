"""What holds for every test: nothing talks to a machine that is not this one."""

import ipaddress
import os
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Tests run beside each other: a thread for each core in each of them waits more than it works.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Hypothesis gives each example 200 ms of the wall's clock and draws other ones in every run: on a
# loaded machine a test would fail by chance.
settings.register_profile(
    "ward",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ward")


class LeftTheMachine(AssertionError):
    """A test tried to reach another machine."""


def _is_here(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _LoopbackSocket(socket.socket):
    def connect(self, address: Any, /) -> None:
        self._refuse(address)
        super().connect(address)

    def connect_ex(self, address: Any, /) -> int:
        self._refuse(address)
        return super().connect_ex(address)

    def _refuse(self, address: Any) -> None:
        if not _is_here(self.family, address):
            raise LeftTheMachine(f"a test reached for {address[0]}")


def pytest_configure(config: pytest.Config) -> None:
    socket.socket = _LoopbackSocket  # type: ignore[misc]
