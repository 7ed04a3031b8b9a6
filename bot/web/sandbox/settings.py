"""What the stand-ins are told: credentials to demand, the product's address, the people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Harmless values that have the vendors' shapes.
ACCOUNT_SID = "AC" + "5a" * 16
# Those of docs/slack-manifest.yaml.
DEFAULT_SCOPES = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:read,files:write,"
    "groups:history,groups:read,im:history,im:write"
)
DEFAULT_CHANNELS = (
    "equipo-medico",
    "especialistas",
    "emergencias",
    "riesgo-alto",
    "sistema-alertas",
    "heridas",
)


@dataclass(frozen=True, slots=True)
class CastMember:
    """A person of the ward: a nurse has a phone, everybody with `slack` is in the workspace."""

    kind: Literal["nurse", "clinician"]
    name: str
    phone: str | None = None
    slack: str | None = None


DEFAULT_CAST = (
    CastMember("nurse", "Ana Rojas", "+56911110001", "U0NURSE1"),
    CastMember("clinician", "Dr. Bruno Díaz", slack="U0DOCTOR"),
    CastMember("clinician", "Carla Soto", slack="U0WOUND1"),
    CastMember("clinician", "Elena Vera", slack="U0JEFE1"),
)


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Times in seconds. `time_scale` shortens the waits between Slack's retries."""

    target: str = "http://127.0.0.1:8000"
    public_url: str = "http://127.0.0.1:8000"
    account_sid: str = ACCOUNT_SID
    auth_token: str = field(default="sandbox-twilio-token", repr=False)
    whatsapp_from: str = "whatsapp:+14155238886"
    phone_from: str = "+14155550100"
    bot_token: str = field(default="xoxb-sandbox", repr=False)
    signing_secret: str = field(default="sandbox-signing-secret", repr=False)
    cast: tuple[CastMember, ...] = DEFAULT_CAST
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    command: str = "/vigia"
    shortcut: tuple[str, str] = ("vigia_read_wound", "Leer esta herida")
    scopes: tuple[str, ...] = tuple(DEFAULT_SCOPES.split(","))
    posts_per_second: float = 1.0
    post_burst: int = 5
    event_retry_waits: tuple[float, ...] = (0.0, 60.0, 300.0)
    time_scale: float = 1.0
    event_deadline: float = 3.0
    trigger_lifetime: float = 3.0
    webhook_deadline: float = 15.0
    status_pause: float = 0.05
    ring_for: float = 60.0


def read_sandbox_settings(environ: Mapping[str, str]) -> SandboxSettings:
    """The product's own names; what is not set keeps its default. VIGIA_SANDBOX_CAST is a JSON
    list of {kind, name, phone, slack}."""
    usual = SandboxSettings()
    cast = environ.get("VIGIA_SANDBOX_CAST")
    target = environ.get("VIGIA_SANDBOX_TARGET", usual.target).rstrip("/")
    return SandboxSettings(
        target=target,
        public_url=environ.get("PUBLIC_URL", target).rstrip("/"),
        account_sid=environ.get("TWILIO_ACCOUNT_SID", usual.account_sid),
        auth_token=environ.get("TWILIO_AUTH_TOKEN", usual.auth_token),
        whatsapp_from=environ.get("TWILIO_WHATSAPP_FROM", usual.whatsapp_from),
        bot_token=environ.get("SLACK_BOT_TOKEN", usual.bot_token),
        signing_secret=environ.get("SLACK_SIGNING_SECRET", usual.signing_secret),
        cast=tuple(CastMember(**member) for member in json.loads(cast)) if cast else usual.cast,
        status_pause=0.4,
    )
