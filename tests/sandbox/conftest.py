"""A sandbox, a product that only listens, and the vendors' own clients."""

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from slack_sdk import WebClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server

from bot.web.sandbox import Sandbox, SandboxSettings
from tests.sandbox.listener import PUBLIC, Listener


class TwilioAtSandbox(TwilioHttpClient):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self.base), *args, **kwargs
        )


@pytest.fixture
def settings() -> SandboxSettings:
    usual = SandboxSettings(
        public_url=PUBLIC,
        time_scale=0.002,
        status_pause=0.01,
        # A busy processor breaks no vendor's rule; a test of patience says its own.
        event_deadline=30.0,
        trigger_lifetime=30.0,
        webhook_deadline=60.0,
    )
    return replace(usual, scopes=(*usual.scopes, "reactions:write", "users:read"))


@pytest.fixture
def sandbox(settings: SandboxSettings) -> Iterator[Sandbox]:
    box = Sandbox(settings)
    with box.running():
        yield box


@pytest.fixture
def product(sandbox: Sandbox) -> Iterator[Listener]:
    listener = Listener(sandbox.settings)
    server = make_server("127.0.0.1", 0, listener.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}"
    sandbox.points_at(listener.url, PUBLIC)
    yield listener
    sandbox.settle()
    server.shutdown()
    server.server_close()


@pytest.fixture
def twilio(sandbox: Sandbox) -> Client:
    chosen = sandbox.settings
    http = TwilioAtSandbox(sandbox.twilio_api_base)
    return Client(chosen.account_sid, chosen.auth_token, http_client=http)


@pytest.fixture
def slack(sandbox: Sandbox) -> WebClient:
    return WebClient(
        token=sandbox.settings.bot_token, base_url=sandbox.slack_api_base, retry_handlers=[]
    )


@pytest.fixture
def photo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), (180, 90, 80)).save(drawn, "JPEG")
    return drawn.getvalue()
