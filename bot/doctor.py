"""`vigia doctor`: each setting and each service in turn, and what to do where one is missing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import SQLAlchemyError
from twilio.base.exceptions import TwilioException

from bot.channels.slack.membership import channels_with_vigia, members
from bot.channels.whatsapp.client import twilio_client
from bot.channels.whatsapp.content_account import ContentAccount
from bot.channels.whatsapp.contents import wanted_contents
from bot.core.permissions import MAY_TAKE
from bot.core.ports import SendFailed
from bot.core.rules import Rules
from bot.core.staff import Role, Staff
from bot.model_server import ModelServer, NotAnswered
from bot.protocols.library import LibraryBroken
from bot.settings import CHECKOUT, REMEDIES, Settings, SettingsMissing, read_settings
from bot.store.migrate import is_current
from bot.store.staff_rows import all_staff
from bot.store.vault import SealBroken
from bot.web.queues import queue_state
from bot.wiring import Services, advisor, build

NEEDED_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
    }
)
_ANSWERS_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` None: all is well."""

    what: str
    remedy: str | None = None


def examine(environ: Mapping[str, str], out: TextIO) -> int:
    """Prints a line a check. Returns 0 when nothing is missing."""
    try:
        house = build(read_settings(environ))
    except SettingsMissing as missing:
        for name, remedy in missing.problems.items():
            print(f"missing  {name}: {remedy}", file=out)
        return 1
    well = True
    for check in _CHECKS:
        for finding in check(house):
            well = well and finding.remedy is None
            mark = "ok      " if finding.remedy is None else "missing "
            tail = f": {finding.remedy}" if finding.remedy else ""
            print(f"{mark} {finding.what}{tail}", file=out, flush=True)
    print("All is well." if well else "Something is missing; nothing was changed.", file=out)
    return 0 if well else 1


def _database(house: Services) -> Iterator[Finding]:
    try:
        current = is_current(house.store.engine)
    except SQLAlchemyError:
        yield Finding("database", "DATABASE_URL cannot be reached")
        return
    yield Finding("database", None if current else "run vigia migrate")
    if not current:
        return
    try:
        with house.store.snapshot() as snapshot:
            count = len(all_staff(snapshot))
    except SealBroken:
        yield Finding("secret key", "VIGIA_SECRET_KEY is not the one that sealed this database")
        return
    yield Finding("secret key opens what is stored")
    yield Finding(f"staff enrolled: {count}", None if count else "vigia staff add --help")


def _redis(house: Services) -> Iterator[Finding]:
    reached = queue_state(house.settings.redis_url).reachable
    yield Finding("Redis", None if reached else "REDIS_URL does not answer")


def _public_url(house: Services) -> Iterator[Finding]:
    url = house.settings.public_url
    if not url.startswith("https://"):
        yield Finding("PUBLIC_URL is https", REMEDIES["PUBLIC_URL"])
    try:
        answered = requests.get(f"{url}/healthz", timeout=_ANSWERS_WITHIN).status_code == 200
    except requests.RequestException:
        answered = False
    yield Finding(
        "PUBLIC_URL leads here", None if answered else "start the web server, check the proxy"
    )


def _admin(house: Services) -> Iterator[Finding]:
    known = house.settings.admin_password_hash
    remedy = None if known else REMEDIES["VIGIA_ADMIN_PASSWORD_HASH"]
    yield Finding("admin password", remedy)


def _twilio(house: Services) -> Iterator[Finding]:
    settings = house.settings
    client = twilio_client(
        settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base
    )
    try:
        client.api.v2010.accounts(settings.twilio_account_sid).fetch()
        yield Finding("Twilio account and token")
    except (TwilioException, requests.RequestException):
        yield Finding("Twilio account and token", REMEDIES["TWILIO_AUTH_TOKEN"])
    sender = settings.twilio_whatsapp_from.removeprefix("whatsapp:")
    right = sender.startswith("+") and sender[1:].isdigit()
    yield Finding("WhatsApp sender", None if right else REMEDIES["TWILIO_WHATSAPP_FROM"])
    yield _templates(settings, ContentAccount(client))


