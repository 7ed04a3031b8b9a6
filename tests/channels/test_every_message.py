"""All that the house can say, in both languages, as the vendors and a reader will judge it."""

import json
import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.channels.slack.messenger import SlackMessenger
from bot.channels.whatsapp.approved import ApprovedTemplates
from bot.channels.whatsapp.messenger import LONGEST_BODY
from bot.channels.wording import Wording
from bot.core.call import Reply, Spoken
from bot.core.deed import Form
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.staff import Language
from bot.core.window import OWN_TEMPLATE
from bot.settings import CHECKOUT
from bot.web.sandbox import Sandbox, SandboxSettings
from bot.web.sandbox.slack.blocks import fault_in_blocks, fault_in_view
from bot.web.sandbox.whatsapp.twiml import fault_in_twiml
from tests.channels.said import CODE, EVERYTHING, KEYS, forms, replies

TEMPLATES = CHECKOUT / "templates"
SCHEMAS = Path(os.environ.get("VENDOR_SCHEMAS", "nowhere"))
WORDING = Wording(TEMPLATES)
EMERGENCIES = Address("#emergencias")
LONGEST_TEMPLATE = 1024
# What is said to clinicians alone never goes to a phone.
IN_SLACK_ALONE = {
    MessageKind.CARD,
    MessageKind.CARD_PHOTO,
    MessageKind.FROM_NURSE,
    MessageKind.DONE_UNDER_CARD,
    MessageKind.NURSE_VOICE,
}
# What a template that was filled in badly looks like.
UNREADABLE = re.compile(
    r"\bNone\b(?! of)|True|False|Undefined|\{\{|\}\}|\{%|%\}|  |\n\n\n"
    r"|[^\n]:rotating_light:|\w\*7K2F|[.»]> "
    r"| [,.;:](?!\S)|\.\.|,,|\(\)|«»|\*\*|[a-zíé]\.[A-ZÁÉ]"
)
EVERY_KIND = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in MessageKind for language in Language]
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One for all that is said, which comes faster than Slack takes it."""
    both_vendors = Sandbox(SandboxSettings(post_burst=100_000))
    with both_vendors.running():
        yield both_vendors


@pytest.fixture(scope="module")
def slack(sandbox: Sandbox) -> SlackMessenger:
    return SlackMessenger(bot_token=sandbox.settings.bot_token, api_base=sandbox.slack_api_base)


def texts_of(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for inner in part.values():
            yield from texts_of(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts_of(inner)


def test_every_kind_of_message_has_realistic_facts() -> None:
    """A new kind is shown here before it is said to anybody."""
    assert set(EVERYTHING) == set(MessageKind)
    assert all(EVERYTHING.values())


@EVERY_KIND
def test_case_19_every_message_can_be_read_and_fits_a_phone(
    kind: MessageKind, language: Language
) -> None:
    """Whole sentences, no leftovers of a template, and at most 1,600 characters for WhatsApp."""
    for facts in EVERYTHING[kind]:
        text = WORDING.words(kind, Channel.WHATSAPP, language, facts).text
        assert text, facts
        assert not UNREADABLE.search(text), text
        assert kind in IN_SLACK_ALONE or len(text) <= LONGEST_BODY, (len(text), text)


@EVERY_KIND
def test_a_case_is_named_in_one_way(kind: MessageKind, language: Language) -> None:
    """In bold with its word, never the code alone, and always where a message begins with it."""
    for facts in EVERYTHING[kind]:
        text = WORDING.words(kind, Channel.WHATSAPP, language, facts).text
        assert not re.search(rf"(?i)\bcas[eo]s? \*{CODE}", text), text
        assert not re.match(rf"Cas[eo] {CODE}", text), text


@EVERY_KIND
def test_case_19_every_message_passes_slacks_rules(
    sandbox: Sandbox, slack: SlackMessenger, kind: MessageKind, language: Language
) -> None:
    """slack_sdk's models and Block Kit's limits; sent and rewritten through the SDK."""
    for number, facts in enumerate(EVERYTHING[kind]):
        words = WORDING.words(kind, Channel.SLACK, language, facts)
        blocks = [dict(block) for block in words.blocks or ()]
        assert fault_in_blocks(blocks) is None, facts
        assert not any(UNREADABLE.search(text) for text in texts_of(blocks)), blocks
        assert [block.to_dict() for block in Block.parse_all(blocks)] == blocks
        row = f"{kind}-{language}-{number}"
        sent = slack.send(row, EMERGENCIES, words, None)
        slack.replace(f"update-{row}", EMERGENCIES, sent, words)
    assert sandbox.violations == []


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.deed}-{form.language}")
def test_case_19_every_form_passes_slacks_rules(form: Form) -> None:
    """With no colleague, one, and more than Slack lists."""
    metadata = json.dumps({"value": form.value, "channel": "C1", "message": "1.5"})
    view = WORDING.form(form, metadata)
    assert fault_in_view(view) is None
    assert View(**view).to_dict() == view


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="VENDOR_SCHEMAS names no folder of schemas")
def test_case_19_every_block_and_form_passes_the_vendors_schema() -> None:
    """Slack's published ones. Those of whole calls let any block pass: each is held to its own."""
    block, modal = _schema("KnownBlock"), _schema("ModalView")
    assert not block.is_valid({"type": "section", "text": {"type": "mrkdwn"}})
    for kind, language in product(MessageKind, Language):
        for facts in EVERYTHING[kind]:
            for one in WORDING.words(kind, Channel.SLACK, language, facts).blocks or ():
                block.validate(one)
    for form in forms():
        view = WORDING.form(form, "{}")
        modal.validate(view)
        for one in view["blocks"]:  # type: ignore[attr-defined]
            block.validate(one)


