"""The WhatsApp stand-in, judged with Twilio's own client."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.web.sandbox import Sandbox
from bot.web.sandbox.nurse import Nurse
from bot.web.sandbox.waiting import NotSeen
from bot.web.sandbox.whatsapp.line import Button, Template
from tests.sandbox.listener import PUBLIC, Listener


@pytest.fixture
def ana(sandbox: Sandbox, product: Listener) -> Nurse:
    return sandbox.nurse(phone="+56911110001", name="Ana Rojas")


def send(twilio: Client, sandbox: Sandbox, **more: object) -> object:
    wanted = {"to": "whatsapp:+56911110001", "from_": sandbox.settings.whatsapp_from} | more
    return twilio.messages.create(**wanted)


def refused(twilio: Client, sandbox: Sandbox, **more: object) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as error:
        send(twilio, sandbox, **more)
    return error.value


def test_a_photo_arrives_signed_with_every_field(ana: Nurse, product: Listener, photo: bytes):
    """The webhook carries Twilio's fields, the empty ones too, signed over the public address."""
    sent = ana.sends_photo(photo, caption="olor fuerte")
    (heard,) = product.of("whatsapp")
    form = heard["body"]
    assert heard["genuine"]
    assert form["From"] == "whatsapp:+56911110001"
    assert form["WaId"] == "56911110001"
    assert form["ProfileName"] == "Ana Rojas"
    assert (form["Body"], form["NumMedia"], form["MessageType"]) == ("olor fuerte", "1", "image")
    assert form["MediaContentType0"] == "image/jpeg"
    assert form["ButtonPayload"] == ""
    assert sent.sid == form["MessageSid"] == form["SmsMessageSid"]


def test_media_need_credentials_here_and_none_there(
    ana: Nurse, product: Listener, sandbox: Sandbox, photo: bytes
):
    """The API asks for Basic auth, then sends on to an origin that refuses credentials."""
    ana.sends_photo(photo)
    url = product.of("whatsapp")[0]["body"]["MediaUrl0"]
    auth = (sandbox.settings.account_sid, sandbox.settings.auth_token)
    assert requests.get(url, timeout=60).status_code == 401
    first = requests.get(url, auth=auth, allow_redirects=False, timeout=60)
    assert first.status_code == 307
    assert requests.get(url, auth=auth, timeout=60).content == photo
    assert [v.code for v in sandbox.violations] == ["20003"]
    leaked = requests.get(first.headers["Location"], auth=auth, timeout=60)
    assert leaked.status_code == 400
    assert sandbox.violations[-1].code == "credentials_leaked"


def test_media_can_be_late(ana: Nurse, product: Listener, sandbox: Sandbox, photo: bytes):
    """Media may be 404 for a moment after the message was announced."""
    sandbox.faults.next("media.fetch", times=2, status=404)
    ana.sends_photo(photo)
    url = product.of("whatsapp")[0]["body"]["MediaUrl0"]
    auth = (sandbox.settings.account_sid, sandbox.settings.auth_token)
    seen = [requests.get(url, auth=auth, timeout=60).status_code for _ in range(3)]
    assert seen == [404, 404, 200]


def test_deleting_a_message_deletes_its_media(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client, photo: bytes
):
    """After the deletion neither the message nor its media can be had."""
    sent = ana.sends_photo(photo)
    url = product.of("whatsapp")[0]["body"]["MediaUrl0"]
    assert twilio.messages(sent.sid).delete()
    auth = (sandbox.settings.account_sid, sandbox.settings.auth_token)
    assert requests.get(url, auth=auth, timeout=60).status_code == 404
    with pytest.raises(TwilioRestException):
        twilio.messages(sent.sid).fetch()


def test_media_alone_can_be_deleted(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client, photo: bytes
):
    """The message stays and its media are gone."""
    sent = ana.sends_photo(photo)
    assert twilio.messages(sent.sid).media(sent.media[0].sid).delete()
    assert twilio.messages(sent.sid).fetch().num_media == "0"


def test_an_answer_reaches_the_phone_and_its_ticks_are_reported(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client, photo: bytes
):
    """Text and picture arrive; sent, delivered and read come as signed callbacks."""
    ana.sends_text("hola")
    product.pictures["overlay.jpg"] = (photo, "image/jpeg")
    message = send(
        twilio,
        sandbox,
        body="Recibido: caso A1",
        media_url=[f"{PUBLIC}/media/overlay.jpg"],
        status_callback=f"{PUBLIC}/webhooks/whatsapp/status",
    )
    assert message.status == "queued"
    seen = ana.sees("recibido")
    assert seen.picture == photo
    assert sandbox.settle()
    reports = product.of("status")
    assert all(r["genuine"] for r in reports)
    assert [r["body"]["MessageStatus"] for r in reports] == ["sent", "delivered", "read"]
    assert {r["body"]["MessageSid"] for r in reports} == {message.sid}
    assert sandbox.violations == []


