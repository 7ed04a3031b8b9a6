"""Bolt checks signatures and sorts what arrives; each handler makes one durable write."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Request, Response
from slack_bolt import Ack, App, BoltResponse
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.channels.slack.inbound import (
    own_ids,
    parse_command,
    parse_form,
    parse_message,
    parse_press,
    parse_shortcut,
)
from bot.channels.wording import FORM
from bot.core.deed import Filled
from bot.core.inbound import InboundMessage, Press, SlashCommand
from bot.core.ports import Words

log = logging.getLogger(__name__)
# Its warnings quote whole requests.
_LOG = logging.getLogger("slack_bolt")
_LOG.setLevel(logging.ERROR)

COMMAND = "/vigia"
SHORTCUT = "vigia_read_wound"
HOME_OPENED = "app_home_opened"
RATE_LIMITED = "app_rate_limited"
SPOKEN = ("message", "app_mention")
UNREADABLE = 400

_ANYTHING = re.compile(".*")
_FORMS = re.compile(f"^{FORM}")
T = TypeVar("T")
R = TypeVar("R")


class NotWritten(Exception):
    """What came was understood, and could not be written down: Slack must send it again."""


def answer_slack(app: App, request: Request) -> Response:
    """`UNREADABLE` for a body that nobody can read, and nothing of it in the log."""
    try:
        asked = to_bolt_request(request)
        told = app.dispatch(asked)
    except Exception as error:
        # Whatever fails out here failed over the body: the handlers' failures are answers.
        told = _refused(error)
    return to_flask_response(told)


def _refused(error: Exception) -> BoltResponse:
    log.warning("slack_unreadable", extra={"error": type(error).__name__})
    # Sent again it would read the same.
    return BoltResponse(status=UNREADABLE, headers={"X-Slack-No-Retry": "1"})


def _writing(act: Callable[[T], R]) -> Callable[[T], R]:
    def written(what: T) -> R:
        try:
            return act(what)
        except Exception as error:
            raise NotWritten from error

    return written


def is_signature(stamp: str, signature: str) -> bool:
    """Whether the two headers have the form of Slack's. Bolt raises on those that have not."""
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()


def is_from_slack(signing_secret: str, request: Request) -> bool:
    return SignatureVerifier(signing_secret).is_valid_request(
        request.get_data(), dict(request.headers)
    )


def build_bolt(
    *,
    signing_secret: str,
    bot_token: str,
    api_base: str,
    on_message: Callable[[InboundMessage], None],
    on_press: Callable[[Press], None],
    on_form: Callable[[Filled], dict[str, str]],
    on_home: Callable[[str], None],
    on_command: Callable[[SlashCommand], Words],
    on_shortcut: Callable[[InboundMessage], None],
    on_withheld: Callable[[str], None],
) -> App:
    """`on_form` returns what is wrong with which field, in words; `on_home` takes a user's id;
    what `on_command` returns is shown to that person alone; `on_withheld` takes the minute of
    which Slack says that it kept events back, since there were too many.

    An exception in one of them becomes 500, so that Slack sends it again: Bolt must answer
    after the write, not before it."""
    on_message, on_shortcut = _writing(on_message), _writing(on_shortcut)
    on_press, on_form, on_home = _writing(on_press), _writing(on_form), _writing(on_home)
    on_command, on_withheld = _writing(on_command), _writing(on_withheld)

    def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bot_token)

    app = App(
        signing_secret=signing_secret,
        token_verification_enabled=False,
        process_before_response=True,
        authorize=authorize,
        client=WebClient(base_url=api_base, retry_handlers=[]),
        logger=_LOG,
    )

    @app.error
    def failed(error: Exception) -> BoltResponse:
        if not isinstance(error, NotWritten):
            return _refused(error)
        log.error("slack_not_written", extra={"error": type(error.__cause__).__name__})
        return BoltResponse(status=500)

    @app.middleware
    def withheld(body: Mapping[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") != RATE_LIMITED:
            return next()
        on_withheld(str(body.get("minute_rate_limited")))
        return BoltResponse(status=200)

    def take(event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        message = parse_message(event, own_ids(body))
        if message:
            on_message(message)

    for event in SPOKEN:
        app.event(event)(take)

    @app.event(HOME_OPENED)
    def opened(event: Mapping[str, Any]) -> None:
        # The same event comes for the tab with the direct messages.
        if event.get("tab") == "home":
            on_home(str(event["user"]))

    @app.event(_ANYTHING)
    def nothing_to_do() -> None:
        """Slack counts an unanswered event as a failure."""

    @app.action(_ANYTHING)
    def pressed(body: Mapping[str, Any], ack: Ack) -> BoltResponse:
        press = parse_press(body)
        if press:
            on_press(press)
        return ack()

    @app.view(_FORMS)
    def sent(body: Mapping[str, Any], ack: Ack) -> BoltResponse:
        wrong = on_form(parse_form(body))
        return ack(response_action="errors", errors=wrong) if wrong else ack()

    @app.view_closed(_ANYTHING)
    def left(ack: Ack) -> BoltResponse:
        """Whoever leaves a form has done nothing."""
        return ack()

    @app.command(COMMAND)
    def commanded(body: Mapping[str, Any], ack: Ack) -> BoltResponse:
        told = on_command(parse_command(body))
        return ack(text=told.text, blocks=told.blocks, response_type="ephemeral")

    @app.shortcut(SHORTCUT)
    def pointed(body: Mapping[str, Any], ack: Ack) -> BoltResponse:
        on_shortcut(parse_shortcut(body))
        return ack()

    return app
