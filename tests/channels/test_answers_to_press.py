"""Answers that a nurse presses in WhatsApp: buttons, lists, numbered lines where neither goes."""

from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.client import pinned, twilio_client
from bot.channels.whatsapp.content_account import ContentAccount
from bot.channels.whatsapp.contents import SHAPES, shape_of, wanted_contents
from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.channels.wording import Wording
from bot.core.choice import PLAIN, Choice, choice_facts
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.ports import Address, SendFailed, Words
from bot.core.staff import Language
from bot.settings import CHECKOUT
from bot.web.sandbox import Sandbox
from bot.web.sandbox.nurse import Nurse
from tests.channels.reception import ANA, PUBLIC_URL, Reception
from tests.channels.said import EVERYTHING

_TEMPLATES = CHECKOUT / "templates"
_WORDING = Wording(_TEMPLATES)


@pytest.fixture
def account(sandbox: Sandbox) -> ContentAccount:
    given = sandbox.settings
    return ContentAccount(
        twilio_client(given.account_sid, given.auth_token, sandbox.twilio_api_base)
    )


@pytest.fixture
def line(sandbox: Sandbox, account: ContentAccount) -> WhatsAppMessenger:
    return _line(sandbox, {w.name: sid for w, sid in account.complete(_TEMPLATES)})


def _line(sandbox: Sandbox, contents: dict[str, str]) -> WhatsAppMessenger:
    given = sandbox.settings
    return WhatsAppMessenger(
        given.account_sid,
        given.auth_token,
        given.whatsapp_from,
        sandbox.twilio_api_base,
        f"{PUBLIC_URL}/webhooks/whatsapp/status",
        contents,
    )


def _asks(*words: str, **more: object) -> Words:
    choices = choice_facts(Choice(f"answer:id:{word}", word) for word in words)
    facts = {"code": "7K2F", "question": "fever", "noted": None, "again": False}
    facts |= {"choices": choices} | more
    return _WORDING.words(MessageKind.QUESTION, Channel.WHATSAPP, Language.ES, facts)


@pytest.mark.parametrize("language", Language)
def test_every_question_fits_buttons_or_a_list(language: Language) -> None:
    """Whatever offers answers can be pressed, at its longest too: no label is ever cut."""
    for kind, every in EVERYTHING.items():
        for facts in every:
            words = _WORDING.words(kind, Channel.WHATSAPP, language, facts)
            assert words.replies is None or shape_of(words.replies) in SHAPES, facts


def test_few_answers_are_buttons(sandbox: Sandbox, ana: Nurse, line: WhatsAppMessenger) -> None:
    """The question without numbered lines, and each press comes back with its payload."""
    ana.sends_text("hola")
    line.send("row", Address(ANA), _asks("yes", "no", "skip"), None)
    seen = ana.sees("¿Tiene fiebre")
    assert [one.text for one in seen.message.buttons] == ["Sí", "No", "Omitir"]
    assert seen.message.opener is None
    assert "1." not in seen.text
    assert sandbox.violations == []


def test_the_next_question_has_its_buttons_too(
    sandbox: Sandbox, ana: Nurse, line: WhatsAppMessenger
) -> None:
    """What was noted stands before it in the same line: Twilio takes no break in a variable."""
    ana.sends_text("hola")
    line.send("row", Address(ANA), _asks("yes", "no", "skip", noted={"word": "no"}), None)
    seen = ana.sees("¿Tiene fiebre")
    assert [one.text for one in seen.message.buttons] == ["Sí", "No", "Omitir"]
    assert seen.text.startswith("Anotado: No. *Caso 7K2F*: ")


def test_more_answers_are_a_list(
    ana: Nurse, reception: Reception, line: WhatsAppMessenger, sandbox: Sandbox
) -> None:
    """It opens by a button, and the line that she taps comes back as that answer."""
    ana.sends_text("hola")
    sent = line.send("row", Address(ANA), _asks("sacrum", "heel_left", "other", "skip"), None)
    seen = ana.sees("¿Tiene fiebre")
    assert seen.message.opener == "Elegir"
    seen.presses("Talón izquierdo")
    heard = reception.messages[-1]
    assert heard.button_payload == "answer:id:heel_left"
    assert (heard.text, heard.replied_to) == ("Talón izquierdo", sent.provider_id)
    assert sandbox.violations == []