def _templates(settings: Settings, account: ContentAccount) -> Finding:
    """Without them a silent nurse is not reached, and answers are numbered lines."""
    named = settings.whatsapp_templates
    try:
        known = account.known()
    except SendFailed:
        return Finding("WhatsApp templates", "Twilio's Content API does not answer")
    made = {
        one.name: known.get(one.friendly_name) for one in wanted_contents(CHECKOUT / "templates")
    }
    right = all(sid is not None and named.get(name) == sid for name, sid in made.items())
    return Finding("WhatsApp templates", None if right else REMEDIES["VIGIA_WHATSAPP_TEMPLATES"])


def _slack(house: Services) -> Iterator[Finding]:
    settings = house.settings
    client = WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_base,
        timeout=_ANSWERS_WITHIN,
        retry_handlers=[],
    )
    try:
        answer = client.auth_test()
    except (SlackClientError, OSError):
        yield Finding("Slack bot token", REMEDIES["SLACK_BOT_TOKEN"])
        return
    yield Finding("Slack bot token")
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    missing = NEEDED_SCOPES - set(str(headers.get("x-oauth-scopes", "")).split(","))
    yield Finding(
        "Slack scopes",
        f"add {', '.join(sorted(missing))} under OAuth & Permissions, then reinstall the app"
        if missing
        else None,
    )
    yield from _channels(house, client)


def _channels(house: Services, client: WebClient) -> Iterator[Finding]:
    ladders = house.rules.ladders
    try:
        known = channels_with_vigia(client)
    except (SlackClientError, OSError):
        known = {}
    named = _named_in_channels(house.rules)
    people = _people(house)
    for channel in sorted({*named, ladders.alerts_channel}):
        if channel not in known:
            remedy = "create it in Slack and invite Vigia there"
            yield Finding(f"Slack channel {channel}", remedy)
            continue
        yield Finding(f"Slack channel {channel}")
        if wanted := [one for one in people if one.role in named.get(channel, ())]:
            yield _everybody_there(client, channel, known[channel], wanted)


def _everybody_there(client: WebClient, channel: str, id: str, wanted: Sequence[Staff]) -> Finding:
    what = f"people whom cards name in {channel}"
    try:
        there = members(client, id)
    except (SlackClientError, OSError):
        return Finding(what, "Slack did not say who is there; ask again later")
    absent = ", ".join(one.name for one in wanted if one.slack_user not in there)
    return Finding(what, f"invite {absent}: they do not see the cards there" if absent else None)


def _named_in_channels(rules: Rules) -> dict[str, set[Role]]:
    """Whom the cards of a channel may name: by the ladders, and beside their first rungs."""
    named: dict[str, set[Role]] = defaultdict(set)
    for rung in rules.ladders.rungs:
        named[rung.channel].add(rung.role)
    for row in rules.table.rows:
        if row.escalation:
            first = rules.ladders.ladder(row.urgency, row.escalation).rungs[0]
            named[first.channel] |= MAY_TAKE.intersection(row.notify)
    return named


def _people(house: Services) -> list[Staff]:
    """Who is enrolled with a Slack account; none where the database cannot be read, which is a
    finding of its own."""
    try:
        with house.store.snapshot() as snapshot:
            return [person for person in all_staff(snapshot) if person.slack_user]
    except (SQLAlchemyError, SealBroken):
        return []


def _ladder_people(house: Services) -> Iterator[Finding]:
    there = {person.role for person in _people(house)}
    for role in sorted(set[Role]().union(*_named_in_channels(house.rules).values())):
        remedy = f"vigia staff add --role {role} --slack U..." if role not in there else None
        yield Finding(f"somebody in Slack as {role}", remedy)


def _phrasing(house: Services) -> Iterator[Finding]:
    address = house.settings.phrasing
    if address is None:
        return
    remedy = None
    try:
        if not ModelServer(address, seconds=_ANSWERS_WITHIN).serves_the_model():
            remedy = "VIGIA_MEDGEMMA is not among the models that the server names"
    except NotAnswered as not_answered:
        reason = not_answered.args[0]
        remedy = f"VIGIA_MEDGEMMA_URL or VIGIA_MEDGEMMA_KEY: the server said {reason}"
    yield Finding("model that words answers", remedy)


def _protocols(house: Services) -> Iterator[Finding]:
    try:
        advisor()
    except LibraryBroken as broken:
        remedy = f"{broken}; remove it and add its document anew: vigia protocols add"
        yield Finding("protocols can be read", remedy)
    else:
        yield Finding("protocols can be read")


_CHECKS = (
    _database,
    _redis,
    _public_url,
    _admin,
    _twilio,
    _slack,
    _ladder_people,
    _phrasing,
    _protocols,
)
