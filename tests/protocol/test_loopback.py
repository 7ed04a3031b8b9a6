"""Tests stay on this machine."""

import socket

import pytest
import requests

_ELSEWHERE = "192.0.2.1"


def test_case_52_a_connection_off_loopback_fails_a_test() -> None:
    """By a bare socket, and by the library that the house downloads with."""
    with socket.socket() as reaching, pytest.raises(AssertionError, match="reached for"):
        reaching.connect((_ELSEWHERE, 80))
    with pytest.raises(AssertionError, match="reached for"):
        requests.get(f"http://{_ELSEWHERE}/", timeout=2)
    with socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        calling.connect(listening.getsockname())
