"""Ports for servers that are started later, in this process or in another."""

import socket


def hold_port() -> socket.socket:
    """A port of this machine that nobody else is given while the socket is open: it is bound and
    does not listen, so that a server with SO_REUSEADDR may take the very port."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def port_of(held: socket.socket) -> int:
    return int(held.getsockname()[1])
