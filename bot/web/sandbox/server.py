"""A real HTTP server on loopback, in a thread."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

# Its access lines would carry addresses with phone numbers in them.
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[int]:
    """The port; 0 asks for any free one."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True, name="sandbox-http")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
