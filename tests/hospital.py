"""A hospital's model server as vLLM is one: it checks who asks, for which model, in which shape."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jsonschema import Draft202012Validator
from PIL import Image

KEY = "for the house only"
MODEL = "google/medgemma-4b-it"


@dataclass
class Hospital:
    """What it says, and how it fails: silence as long as it is open, a broken line, a status that
    is not 200, a body that is not JSON."""

    say: str
    silent: bool = False
    die: bool = False
    fail_with: int | None = None
    body: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    @property
    def environ(self) -> dict[str, str]:
        return {
            "VIGIA_MEDGEMMA": MODEL,
            "VIGIA_MEDGEMMA_URL": self.url,
            "VIGIA_MEDGEMMA_KEY": KEY,
        }

    def status(self, path: str, key: str | None, body: dict[str, Any]) -> int:
        if path != "/v1/chat/completions" or body.get("model") != MODEL:
            return 404
        if key != f"Bearer {KEY}":
            return 401
        (message,) = body["messages"]
        *pictures, words = message["content"]
        whole = words["type"] == "text" and words["text"].strip() and body["max_tokens"] > 0
        if message["role"] != "user" or not whole:
            return 400
        return 200 if all(_is_taken(one, body) for one in pictures) else 400


def _is_taken(part: dict[str, Any], body: dict[str, Any]) -> bool:
    kind, _, content = part["image_url"]["url"].partition(";base64,")
    Draft202012Validator.check_schema(body["response_format"]["json_schema"]["schema"])
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    return kind == "data:image/jpeg" and max(image.size) <= 896


@contextmanager
def open_hospital(say: str) -> Iterator[Hospital]:
    peer = Hospital(say)
    closed = threading.Event()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            peer.asked.append(body)
            status = peer.status(self.path, self.headers.get("Authorization"), body)
            if peer.silent:
                closed.wait()
            if peer.die:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
                return
            message = {"role": "assistant", "content": peer.say}
            said = json.dumps({"choices": [{"index": 0, "message": message}]}).encode()
            self._reply(peer.fail_with or status, said if peer.body is None else peer.body)

        def do_GET(self) -> None:
            known = self.headers.get("Authorization") == f"Bearer {KEY}"
            status = (200 if known else 401) if self.path == "/v1/models" else 404
            models = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
            self._reply(peer.fail_with or status, json.dumps(models).encode())

        def _reply(self, status: int, reply: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def handle(self) -> None:
            # Whoever gave up waiting has hung up.
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    peer.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield peer
    finally:
        closed.set()
        server.shutdown()
        server.server_close()