def test_callbacks_can_come_out_of_order(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client
):
    """The order of callbacks is not promised."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.deliver", out_of_order=True)
    send(twilio, sandbox, body="x", status_callback=f"{PUBLIC}/webhooks/whatsapp/status")
    assert sandbox.settle()
    states = [r["body"]["MessageStatus"] for r in product.of("status")]
    assert states == ["read", "delivered", "sent"]


@pytest.mark.parametrize(("code", "state"), [(63016, "failed"), (63024, "undelivered")])
def test_a_message_can_fail_after_it_was_accepted(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client, code: int, state: str
):
    """A late refusal comes as a callback with its error code."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.deliver", error=code)
    send(twilio, sandbox, body="x", status_callback=f"{PUBLIC}/webhooks/whatsapp/status")
    assert sandbox.settle()
    (report,) = product.of("status")
    assert (report["body"]["MessageStatus"], report["body"]["ErrorCode"]) == (state, str(code))
    assert [m for m in ana.screen if not m.inbound] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"body": "x" * 1601}, 21617),
        ({"body": ""}, 21602),
        ({"body": "x", "to": "whatsapp:12"}, 21211),
        ({"body": "x", "to": "+56911110001"}, 21211),
        ({"body": "x", "to": "whatsapp:+56900000000"}, 21614),
        ({"body": "x", "from_": "whatsapp:+19999999999"}, 63007),
        ({"body": "x", "content_sid": "HX1"}, 21654),
        ({"content_sid": "HXunknown"}, 21655),
        ({"body": "x", "media_url": ["not a url"]}, 21620),
        ({"body": "x", "status_callback": "nowhere"}, 21609),
    ],
)
def test_what_twilio_refuses_is_refused_and_written_down(
    ana: Nurse, sandbox: Sandbox, twilio: Client, wrong: dict[str, object], code: int
):
    """Each bad message has Twilio's own number."""
    ana.sends_text("hola")
    sandbox.whatsapp.invalid_numbers.add("+56900000000")
    assert refused(twilio, sandbox, **wrong).code == code
    assert [v.code for v in sandbox.violations] == [str(code)]


def test_a_wrong_token_is_refused(sandbox: Sandbox, twilio: Client):
    """Credentials are checked on every call."""
    twilio.auth = ("AC1", "wrong")
    twilio.password = "wrong"
    assert refused(twilio, sandbox, body="x").code == 20003


def test_outside_24_hours_only_a_template_goes(
    ana: Nurse, sandbox: Sandbox, twilio: Client, product: Listener
):
    """The window closes a day after the person's last message and opens with the next."""
    assert refused(twilio, sandbox, body="x").code == 63016
    ana.sends_text("hola")
    send(twilio, sandbox, body="dentro")
    sandbox.whatsapp.window.advance(hours=24.1)
    assert refused(twilio, sandbox, body="x").code == 63016
    sandbox.whatsapp.templates["HX1"] = Template("Caso {{1}} espera", (Button("Ver", "ver:A1"),))
    send(twilio, sandbox, content_sid="HX1", content_variables='{"1": "A1"}')
    seen = ana.sees("Caso A1 espera")
    seen.presses("Ver")
    form = product.of("whatsapp")[-1]["body"]
    assert (form["ButtonText"], form["ButtonPayload"]) == ("Ver", "ver:A1")
    assert form["OriginalRepliedMessageSid"] == seen.message.sid
    send(twilio, sandbox, body="abierta")
    assert sandbox.violations == []


def test_media_that_cannot_be_fetched_fail_later(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client
):
    """An image over 5 MB, or none at all, ends as failed with 63019."""
    ana.sends_text("hola")
    product.pictures["big.jpg"] = (b"\xff\xd8\xff" + bytes(5 * 1024 * 1024), "image/jpeg")
    product.pictures["page.jpg"] = (b"<html>", "text/html")
    callback = f"{PUBLIC}/webhooks/whatsapp/status"
    for name in ("big.jpg", "page.jpg"):
        url = [f"{PUBLIC}/media/{name}"]
        send(twilio, sandbox, body="x", media_url=url, status_callback=callback)
    send(twilio, sandbox, body="x", media_url=["https://elsewhere.example/a.jpg"])
    assert sandbox.settle()
    assert {r["body"]["ErrorCode"] for r in product.of("status")} == {"63019"}
    assert {v.code for v in sandbox.violations} == {"media_refused", "media_foreign_host"}


