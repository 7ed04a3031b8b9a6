"""The only reader of the environment. Everything that is missing is listed at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.patient_code import DEFAULT_PATTERN
from bot.core.staff import Language
from bot.model_server import ModelAddress

CHECKOUT = Path(__file__).resolve().parent.parent
TWILIO_API = "https://api.twilio.com"
SLACK_API = "https://slack.com/api/"
MIN_SECRET_LENGTH = 32

# What each setting is and where to get it; `vigia doctor` and the error text both print it.
REMEDIES: dict[str, str] = {
    "VIGIA_SECRET_KEY": "a secret of 32 characters or more: vigia secret-key prints one",
    "PUBLIC_URL": "the https address at which Twilio and Slack reach this server",
    "TWILIO_ACCOUNT_SID": "Twilio console, Account Info",
    "TWILIO_AUTH_TOKEN": "Twilio console, Account Info",
    "TWILIO_WHATSAPP_FROM": "the WhatsApp sender, as whatsapp:+14155238886",
    "SLACK_BOT_TOKEN": "Slack app, OAuth & Permissions, Bot User OAuth Token (xoxb-...)",
    "SLACK_SIGNING_SECRET": "Slack app, Basic Information, App Credentials",
    "VIGIA_WHATSAPP_TEMPLATES": "the line that vigia whatsapp-templates prints",
    "VIGIA_ADMIN_PASSWORD_HASH": "vigia admin-password prints one",
    "VIGIA_PHRASING": "off or medgemma",
    "VIGIA_MEDGEMMA": "the model's name on the server of the house, for VIGIA_PHRASING",
    "VIGIA_MEDGEMMA_URL": "the server's address up to /v1, for VIGIA_PHRASING",
}


class SettingsMissing(Exception):
    """Names every setting that is missing or wrong, never its value."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        lines = [f"  {name}: {remedy}" for name, remedy in problems.items()]
        super().__init__(
            "These settings are missing or wrong. Nothing was started, nothing was lost.\n"
            + "\n".join(lines)
            + "\nSet them in the environment or in .env (see .env.example), "
            "or name a file with NAME_FILE."
        )
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class StoreSettings:
    database_url: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class Settings:
    store: StoreSettings
    redis_url: str
    public_url: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_whatsapp_from: str
    twilio_api_base: str
    slack_bot_token: str
    slack_signing_secret: str
    slack_api_base: str
    admin_password_hash: str | None
    ladder_file: Path
    decision_table_file: Path
    site_file: Path
    patient_code: re.Pattern[str]
    asks_patient_code: bool
    language: Language
    whatsapp_templates: Mapping[str, str]
    twilio_phone_from: str | None
    phrasing: ModelAddress | None


class _Environment:
    """Reads NAME, or the file that NAME_FILE names, and remembers what was missing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: dict[str, str] = {}

    def optional(self, name: str, default: str) -> str:
        value = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not value and path:
            try:
                value = Path(path).read_text().strip()
            except OSError:
                self.problems[name] = f"the file that {name}_FILE names cannot be read"
        return value or default

    def required(self, name: str) -> str:
        value = self.optional(name, "")
        if not value and name not in self.problems:
            self.problems[name] = REMEDIES[name]
        return value

    def check(self) -> None:
        if self.problems:
            raise SettingsMissing(self.problems)


def read_dotenv(path: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, with the lines of .env beneath it where the file exists."""
    lines = path.read_text().splitlines() if path.is_file() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs} | dict(environ)


def database_url(environ: Mapping[str, str]) -> str:
    return _Environment(environ).optional("DATABASE_URL", f"sqlite:///{CHECKOUT}/var/vigia.db")


def redis_url(environ: Mapping[str, str]) -> str:
    return _Environment(environ).optional("REDIS_URL", "redis://127.0.0.1:6380/0")


def decision_table_file(values: Mapping[str, str]) -> Path:
    shipped = CHECKOUT / "bot" / "core" / "decision_table.toml"
    return Path(values.get("VIGIA_DECISION_TABLE_FILE") or shipped)


def site_file(values: Mapping[str, str]) -> Path:
    return Path(values.get("VIGIA_SITE_FILE") or CHECKOUT / "bot" / "core" / "site.toml")


def protocols_folder(environ: Mapping[str, str]) -> Path:
    """Where the site's own protocols are kept once they were added."""
    kept = _Environment(environ).optional("VIGIA_PROTOCOLS_DIR", str(CHECKOUT / "var/protocols"))
    return Path(kept)