def test_a_button_comes_back_with_its_payload(
    ana: Nurse, reception: Reception, line: WhatsAppMessenger
) -> None:
    """And with the message that it stands under."""
    ana.sends_text("hola")
    sent = line.send("row", Address(ANA), _asks("yes", "no", "skip"), None)
    ana.sees("¿Tiene fiebre").presses("Sí")
    heard = reception.messages[-1]
    assert (heard.button_payload, heard.replied_to) == ("answer:id:yes", sent.provider_id)


def test_without_templates_they_are_numbered_lines(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """A site that made none loses nothing."""
    ana.sends_text("hola")
    whatsapp.send("row", Address(ANA), _asks("yes", "no", "skip"), None)
    seen = ana.sees("¿Tiene fiebre")
    assert seen.text.splitlines()[-3:] == ["1. Sí", "2. No", "3. Omitir"]
    assert seen.message.buttons == ()


def test_a_template_that_twilio_no_longer_knows_costs_nobody_the_question(
    sandbox: Sandbox, ana: Nurse
) -> None:
    """Deleted in the console, say: the numbered lines go at once."""
    ana.sends_text("hola")
    line = _line(sandbox, {"buttons.3": "HX" + "0" * 32})
    line.send("row", Address(ANA), _asks("yes", "no", "skip"), None)
    assert ana.sees("¿Tiene fiebre").text.endswith("3. Omitir")


@pytest.mark.parametrize("error", ["20429", "20003", "21211"])
def test_other_refusals_are_not_about_the_buttons(
    sandbox: Sandbox, ana: Nurse, line: WhatsAppMessenger, error: str
) -> None:
    """Nothing is sent twice where the number, the token or the pace is at fault."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", error=error)
    with pytest.raises(SendFailed):
        line.send("row", Address(ANA), _asks("yes", "no", "skip"), None)
    assert [one.text for one in ana.received] == []


def test_a_question_that_went_plain_offers_nothing_to_press() -> None:
    """So that a second failure is told, and not tried for ever."""
    assert _asks("yes", "no", "skip").replies is not None
    assert _asks("yes", "no", "skip", **{PLAIN: True}).replies is None


def test_a_lost_answer_is_found_by_the_question(
    sandbox: Sandbox, ana: Nurse, line: WhatsAppMessenger
) -> None:
    """Twilio shows the body that WhatsApp got, without our numbers."""
    ana.sends_text("hola")
    asked, started = _asks("yes", "no", "skip"), datetime.now(UTC)
    assert line.find("row", Address(ANA), asked, None, started) is None
    sent = line.send("row", Address(ANA), asked, None)
    assert line.find("row", Address(ANA), asked, None, started) == sent


def test_templates_are_made_once(sandbox: Sandbox, account: ContentAccount) -> None:
    """Each named and worded as the house wants it; nothing Twilio would refuse."""
    first = {wanted.name: sid for wanted, sid in account.complete(_TEMPLATES)}
    again = {wanted.name: sid for wanted, sid in account.complete(_TEMPLATES)}
    assert first == again
    assert len(set(first.values())) == len(first) == len(list(wanted_contents(_TEMPLATES)))
    assert sandbox.violations == []


def test_what_needs_approval_is_submitted(sandbox: Sandbox, account: ContentAccount) -> None:
    """A list cannot be approved, and Vigia never asks for that."""
    for wanted, sid in account.complete(_TEMPLATES):
        if wanted.needs_approval:
            assert account.approval(sid) == "unsubmitted"
            account.submit(sid, wanted)
            assert account.approval(sid) == "approved"
    assert sandbox.violations == []


@pytest.mark.parametrize("language", Language)
def test_the_reminder_has_the_buttons_of_its_answers(language: Language) -> None:
    """Approved with them, so that it can be postponed after a day of silence too."""
    (reminder,) = [w for w in wanted_contents(_TEMPLATES) if w.name == f"reminder.{language}"]
    (content,) = reminder.types.values()
    (asked,) = EVERYTHING[MessageKind.REMINDER][:1]
    words = _WORDING.words(MessageKind.REMINDER, Channel.WHATSAPP, language, asked)
    assert words.replies
    titles = [one["title"] for one in content["actions"]]  # type: ignore[index]
    assert titles == [label for _, label in words.replies.options]


def test_content_has_a_host_of_its_own_at_twilio() -> None:
    """In every region; only a stand-in answers for both."""
    url = "https://content.twilio.com/v1/Content?PageSize=5"
    assert pinned(url, "https://api.twilio.com") == url
    assert pinned(url, "https://api.dublin.ie1.twilio.com") == url
    assert (
        pinned(url, "http://127.0.0.1:9/twilio")
        == "http://127.0.0.1:9/twilio/v1/Content?PageSize=5"
    )
