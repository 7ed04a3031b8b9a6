"""The stand-in's phone line refuses what Twilio's would."""

from dataclasses import replace

import pytest
from flask import Response

from bot.channels.phone.calls import PhoneCalls
from bot.core.ports import Address, SendFailed, Words
from bot.web.sandbox import Sandbox, SandboxSettings
from bot.web.sandbox.waiting import NotSeen, wait_for
from tests.sandbox.listener import PUBLIC, Listener

_GOOD = '<Response><Say language="es-MX">Código siete</Say></Response>'


@pytest.fixture
def line():  # type: ignore[no-untyped-def]
    here = Sandbox(SandboxSettings(time_scale=0.002))
    with here.running():
        yield here


def _calls(line: Sandbox, sender: str = "+14155550100") -> PhoneCalls:
    known = line.settings
    return PhoneCalls(
        known.account_sid, known.auth_token, sender, line.twilio_api_base, known.public_url
    )


def test_a_call_is_placed_and_found_again(line: Sandbox) -> None:
    """What it says is kept; an attempt in doubt finds it."""
    calls, to = _calls(line), Address("+56922220001")
    placed = calls.send("k", to, Words(_GOOD), None)
    (call,) = line.switchboard.calls()
    assert (call.says, call.language) == ("Código siete", "es-MX")
    # Twilio tells whole seconds: the call may seem older than the alarm that it is for.
    since = call.placed_at.replace(microsecond=999999)
    assert calls.find("k", to, Words(_GOOD), None, since) == placed


@pytest.mark.parametrize(
    ("sender", "to", "twiml"),
    [
        ("+19990000000", "+56922220001", _GOOD),
        ("+14155550100", "whatsapp:+56922220001", _GOOD),
        ("+14155550100", "+56922220001", "<Response><Say>"),
        ("+14155550100", "+56922220001", "<Response/>"),
    ],
    ids=["another number", "no phone number", "broken TwiML", "nothing to say"],
)
def test_what_twilio_refuses_is_refused(line: Sandbox, sender: str, to: str, twiml: str) -> None:
    """For good: trying again would not help."""
    with pytest.raises(SendFailed) as refused:
        _calls(line, sender).send("k", Address(to), Words(twiml), None)
    assert refused.value.permanent
    assert line.switchboard.calls() == []


_KEYS = (
    '<Response><Gather numDigits="1" action="{action}"><Say>Pulse 1</Say></Gather>'
    "<Say>Adiós</Say></Response>"
)


@pytest.mark.parametrize(
    "twiml",
    [
        _KEYS.format(action="/keys"),
        _KEYS.format(action="https:///keys"),
        '<Response><Gather action="https://a.example/"><Dial>1</Dial></Gather></Response>',
        '<Response><Say loop="twice">Hola</Say></Response>',
        '<Response><Play url="x"/></Response>',
        "<Say>Hola</Say>",
    ],
    ids=["relative", "no host", "not in a Gather", "no number", "unknown verb", "no Response"],
)
def test_twiml_that_twilio_would_not_play_is_refused(line: Sandbox, twiml: str) -> None:
    """And counts as a breach of its rules."""
    with pytest.raises(SendFailed):
        _calls(line).send("k", Address("+56922220001"), Words(twiml), None)
    assert [breach.code for breach in line.violations] == ["12200"]


def test_where_a_call_is_reported_must_be_an_address(line: Sandbox) -> None:
    """As Twilio demands."""
    known = line.settings
    calls = PhoneCalls(
        known.account_sid, known.auth_token, "+14155550100", line.twilio_api_base, "vigia"
    )
    with pytest.raises(SendFailed):
        calls.send("k", Address("+56922220001"), Words(_GOOD), None)
    assert [breach.code for breach in line.violations] == ["21609"]


def _placed(sandbox: Sandbox, twiml: str):  # type: ignore[no-untyped-def]
    """A person whose phone rings, and is known to."""
    known = sandbox.settings
    calls = PhoneCalls(
        known.account_sid, known.auth_token, known.phone_from, sandbox.twilio_api_base, PUBLIC
    )
    calls.send("k", Address("+56922220001"), Words(twiml), None)
    callee = sandbox.callee("+56922220001", "Sofía")
    callee.hears_ringing()
    assert sandbox.settle()
    return callee


def test_each_step_of_a_call_is_reported_and_signed(sandbox: Sandbox, product: Listener) -> None:
    """Initiated, ringing, answered, by whom, the key, the end; to the public address."""
    sofia = _placed(sandbox, _KEYS.format(action=f"{PUBLIC}/webhooks/phone/k/keys"))
    assert sofia.answers() == "Pulse 1 Adiós"
    product.answers = [Response("<Response><Say>Gracias</Say></Response>", mimetype="text/xml")]
    assert sofia.presses("1") == "Gracias"
    assert all(one["genuine"] for one in product.heard)
    said = [one["body"] for one in product.of("phone/k/status")]
    assert [one.get("CallStatus", one.get("AnsweredBy")) for one in said] == [
        "initiated",
        "ringing",
        "in-progress",
        "human",
        "completed",
    ]
    (key,) = product.of("phone/k/keys")
    assert key["body"]["Digits"] == "1"
    assert sandbox.violations == []


def test_a_phone_that_nobody_answers_stops_ringing(sandbox: Sandbox, product: Listener) -> None:
    """Unanswered, busy, or taken by voicemail; what ended does not ring again."""
    sofia = _placed(sandbox, _GOOD)
    sofia.lets_it_ring()
    _placed(sandbox, _GOOD).declines()
    _placed(sandbox, _GOOD).has_voicemail()
    assert [call.status for call in sofia.calls] == ["no-answer", "busy", "completed"]
    assert not sandbox.switchboard.answer(sofia.calls[0].sid)
    ends = [one["body"] for one in product.of("phone/k/status")]
    assert [one["AnsweredBy"] for one in ends if "AnsweredBy" in one] == ["machine_start"]


def test_a_phone_rings_only_so_long(settings: SandboxSettings) -> None:
    """Then Twilio gives up by itself."""
    with (box := Sandbox(replace(settings, ring_for=0.2))).running():
        _calls(box).send("k", Address("+56922220001"), Words(_GOOD), None)

        def ended() -> bool | None:
            return box.switchboard.calls()[0].status == "no-answer" or None

        assert wait_for(box.bell, ended, 10, "it rang on", str)


def test_an_answer_that_is_no_twiml_ends_the_call(sandbox: Sandbox, product: Listener) -> None:
    """As an application error, which is a breach."""
    sofia = _placed(sandbox, _KEYS.format(action=f"{PUBLIC}/webhooks/phone/k/keys"))
    sofia.answers()
    product.answers = [Response("no", status=500)]
    with pytest.raises(NotSeen):
        sofia.presses("1")
    assert sofia.calls[0].status == "completed"
    assert [breach.code for breach in sandbox.violations] == ["11200"]
