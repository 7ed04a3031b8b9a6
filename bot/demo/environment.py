"""A complete environment for the demo: free ports, its own database, throw-away credentials."""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from bot.redis_server import free_port
from bot.settings import CHECKOUT
from bot.web.admin_login import hash_password
from bot.web.sandbox import SandboxSettings

FOLDER = CHECKOUT / "var" / "demo"
_WEB_PORT, _SANDBOX_PORT = 8000, 8090


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    environ: dict[str, str]
    sandbox: SandboxSettings
    sandbox_port: int
    public_url: str
    admin_password: str
    logs: Path


def prepare() -> DemoEnvironment:
    """Each run starts from an empty database: var/demo holds one run at a time."""
    run = FOLDER / f"run-{secrets.token_hex(4)}"
    run.mkdir(parents=True)
    web, sandbox_port, redis = _port(_WEB_PORT), _port(_SANDBOX_PORT), free_port()
    public_url = f"http://127.0.0.1:{web}"
    password = secrets.token_urlsafe(9)
    sandbox = SandboxSettings(
        target=public_url,
        public_url=public_url,
        auth_token=secrets.token_hex(16),
        bot_token=f"xoxb-demo-{secrets.token_hex(8)}",
        signing_secret=secrets.token_hex(16),
        status_pause=0.4,
    )
    vendors = f"http://127.0.0.1:{sandbox_port}"
    environ = {
        **os.environ,
        "PORT": str(web),
        "REDIS_PORT": str(redis),
        "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "REDIS_DIR": str(run / "redis"),
        "DATABASE_URL": f"sqlite:///{run}/vigia.db",
        "PUBLIC_URL": public_url,
        "VIGIA_SECRET_KEY": secrets.token_urlsafe(48),
        "VIGIA_ADMIN_PASSWORD_HASH": hash_password(password),
        "TWILIO_ACCOUNT_SID": sandbox.account_sid,
        "TWILIO_AUTH_TOKEN": sandbox.auth_token,
        "TWILIO_WHATSAPP_FROM": sandbox.whatsapp_from,
        "TWILIO_PHONE_FROM": sandbox.phone_from,
        "TWILIO_API_BASE": f"{vendors}/twilio",
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_BASE": f"{vendors}/slack/api/",
    }
    return DemoEnvironment(
        environ, sandbox, sandbox_port, public_url, password, run / "processes.log"
    )


def _port(wished: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return free_port()
    return wished
