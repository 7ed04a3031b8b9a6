"""Where the chat services knock: verify, parse, act."""

import logging
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Request, Response, abort, after_this_request, request

from bot.actions.asking import Unsearched
from bot.actions.called import press_key, report_call
from bot.actions.choosing import press_answer
from bot.actions.early_replies import hear_message
from bot.actions.escalating import alert
from bot.actions.pointing import read_wound
from bot.actions.respond import fill, form_not_opened, press
from bot.actions.slash import answer_slash
from bot.actions.undelivered import report_delivery
from bot.channels.phone.addresses import last_keys_url
from bot.channels.phone.inbound import parse_report
from bot.channels.slack.bolt import (
    UNREADABLE,
    answer_slack,
    build_bolt,
    is_from_slack,
    is_signature,
)
from bot.channels.slack.inbound import form_metadata
from bot.channels.whatsapp import inbound as whatsapp
from bot.core.choice import ACTION_PREFIX
from bot.core.deed import Filled, Form
from bot.core.inbound import Channel, InboundMessage, Press, SlashCommand
from bot.core.ports import SendFailed, Words
from bot.core.protocol.answer import Answer
from bot.core.protocol.question import is_question
from bot.core.redflags import find_red_flags
from bot.core.rules import Rules
from bot.store.home_rows import open_home
from bot.wiring import Services, ask_protocols

log = logging.getLogger(__name__)

_NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def webhooks(house: Services) -> Blueprint:
    blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
    settings = house.settings

    def on_message(message: InboundMessage) -> None:
        # Searched before the transaction: nobody waits for it with the database held.
        answer = _answer_to(message, house.rules)
        with house.acting() as tx:
            hear_message(tx, message, house.rules, answer)

    def on_press(pressed: Press) -> None:
        if pressed.action.startswith(ACTION_PREFIX) and not pressed.on_home:
            with house.acting() as tx:
                press_answer(tx, pressed, house.rules)
            return
        with house.acting() as tx:
            form = press(tx, pressed, house.rules)
        if form:
            _when_answered(partial(_open_form, house, pressed, form))

    def on_home(user: str) -> None:
        with house.acting() as tx:
            open_home(tx, user)

    def on_command(used: SlashCommand) -> Words:
        # Committed first: Slack does not send a command again, and its words may be a danger.
        with house.acting() as tx:
            reply = answer_slash(tx, used, house.rules)
        return house.wording.words(reply.kind, Channel.SLACK, reply.language, reply.facts)

    def on_shortcut(pointed: InboundMessage) -> None:
        with house.acting() as tx:
            read_wound(tx, pointed, house.rules)

    def on_withheld(minute: str) -> None:
        with house.acting() as tx:
            alert(tx, "slack_withheld", house.rules, code=None, key=minute)

    def on_form(filled: Filled) -> dict[str, str]:
        with house.acting() as tx:
            wrong = fill(tx, filled, house.rules)
        return house.wording.wrong(wrong, filled.language)

    slack = build_bolt(
        signing_secret=settings.slack_signing_secret,
        bot_token=settings.slack_bot_token,
        api_base=settings.slack_api_base,
        on_message=on_message,
        on_press=on_press,
        on_form=on_form,
        on_home=on_home,
        on_command=on_command,
        on_shortcut=on_shortcut,
        on_withheld=on_withheld,
    )

    @blueprint.post("/whatsapp")
    def whatsapp_message() -> Response:
        _verify_twilio(house, request)
        message = whatsapp.parse(request.form, house.clock(), api_base=settings.twilio_api_base)
        on_message(message)
        return Response(_NO_REPLY, mimetype="text/xml")

    @blueprint.post("/whatsapp/status")
    def whatsapp_status() -> Response:
        _verify_twilio(house, request)
        report = whatsapp.parse_status(request.form)
        if report:
            with house.acting() as tx:
                report_delivery(tx, report, house.rules)
        return Response(status=204)

    @blueprint.post("/phone/<id>/status")
    def phone_status(id: str) -> Response:
        _verify_twilio(house, request)
        with house.acting() as tx:
            known = report_call(tx, id, parse_report(request.form), house.rules)
        if not known:
            log.warning("report_of_unknown_call")
        return Response(status=204)

    @blueprint.post("/phone/<id>/keys")
    def phone_keys(id: str) -> Response:
        return pressed_on_phone(id, last=False)

    @blueprint.post("/phone/<id>/keys/last")
    def phone_last_keys(id: str) -> Response:
        return pressed_on_phone(id, last=True)

    def pressed_on_phone(id: str, *, last: bool) -> Response:
        _verify_twilio(house, request)
        with house.acting() as tx:
            said = press_key(tx, id, request.form.get("Digits", ""), house.rules, last=last)
        again = last_keys_url(settings.public_url, id)
        return Response(house.wording.spoken(said, again), mimetype="text/xml")

    @blueprint.post("/slack")
    def slack_event() -> Response:
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not is_signature(stamp, request.headers.get("X-Slack-Signature", "")):
            abort(401)
        answer = answer_slack(slack, request)
        if answer.status_code == UNREADABLE and is_from_slack(
            settings.slack_signing_secret, request
        ):
            tell_unreadable()
        return answer

    def tell_unreadable() -> None:
        with house.acting() as tx:
            alert(tx, "slack_unreadable", house.rules, code=None, key=f"{tx.now:%Y-%m-%dT%H}")

    return blueprint


def _answer_to(message: InboundMessage, rules: Rules) -> Answer | Unsearched | None:
    """A danger is raised before anything is searched."""
    if message.attachments or not is_question(message.text):
        return None
    if find_red_flags(message.text, rules.table.limits):
        return Unsearched(message.text)
    return ask_protocols(message.text)


def _when_answered(act: Callable[[], None]) -> None:
    """Once the press is acknowledged: however slow Slack is, its three seconds are kept."""

    @after_this_request
    def answered(answer: Response) -> Response:
        answer.call_on_close(act)
        return answer


def _open_form(house: Services, pressed: Press, form: Form) -> None:
    view = house.wording.form(form, form_metadata(pressed, form))
    try:
        house.slack.open_form(pressed.trigger_id or "", view)
    except SendFailed as failed:
        log.warning("form_not_opened", extra={"reason": failed.reason})
        with house.acting() as tx:
            form_not_opened(tx, pressed, house.rules)


def _verify_twilio(house: Services, request: Request) -> None:
    """Against the configured public address: behind a TLS proxy the request's own is wrong."""
    path = request.full_path if request.query_string else request.path
    genuine = whatsapp.verify(
        house.settings.twilio_auth_token,
        request.headers.get("X-Twilio-Signature", ""),
        house.settings.public_url + path,
        request.form,
    )
    if not genuine:
        log.warning("signature_refused", extra={"path": request.path})
        abort(403)