def embedding_model(environ: Mapping[str, str]) -> str:
    """Name or folder of an embedding model for transformers; empty for the one that ships."""
    return _Environment(environ).optional("VIGIA_EMBEDDING", "")


def phrasing_address(environ: Mapping[str, str]) -> ModelAddress | None:
    """Where answers are worded, or None where they stay as authored. Raises SettingsMissing."""
    env = _Environment(environ)
    address = _phrasing(env)
    env.check()
    return address


def read_store_settings(environ: Mapping[str, str]) -> StoreSettings:
    """Raises SettingsMissing."""
    env = _Environment(environ)
    settings = _store(env, environ)
    env.check()
    return settings


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsMissing."""
    env = _Environment(environ)
    core = CHECKOUT / "bot" / "core"
    public_url = env.required("PUBLIC_URL").rstrip("/")
    if public_url and not re.match(r"https?://[^/\s]+", public_url):
        env.problems["PUBLIC_URL"] = REMEDIES["PUBLIC_URL"]
    settings = Settings(
        store=_store(env, environ),
        redis_url=redis_url(environ),
        public_url=public_url,
        twilio_account_sid=env.required("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=env.required("TWILIO_AUTH_TOKEN"),
        twilio_whatsapp_from=env.required("TWILIO_WHATSAPP_FROM"),
        twilio_api_base=env.optional("TWILIO_API_BASE", TWILIO_API).rstrip("/"),
        slack_bot_token=env.required("SLACK_BOT_TOKEN"),
        slack_signing_secret=env.required("SLACK_SIGNING_SECRET"),
        slack_api_base=env.optional("SLACK_API_BASE", SLACK_API).rstrip("/") + "/",
        admin_password_hash=env.optional("VIGIA_ADMIN_PASSWORD_HASH", "") or None,
        ladder_file=Path(env.optional("VIGIA_LADDER_FILE", str(core / "ladder.toml"))),
        decision_table_file=Path(
            env.optional("VIGIA_DECISION_TABLE_FILE", str(core / "decision_table.toml"))
        ),
        site_file=site_file(environ),
        patient_code=_pattern(env),
        asks_patient_code=bool(env.optional("VIGIA_PATIENT_CODE", "")),
        language=_language(env),
        whatsapp_templates=_templates(env),
        twilio_phone_from=env.optional("TWILIO_PHONE_FROM", "") or None,
        phrasing=_phrasing(env),
    )
    env.check()
    return settings


def _store(env: _Environment, environ: Mapping[str, str]) -> StoreSettings:
    secret = env.required("VIGIA_SECRET_KEY")
    if secret and len(secret) < MIN_SECRET_LENGTH:
        env.problems["VIGIA_SECRET_KEY"] = REMEDIES["VIGIA_SECRET_KEY"]
    return StoreSettings(database_url(environ), secret)


def _templates(env: _Environment) -> Mapping[str, str]:
    """ContentSids by "name.language"."""
    listed = env.optional("VIGIA_WHATSAPP_TEMPLATES", "")
    pairs = [one.strip().partition("=") for one in listed.split(",") if one.strip()]
    if not all(sid.startswith("HX") for _, _, sid in pairs):
        env.problems["VIGIA_WHATSAPP_TEMPLATES"] = REMEDIES["VIGIA_WHATSAPP_TEMPLATES"]
    return {name: sid for name, _, sid in pairs}


def _phrasing(env: _Environment) -> ModelAddress | None:
    chosen = env.optional("VIGIA_PHRASING", "off")
    if chosen == "off":
        return None
    if chosen != "medgemma":
        env.problems["VIGIA_PHRASING"] = REMEDIES["VIGIA_PHRASING"]
        return None
    url = env.required("VIGIA_MEDGEMMA_URL")
    if url and not re.match(r"https?://[^/\s]+", url):
        env.problems["VIGIA_MEDGEMMA_URL"] = REMEDIES["VIGIA_MEDGEMMA_URL"]
    key = env.optional("VIGIA_MEDGEMMA_KEY", "") or None
    return ModelAddress(url, env.required("VIGIA_MEDGEMMA"), key)


def _pattern(env: _Environment) -> re.Pattern[str]:
    try:
        return re.compile(env.optional("VIGIA_PATIENT_CODE", DEFAULT_PATTERN))
    except re.error:
        env.problems["VIGIA_PATIENT_CODE"] = "not a regular expression"
        return re.compile(DEFAULT_PATTERN)


def _language(env: _Environment) -> Language:
    try:
        return Language(env.optional("VIGIA_LANGUAGE", Language.ES))
    except ValueError:
        env.problems["VIGIA_LANGUAGE"] = "es or en"
        return Language.ES
