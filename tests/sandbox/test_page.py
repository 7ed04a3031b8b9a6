"""The page in a real browser: what a nurse and a clinician do with their hands."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response
from playwright.sync_api import Browser, Page, expect, sync_playwright
from slack_sdk import WebClient
from twilio.rest import Client

from bot.web.sandbox import Sandbox
from bot.web.sandbox.contents import specimen
from tests.sandbox.listener import PUBLIC, Listener
from tests.sandbox.test_slack import CARD, MODAL

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
POCKET = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium on this machine"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=FLAGS, timeout=120_000
        )
        yield browser
        browser.close()


@pytest.fixture(params=[DESKTOP, POCKET], ids=["desktop", "pocket"])
def page(
    request: pytest.FixtureRequest, browser: Browser, sandbox: Sandbox, product: Listener
) -> Iterator[Page]:
    """The page in Spanish; an error in its scripts or a call elsewhere fails the test."""
    context = browser.new_context(viewport=request.param, locale="es-CL")
    context.set_default_timeout(60_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: None if r.url.startswith((sandbox.base_url, "blob:")) else wrong.append(r.url),
    )
    page.goto(f"{sandbox.base_url}/sandbox")
    yield page
    assert wrong == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    context.close()


def turn_to(page: Page, side: str) -> None:
    """On a small screen the sides are behind tabs."""
    tab = page.locator(f"[data-go={side}]")
    if tab.is_visible():
        tab.click()


def reaches(
    page: Page, product: Listener, it: Callable[[dict[str, Any]], object], kind: str = "slack"
) -> dict[str, Any]:
    """What the app heard, once it has: the page shows what is written before it is sent off, and
    goes on while a request is under way."""
    until = time.monotonic() + 60
    while not (found := [one["body"] for one in product.of(kind) if it(one["body"])]):
        assert time.monotonic() < until, "the app did not hear of it"
        page.wait_for_timeout(20)
    return found[0]


def _event(body: dict[str, Any]) -> dict[str, Any]:
    return body.get("event", {})


def test_a_nurse_sends_a_photo_and_reads_the_answer(
    page: Page, product: Listener, sandbox: Sandbox, twilio: Client, photo: bytes, tmp_path: Path
):
    """The photo goes out signed with its caption; the answer comes with its picture."""
    (tmp_path / "herida.jpg").write_bytes(photo)
    product.pictures["overlay.jpg"] = (photo, "image/jpeg")
    page.set_input_files("#phone-composer input[type=file]", str(tmp_path / "herida.jpg"))
    page.fill("#phone-composer textarea", "sacro, mal olor")
    page.click("#phone-composer .send")
    sent = page.locator(".bubble.mine")
    expect(sent).to_contain_text("sacro, mal olor")
    expect(sent.get_by_role("img", name="Vigia lo recibió")).to_be_visible()
    form = product.of("whatsapp")[0]["body"]
    assert product.of("whatsapp")[0]["genuine"]
    assert (form["Body"], form["NumMedia"]) == ("sacro, mal olor", "1")
    twilio.messages.create(
        to="whatsapp:+56911110001",
        from_=sandbox.settings.whatsapp_from,
        body="Caso *K7*: contorno",
        media_url=[f"{PUBLIC}/media/overlay.jpg"],
    )
    answer = page.locator(".bubble.theirs")
    expect(answer.locator("strong")).to_have_text("K7")
    # Each tick draws the message anew: what is pressed or measured before the last may be gone.
    expect(answer.get_by_role("img", name="leído")).to_be_visible()
    image = answer.locator(".picture img")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", 64)
    answer.get_by_role("button", name="Responder").click()
    page.fill("#phone-composer textarea", "¿y ahora?")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.mine .quoted")).to_have_text("Caso K7: contorno")
    assert sandbox.violations == []


def test_a_phone_stays_in_hand_while_another_gets_messages(
    page: Page, product: Listener, sandbox: Sandbox
):
    """What is written goes out from the phone that is shown."""
    sandbox.nurse("+56911110002", "Olga Paz").sends_text("hola")
    turn_to(page, "whatsapp")
    expect(page.locator("#phone-select option")).to_have_count(2)
    for text in ("primero", "segundo"):
        page.fill("#phone-composer textarea", text)
        page.click("#phone-composer .send")
        expect(page.locator(".bubble.mine", has_text=text)).to_be_visible()
        assert reaches(page, product, lambda body: body["Body"] == text, "whatsapp")["From"] == (  # noqa: B023
            "whatsapp:+56911110001"
        )


def test_a_clinician_presses_and_answers_in_the_thread(
    page: Page, product: Listener, sandbox: Sandbox, slack: WebClient
):
    """The card has its button until the app takes it away; the answer lands in its thread."""
    posted = slack.chat_postMessage(channel="#emergencias", text="caso A1", blocks=CARD)
    turn_to(page, "slack")
    page.get_by_role("button", name="Tomar el caso").click()
    expect(page.locator(".post h3")).to_have_text("Muy urgente · caso A1")
    reaches(page, product, lambda body: "payload" in body)
    slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="t", blocks=CARD[:2])
    expect(page.get_by_role("button", name="Tomar el caso")).to_have_count(0)
    page.get_by_role("button", name="Responder en el hilo").click()
    page.fill("#slack-composer textarea", "voy")
    page.keyboard.press("Enter")
    expect(page.locator(".post.reply")).to_contain_text("voy")
    said = _event(reaches(page, product, lambda body: _event(body).get("text") == "voy"))
    assert (said["user"], said["thread_ts"]) == ("U0DOCTOR", posted["ts"])
    assert sandbox.violations == []


def test_the_nurse_uploads_a_photo_in_a_channel(
    page: Page, product: Listener, sandbox: Sandbox, photo: bytes, tmp_path: Path
):
    """Whoever is chosen posts, with a picture, where they are."""
    (tmp_path / "herida.jpg").write_bytes(photo)
    turn_to(page, "slack")
    page.select_option("#person-select", "U0NURSE1")
    page.get_by_role("button", name="#heridas").click()
    page.set_input_files("#slack-composer input[type=file]", str(tmp_path / "herida.jpg"))
    page.fill("#slack-composer textarea", "talón")
    page.click("#slack-composer .send")
    expect(page.locator(".post .picture img")).to_be_visible()
    shared = _event(
        reaches(page, product, lambda body: _event(body).get("subtype") == "file_share")
    )
    assert (shared["user"], shared["channel"]) == ("U0NURSE1", "C0HERIDAS")


def test_a_voice_note_can_be_sent_played_and_downloaded(
    page: Page, product: Listener, sandbox: Sandbox, slack: WebClient, tmp_path: Path
):
    """From the phone as audio; in Slack with a player, and a link to the very bytes."""
    sound, _ = specimen("voice")
    (tmp_path / "nota.ogg").write_bytes(sound)
    page.set_input_files("#phone-composer input[type=file]", str(tmp_path / "nota.ogg"))
    expect(page.locator("#phone-composer .previews")).to_contain_text("nota.ogg")
    page.click("#phone-composer .send")
    expect(page.locator(".bubble.mine audio")).to_be_visible()
    sent = reaches(page, product, lambda body: body["NumMedia"] == "1", "whatsapp")
    assert sent["MediaContentType0"] == "audio/ogg"
    turn_to(page, "slack")
    room = sandbox.workspace.channel("emergencias").id
    slack.files_upload_v2(channel=room, content=sound, filename="row-1.ogg", title="audio")
    expect(page.locator(".post audio")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".post").get_by_role("link", name="Descargar").click()
    assert download.value.suggested_filename == "row-1.ogg"
    assert download.value.path().read_bytes() == sound


def test_words_to_vigia_go_in_a_direct_message(page: Page, product: Listener, sandbox: Sandbox):
    """The direct message stands among the channels."""
    turn_to(page, "slack")
    page.locator(".channels").get_by_role("button", name="Vigia").click()
    page.fill("#slack-composer textarea", "hola")
    page.keyboard.press("Enter")
    expect(page.locator(".post")).to_contain_text("hola")
    assert _event(reaches(page, product, _event))["channel_type"] == "im"
    assert len(product.of("slack")) == 1


def test_what_is_meant_for_one_person_is_shown_to_that_person(page: Page, slack: WebClient):
    """Ephemerals vanish for the others."""
    slack.chat_postEphemeral(channel="#emergencias", user="U0DOCTOR", text="solo a Bruno")
    turn_to(page, "slack")
    expect(page.locator(".post.alone")).to_contain_text("solo a Bruno")
    page.select_option("#person-select", "U0WOUND1")
    expect(page.locator(".post.alone")).to_have_count(0)


def test_a_modal_is_filled_in_and_sent(
    page: Page, product: Listener, sandbox: Sandbox, slack: WebClient
):
    """What was typed reaches the app, and the modal closes."""
    slack.views_open(trigger_id=sandbox.desk.tickets.trigger("U0DOCTOR"), view=MODAL)
    turn_to(page, "slack")
    dialog = page.locator("#modal")
    dialog.get_by_label("Texto").fill("visto en sala")
    dialog.get_by_role("button", name="Guardar").click()
    expect(dialog).not_to_be_visible()
    reaches(page, product, lambda body: "visto en sala" in body.get("payload", ""))


def test_the_home_tab_opens_is_drawn_and_pressed(
    page: Page, product: Listener, sandbox: Sandbox, slack: WebClient
):
    """Beside the messages, for the person who is chosen; a link to a message leads there."""
    posted = slack.chat_postMessage(channel="#emergencias", text="la tarjeta")
    link = slack.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])["permalink"]
    look = {"type": "button", "action_id": "look", "url": link} | {
        "text": {"type": "plain_text", "text": "Ver el caso"}
    }
    page.clock.install()
    turn_to(page, "slack")
    page.locator(".channels").get_by_role("button", name="Vigia").click()
    page.get_by_role("button", name="Inicio").click()
    expect(page.locator("#home")).to_contain_text("aún no ha publicado")
    expect(page.locator("#slack-composer")).not_to_be_visible()
    blocks = [*CARD, {"type": "actions", "elements": [look]}]
    slack.views_publish(user_id="U0DOCTOR", view={"type": "home", "blocks": blocks})
    page.locator("#home").get_by_role("button", name="Tomar el caso").click()
    reaches(page, product, lambda body: body.get("event", {}).get("type") == "app_home_opened")
    reaches(page, product, lambda body: '"type": "view"' in body.get("payload", ""))
    # The mark on what was found goes after a moment: here the page's own clock stands.
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.locator("#home").get_by_role("button", name="Ver el caso").click()
    expect(page.locator(".post.found")).to_contain_text("la tarjeta")
    page.clock.resume()
    page.select_option("#person-select", "U0WOUND1")
    page.locator(".channels").get_by_role("button", name="Vigia").click()
    page.get_by_role("button", name="Inicio").click()
    expect(page.locator("#home")).to_contain_text("aún no ha publicado")
    page.get_by_role("button", name="Mensajes").click()
    expect(page.locator("#slack-composer")).to_be_visible()
    assert sandbox.violations == []


def test_a_command_is_typed_where_one_writes(page: Page, product: Listener, sandbox: Sandbox):
    """It is no message: its answer is seen by that person alone."""
    product.answers = [Response("todo en orden")]
    turn_to(page, "slack")
    page.get_by_role("button", name="#heridas").click()
    page.fill("#slack-composer textarea", "/vigia caso 7K2M")
    page.keyboard.press("Enter")
    expect(page.locator(".post.alone")).to_contain_text("todo en orden")
    expect(page.locator("#slack-composer textarea")).to_have_value("")
    body = product.of("slack")[-1]["body"]
    assert (body["command"], body["text"], body["user_id"]) == ("/vigia", "caso 7K2M", "U0DOCTOR")
    assert sandbox.workspace.posts("C0HERIDAS")[0].seen_by == "U0DOCTOR"


def test_the_shortcut_stands_in_a_messages_menu(
    page: Page, product: Listener, sandbox: Sandbox, photo: bytes
):
    """The menu opens, sends the message, and closes."""
    nurse = sandbox.clinician("U0NURSE1", "Ana Rojas")
    nurse.uploads_photo(photo, "heridas", text="talón")
    turn_to(page, "slack")
    page.get_by_role("button", name="#heridas").click()
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Leer esta herida").click()
    expect(page.get_by_role("button", name="Leer esta herida")).not_to_be_visible()
    reaches(page, product, lambda body: "message_action" in body.get("payload", ""))


def test_a_moment_is_shown_in_the_readers_time(page: Page, slack: WebClient):
    """As Slack does, and not as a mention."""
    slack.chat_postMessage(channel="#emergencias", text="hasta <!date^0^{time}|00:00 UTC>")
    turn_to(page, "slack")
    local = page.evaluate(
        "new Date(0).toLocaleTimeString('es', {hour: '2-digit', minute: '2-digit', hour12: false})"
    )
    expect(page.locator(".post .words")).to_have_text(f"hasta {local}")
    expect(page.locator(".mention")).to_have_count(0)


def test_the_page_speaks_both_languages(page: Page):
    """The switch changes every word of the page, and a reload keeps it."""
    expect(page).to_have_title("Vigia · ensayo")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page).to_have_title("Vigia · sandbox")
    expect(page.locator("#phone-composer textarea")).to_have_attribute(
        "placeholder", "Write a message"
    )
    page.reload()
    expect(page).to_have_title("Vigia · sandbox")
    assert not re.search(r"Teléfono|Canales|Usted", page.inner_text("body"))


def test_a_broken_rule_shows_at_once(page: Page, sandbox: Sandbox):
    """Whoever watches the page sees what a vendor would have refused."""
    expect(page.locator("#rules")).not_to_have_class(re.compile("bad"))
    sandbox.record.violate("invalid_blocks", "chat.postMessage", "too many")
    expect(page.locator("#rules")).to_have_class(re.compile("bad"))
    page.click("#rules")
    expect(page.locator("#rules-list")).to_contain_text("invalid_blocks")


def test_a_phone_rings_on_the_page_and_is_answered(
    page: Page, sandbox: Sandbox, product: Listener
) -> None:
    """Answer, hear what it says, press 1; then the line is gone."""
    action = f"{PUBLIC}/webhooks/phone/k/keys"
    twiml = (
        f'<Response><Gather numDigits="1" action="{action}"><Say>Pulse 1</Say></Gather></Response>'
    )
    form = {"From": sandbox.settings.phone_from, "To": "+56922220001", "Twiml": twiml}
    sandbox.switchboard.place(form, [])
    product.answers = [Response("<Response><Say>Gracias</Say></Response>", mimetype="text/xml")]
    line = page.locator("#calls li")
    expect(line).to_contain_text("Suena el teléfono de +56922220001")
    line.get_by_role("button", name="Contestar", exact=True).click()
    expect(line).to_contain_text("Pulse 1")
    line.get_by_role("button", name="Pulsar 1").click()
    expect(line).to_have_count(0)
    assert product.of("phone/k/keys")[0]["body"]["Digits"] == "1"
    assert sandbox.switchboard.calls()[0].status == "completed"
