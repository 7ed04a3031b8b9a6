"""The stand-in's phone line refuses what Twilio's would."""

import pytest

from bot.channels.phone.calls import PhoneCalls
from bot.core.ports import Address, SendFailed, Words
from bot.web.sandbox import Sandbox, SandboxSettings

_GOOD = '<Response><Say language="es-MX">Código siete</Say></Response>'


@pytest.fixture
def line():  # type: ignore[no-untyped-def]
    here = Sandbox(SandboxSettings(time_scale=0.002))
    with here.running():
        yield here


def _calls(line: Sandbox, sender: str = "+14155550100") -> PhoneCalls:
    known = line.settings
    return PhoneCalls(known.account_sid, known.auth_token, sender, line.twilio_api_base)


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