def _schema(name: str) -> jsonschema.Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def test_every_form_is_shown_here() -> None:
    """One for each file in templates/slack/forms."""
    files = {file.stem for file in (TEMPLATES / "slack" / "forms").iterdir()}
    assert {str(form.deed) for form in forms()} == files


@pytest.mark.parametrize("language", Language)
def test_case_19_an_approved_template_is_short_and_says_what_to_do(language: Language) -> None:
    """At most 1,024 characters, with the case's code and nothing of the patient."""
    names = set(OWN_TEMPLATE.values())
    approved = ApprovedTemplates(TEMPLATES / "whatsapp", {f"{n}.{language}": "HX1" for n in names})
    for name in names:
        filled = approved.filled(name, language, CODE)
        assert filled
        assert CODE in filled[0]
        assert len(filled[0]) <= LONGEST_TEMPLATE
        assert not UNREADABLE.search(filled[0])


@pytest.mark.parametrize("language", Language)
def test_a_call_says_the_code_letter_by_letter(language: Language) -> None:
    """And nothing that a telephone's voice cannot say."""
    for facts in EVERYTHING[MessageKind.CALLED_OUT]:
        said = WORDING.words(MessageKind.CALLED_OUT, Channel.PHONE, language, facts).text
        assert " ".join(CODE) in said
        assert not UNREADABLE.search(re.sub(r"\n\s*", "\n", said))
        assert fault_in_twiml(said) is None
        assert [g.get("action") for g in ElementTree.fromstring(said).iter("Gather")] == [
            *KEYS.values()
        ]


@pytest.mark.parametrize("language", Language)
def test_every_key_on_a_phone_gets_an_answer(language: Language) -> None:
    """Whole sentences in TwiML that Twilio would play, and a goodbye at their end."""
    said = [
        WORDING.spoken(Spoken(reply, language, facts), KEYS["last_keys_url"])
        for reply, facts in replies()
    ]
    assert {reply for reply, _ in replies()} == set(Reply)
    for one in said:
        assert fault_in_twiml(one) is None
        assert not UNREADABLE.search(re.sub(r"\n\s*", "\n", one)), one
        assert {"es": "Adiós.", "en": "Goodbye."}[language] in one