def test_recent_messages_can_be_listed(ana: Nurse, sandbox: Sandbox, twilio: Client):
    """The real client pages through what was sent to one person since a moment."""
    ana.sends_text("hola")
    sandbox.nurse("+56922220002", "Otra").sends_text("hola")
    for number in range(5):
        send(twilio, sandbox, body=f"m{number}")
    send(twilio, sandbox, body="other", to="whatsapp:+56922220002")
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = twilio.messages.list(
        to="whatsapp:+56911110001", date_sent_after=since, page_size=2, limit=50
    )
    assert [m.body for m in found] == ["m4", "m3", "m2", "m1", "m0"]
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert twilio.messages.list(to="whatsapp:+56911110001", date_sent_after=later) == []


def test_a_dropped_connection_after_the_commit_still_sent_the_message(
    ana: Nurse, sandbox: Sandbox, twilio: Client
):
    """The caller sees no answer; the message is listed and arrives."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", drop_after_commit=True)
    with pytest.raises(requests.ConnectionError):
        send(twilio, sandbox, body="una vez")
    assert [m.body for m in twilio.messages.list(to="whatsapp:+56911110001")] == ["una vez"]
    ana.sees("una vez")


def test_too_many_requests_is_answered_as_twilio_does(ana: Nurse, sandbox: Sandbox, twilio: Client):
    """20429 with status 429, and the next call passes."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", rate_limited=1)
    error = refused(twilio, sandbox, body="x")
    assert (error.status, error.code) == (429, 20429)
    send(twilio, sandbox, body="x")


def test_a_failing_webhook_is_tried_once_more_with_one_token(ana: Nurse, product: Listener):
    """The retry carries the same idempotency token and the same MessageSid."""
    product.answers = [Response(status=500), Response(status=200)]
    ana.sends_text("hola")
    first, second = product.of("whatsapp")
    name = "I-Twilio-Idempotency-Token"
    assert first["headers"][name] == second["headers"][name]
    assert first["body"] == second["body"]


def test_a_refusal_is_not_retried(ana: Nurse, product: Listener):
    """Twilio gives up at a 4xx."""
    product.answers = [Response(status=403)]
    ana.sends_text("hola")
    assert len(product.of("whatsapp")) == 1


def test_a_product_that_is_away_is_tried_twice(sandbox: Sandbox):
    """Connection failures are retried once, and the attempts are on record."""
    sandbox.points_at("http://127.0.0.1:9", PUBLIC)
    sandbox.nurse("+56911110001", "Ana").sends_text("hola")
    tries = sandbox.record.deliveries("twilio.message")
    assert [(d.attempt, d.status, d.reason) for d in tries] == [
        (1, None, "connection_failed"),
        (2, None, "connection_failed"),
    ]


def test_twiml_is_read_and_nonsense_is_a_violation(ana: Nurse, product: Listener, sandbox: Sandbox):
    """A Message in the answer reaches the phone; what is not TwiML is written down."""
    said = "<Response><Message>No inscrita</Message></Response>"
    product.answers = [
        Response(said, mimetype="text/xml"),
        Response("<html/>", mimetype="text/xml"),
    ]
    ana.sends_text("hola")
    ana.sees("no inscrita")
    ana.sends_text("hola")
    assert [v.code for v in sandbox.violations] == ["invalid_twiml"]


@pytest.mark.parametrize(
    ("kind", "message_type"),
    [("voice", "audio"), ("pdf", "document"), ("video", "video"), ("location", "location")],
)
def test_a_nurse_can_send_other_things(ana: Nurse, product: Listener, kind: str, message_type: str):
    """Voice notes, documents, videos and locations have their own fields."""
    ana.sends(kind)
    form = product.of("whatsapp")[0]["body"]
    assert form["MessageType"] == message_type
    assert ("Latitude" in form) == (kind == "location")


def test_an_answer_to_a_message_names_it(
    ana: Nurse, product: Listener, sandbox: Sandbox, twilio: Client
):
    """A swipe to reply carries the sid of the message that is answered."""
    ana.sends_text("hola")
    send(twilio, sandbox, body="¿Cuál caso?")
    seen = ana.sees("cuál caso")
    seen.replies("el primero")
    form = product.of("whatsapp")[-1]["body"]
    assert form["OriginalRepliedMessageSid"] == seen.message.sid


def test_waiting_in_vain_shows_the_conversation(ana: Nurse):
    """The failure can be read without a debugger, and comes sooner than after the usual minute."""
    ana.sends_text("hola, soy Ana")
    started = time.monotonic()
    with pytest.raises(NotSeen, match="hola, soy Ana"):
        ana.sees("never", within=0.2)
    assert time.monotonic() - started < 30


def test_the_account_can_be_looked_up(twilio: Client, sandbox: Sandbox):
    """What a doctor command asks first."""
    assert twilio.api.accounts(sandbox.settings.account_sid).fetch().status == "active"
