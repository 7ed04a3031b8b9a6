import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.whatsapp.failures import refusal
from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.core.ports import Address, Picture, Receipt, SendFailed, Words
from bot.web.sandbox import Sandbox
from bot.web.sandbox.nurse import Nurse

ANA = Address("+56911110001")
SEEN = Words("Caso 7K2M. Recibí 1 foto.")


def send(whatsapp: WhatsAppMessenger, words: Words = SEEN, to: Address = ANA) -> Receipt:
    return whatsapp.send("row-1", to, words, None)


def failure(whatsapp: WhatsAppMessenger, words: Words = SEEN, to: Address = ANA) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        send(whatsapp, words, to)
    assert "+569" not in str(failed.value)
    assert failed.value.__cause__ is None
    return failed.value


def test_an_answer_reaches_the_nurse(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """The receipt names the very message that is on the nurse's screen."""
    ana.sends_text("hola")
    receipt = send(whatsapp)
    assert ana.sees("Caso 7K2M").message.sid == receipt.provider_id
    assert sandbox.violations == []


def test_a_sender_without_prefix_is_the_same_sender(sandbox: Sandbox, ana: Nurse) -> None:
    """The number may be set as +1415... alone."""
    ana.sends_text("hola")
    plain = WhatsAppMessenger(
        account_sid=sandbox.settings.account_sid,
        auth_token=sandbox.settings.auth_token,
        sender=sandbox.settings.whatsapp_from.removeprefix("whatsapp:"),
        api_base=sandbox.twilio_api_base,
        status_callback="https://vigia.hospital.example/webhooks/whatsapp/status",
        contents={},
    )
    send(plain)
    assert sandbox.violations == []


def test_a_picture_goes_by_its_address_with_the_words_as_caption(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Twilio fetches the picture itself; the words are its caption."""
    ana.sends_text("hola")
    picture = Picture(b"jpeg", "row-1.jpg", "https://vigia.hospital.example/media/abc")
    whatsapp.send("row-1", ANA, SEEN, picture)
    created = sandbox.record.requests("messages.create")[-1].arguments
    assert created["MediaUrl"] == picture.url
    assert created["Body"] == SEEN.text


def test_case_41_outside_the_window_is_refused_for_good(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """After 24 silent hours no attempt can help."""
    ana.sends_text("hola")
    sandbox.whatsapp.window.advance(hours=25)
    failed = failure(whatsapp)
    assert (failed.reason, failed.permanent) == ("outside_window", True)


def test_case_45_too_many_requests_are_tried_again_as_late_as_twilio_asks(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """A 20429 was never processed: no doubt, only a wait."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", rate_limited=7)
    failed = failure(whatsapp)
    assert (failed.permanent, failed.unknown, failed.retry_after) == (False, False, 7)
    send(whatsapp)
    ana.sees("7K2M")
    assert len(ana.received) == 1


def test_case_45_a_dropped_answer_is_found_by_listing(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """The connection drops after Twilio took the message: it is there, once."""
    ana.sends_text("hola")
    started = datetime.now(UTC)
    sandbox.faults.next("messages.create", drop_after_commit=True)
    failed = failure(whatsapp)
    assert (failed.permanent, failed.unknown) == (False, True)
    sid = ana.sees("7K2M").message.sid
    found = whatsapp.find("row-1", ANA, SEEN, None, started)
    assert found == Receipt(sid)


def test_case_45_what_never_arrived_is_not_found(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """The connection drops before Twilio took it: nothing to find, so it may go again."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", drop=True)
    assert failure(whatsapp).unknown
    assert whatsapp.find("row-1", ANA, SEEN, None, datetime.now(UTC)) is None


def test_case_45_an_old_or_different_message_is_not_mistaken_for_this_one(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Same words long ago, other words now, or the same words under a picture do not count."""
    ana.sends_text("hola")
    send(whatsapp)
    later = datetime.now(UTC) + timedelta(minutes=10)
    now = datetime.now(UTC)
    picture = Picture(b"jpeg", "row-1.jpg", "https://vigia.hospital.example/media/abc")
    assert whatsapp.find("row-1", ANA, SEEN, None, later) is None
    assert whatsapp.find("row-1", ANA, Words("Caso 9XYZ."), None, now) is None
    assert whatsapp.find("row-1", ANA, SEEN, picture, now) is None
    assert whatsapp.find("row-1", Address("+56911110002"), SEEN, None, now) is None
    assert whatsapp.find("row-1", ANA, SEEN, None, now) is not None


@pytest.mark.parametrize("status", [500, 503])
def test_case_17_a_failing_server_leaves_doubt(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger, status: int
) -> None:
    """Nobody knows what a 5xx did: try again, after looking."""
    sandbox.faults.next("messages.create", status=status)
    failed = failure(whatsapp)
    assert (failed.reason, failed.permanent, failed.unknown) == (f"http_{status}", False, True)


def test_a_login_page_in_place_of_an_answer_leaves_doubt(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """A captive portal answers 200 with HTML: that is not a sent message."""
    sandbox.faults.next("messages.create", html=True)
    failed = failure(whatsapp)
    assert (failed.permanent, failed.unknown) == (False, True)


def test_case_18_wrong_credentials_are_not_tried_again(sandbox: Sandbox) -> None:
    """A revoked token stays revoked."""
    stranger = WhatsAppMessenger(
        account_sid=sandbox.settings.account_sid,
        auth_token="revoked",
        sender=sandbox.settings.whatsapp_from,
        api_base=sandbox.twilio_api_base,
        status_callback="https://vigia.hospital.example/webhooks/whatsapp/status",
        contents={},
    )
    failed = failure(stranger)
    assert (failed.reason, failed.permanent) == ("auth", True)


def test_case_18_a_number_without_whatsapp_is_not_tried_again(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """A bad number never becomes a good one."""
    sandbox.whatsapp.invalid_numbers.add("+56911119999")
    assert failure(whatsapp, to=Address("+56911119999")).reason == "bad_address"
    assert failure(whatsapp, to=Address("no number")).reason == "bad_address"


def test_case_46_1601_characters_never_leave_the_house(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Whoever composes must split: nothing is cut off silently."""
    ana.sends_text("hola")
    send(whatsapp, Words("a" * 1600))
    failed = failure(whatsapp, Words("a" * 1601))
    assert (failed.reason, failed.permanent) == ("too_long", True)
    assert len(sandbox.record.requests("messages.create")) == 1


def test_a_refused_connection_leaves_no_doubt() -> None:
    """Nothing listens: nothing was sent, so it can simply go again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        failed = failure(
            WhatsAppMessenger("AC1", "token", "+14155238886", nobody, "https://x/s", {})
        )
    assert (failed.reason, failed.permanent, failed.unknown) == ("unreachable", False, False)


@pytest.mark.slow
def test_case_45_a_timeout_leaves_doubt(
    sandbox: Sandbox, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Twilio took it and answered too late."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.create", delay_after_commit=60)
    assert failure(whatsapp).unknown
    ana.sees("7K2M")
    assert len(ana.received) == 1


def test_a_message_on_a_phone_cannot_be_rewritten(whatsapp: WhatsAppMessenger) -> None:
    """WhatsApp has no editing by the business."""
    with pytest.raises(SendFailed) as failed:
        whatsapp.replace("row-1", ANA, Receipt("SM1"), SEEN)
    assert (failed.value.reason, failed.value.permanent) == ("cannot_replace", True)


def test_an_unknown_refusal_keeps_its_number() -> None:
    """An admin can look the number up; the vendor's text stays behind."""
    assert refusal(400, 21623).reason == "refused_21623"
    assert refusal(404, 0).reason == "refused_404"


def test_case_45_a_sender_that_is_too_fast_tries_again() -> None:
    """Twilio's 63018 passes by itself: nothing was sent, and nothing is wrong with the message."""
    busy = refusal(400, 63018)
    assert (busy.reason, busy.permanent, busy.unknown) == ("rate_limited", False, False)


def test_case_51_failures_leave_nothing_in_the_logs(
    sandbox: Sandbox,
    ana: Nurse,
    whatsapp: WhatsAppMessenger,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The client would print the number and the words of every request."""
    caplog.set_level(logging.INFO)
    ana.sends_text("hola")
    send(whatsapp)
    sandbox.faults.next("messages.create", error=21211)
    failure(whatsapp)
    whatsapp.find("row-1", ANA, SEEN, None, datetime.now(UTC))
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "7K2M" in line or "569" in line] == []
