from datetime import UTC, datetime

import pytest
import requests
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from bot.channels.whatsapp.inbound import parse, parse_status, verify
from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.core.inbound import AttachmentKind, Channel, DeliveryState
from bot.core.ports import Address, Words
from bot.web.sandbox import Sandbox
from bot.web.sandbox.nurse import Nurse
from tests.channels.reception import ANA, JPEG, PUBLIC_URL, Reception

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASE = "https://api.twilio.com"
TOKEN = "sandbox-twilio-token"
URL = f"{PUBLIC_URL}/webhooks/whatsapp"


def form(**fields: str) -> MultiDict[str, str]:
    return MultiDict({"MessageSid": "SM1", "From": f"whatsapp:{ANA}", "Body": ""} | fields)


def signed(fields: MultiDict[str, str], url: str = URL) -> str:
    return str(RequestValidator(TOKEN).compute_signature(url, fields))


def test_case_29_a_nurses_message_passes_behind_a_tls_proxy(
    reception: Reception, ana: Nurse
) -> None:
    """Twilio signs the public https address; the product hears plain http on loopback."""
    ana.sends_text("olor fuerte desde ayer")
    (heard,) = reception.messages
    assert heard.channel is Channel.WHATSAPP
    assert heard.sender == ANA
    assert heard.address == Address(ANA)
    assert heard.text == "olor fuerte desde ayer"
    assert heard.attachments == ()


@pytest.mark.parametrize(
    "tampered",
    [{"Body": "otra cosa"}, {"Extra": "field"}, {"From": "whatsapp:+56911110002"}],
)
def test_case_29_a_changed_or_added_field_is_refused(tampered: dict[str, str]) -> None:
    """Every field is part of the signature."""
    signature = signed(form(Body="hola"))
    assert verify(TOKEN, signature, URL, form(Body="hola"))
    assert not verify(TOKEN, signature, URL, form(**({"Body": "hola"} | tampered)))


@pytest.mark.parametrize("signature", ["", "x", "ñandú", "A" * 28])
def test_case_29_a_missing_or_odd_signature_is_refused(
    sandbox: Sandbox, reception: Reception, signature: str
) -> None:
    """403, and nothing is heard."""
    answer = requests.post(
        f"{sandbox._twilio_knock.target}/webhooks/whatsapp",
        data=form(Body="hola"),
        headers={"X-Twilio-Signature": signature.encode()},
        timeout=60,
    )
    assert answer.status_code == 403
    assert reception.messages == []


def test_case_29_the_path_and_the_query_count() -> None:
    """A signature for one address does not open another."""
    signature = signed(form(), f"{URL}?fallback=1")
    assert verify(TOKEN, signature, f"{URL}?fallback=1", form())
    assert not verify(TOKEN, signature, URL, form())
    assert not verify(TOKEN, signature, f"{URL}/?fallback=1", form())


def test_case_30_unknown_and_empty_fields_are_accepted() -> None:
    """Twilio adds fields without notice; they are signed, and otherwise no matter of ours."""
    fields = form(Body="hola", ButtonPayload="", BrandNew="1", NumMedia="")
    assert verify(TOKEN, signed(fields), URL, fields)
    heard = parse(fields, NOW, api_base=BASE)
    assert (heard.text, heard.button_payload, heard.attachments) == ("hola", None, ())


def test_case_31_a_redelivery_has_the_same_identity(reception: Reception, ana: Nurse) -> None:
    """A new idempotency token does not make it a new message."""
    ana.redelivers(ana.sends_photo(JPEG))
    assert len(reception.messages) == 2
    assert len(reception.distinct()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "https://api.twilio.com.evil.example/m",
        "https://api.twilio.com@evil.example/m",
        "https://api.twilio.com:8443/m",
        "http://api.twilio.com/m",
        "https://10.0.0.5/m",
        "https://[broken/m",
        "",
    ],
)
def test_case_34_a_photo_from_elsewhere_is_a_forgery(url: str) -> None:
    """It is named as one and has no source, so nobody can ask for it."""
    fields = form(NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")
    (forged,) = parse(fields, NOW, api_base=BASE).attachments
    assert (forged.kind, forged.source) == (AttachmentKind.FORGED, "")


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("voice", AttachmentKind.VOICE),
        ("pdf", AttachmentKind.DOCUMENT),
        ("video", AttachmentKind.VIDEO),
        ("sticker", AttachmentKind.STICKER),
        ("contact", AttachmentKind.CONTACT),
        ("location", AttachmentKind.LOCATION),
    ],
)
def test_case_36_each_kind_of_attachment_is_told_apart(
    reception: Reception, ana: Nurse, sent: str, kind: AttachmentKind
) -> None:
    """Each gets its own answer, so each has its own name."""
    ana.sends(sent)  # type: ignore[arg-type]
    (heard,) = reception.messages
    assert [one.kind for one in heard.attachments] == [kind]


def test_case_36_two_photos_of_one_message_are_both_fetched(
    sandbox: Sandbox, reception: Reception, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """What was heard is what can be fetched."""
    ana.sends_photos([JPEG, JPEG + b"2"], "talón y sacro")
    (heard,) = reception.messages
    fetched = [whatsapp.fetch(photo.source, limit=10_000) for photo in heard.attachments]
    assert fetched == [JPEG, JPEG + b"2"]
    assert heard.text == "talón y sacro"
    assert sandbox.violations == []


def test_case_39_a_reply_and_a_button_name_what_they_answer(
    reception: Reception, ana: Nurse
) -> None:
    """The answered message's id, and the button's payload, arrive as they were sent."""
    first = ana.sends_text("hola")
    ana.replies_to(first, "sí")
    assert reception.messages[-1].replied_to == first.sid
    pressed = parse(form(Body="Sí", ButtonPayload="yes:1"), NOW, api_base=BASE)
    assert pressed.button_payload == "yes:1"


def test_case_43_each_callback_is_read_as_it_came(
    sandbox: Sandbox, reception: Reception, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Sent, delivered and read arrive, each under the receipt's own id."""
    ana.sends_text("hola")
    receipt = whatsapp.send("row-1", Address(ANA), Words("Caso 7K2M."), None)
    reception.wait_for_report("read")
    assert {report.provider_id for report in reception.reports} == {receipt.provider_id}
    states = [report.state for report in reception.reports]
    assert states == [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ]


def test_case_42_a_late_63016_keeps_its_code(
    sandbox: Sandbox, reception: Reception, ana: Nurse, whatsapp: WhatsAppMessenger
) -> None:
    """Accepted first, refused later: the report says why."""
    ana.sends_text("hola")
    sandbox.faults.next("messages.deliver", error=63016)
    whatsapp.send("row-1", Address(ANA), Words("Caso 7K2M."), None)
    assert sandbox.settle()
    assert [report.error_code for report in reception.reports][-1] == "63016"
    assert reception.reports[-1].state in (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "", "brand-new"])
def test_a_state_that_says_nothing_about_arrival_is_no_report(status: str) -> None:
    """Only what says something about arrival is written down."""
    assert parse_status({"MessageSid": "SM1", "MessageStatus": status}) is None
