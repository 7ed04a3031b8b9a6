"""The sandbox as a process, acted in over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.lifeline import tied
from bot.web.sandbox import Sandbox
from tests.sandbox.listener import Listener

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def api(sandbox: Sandbox, product: Listener) -> str:
    return f"{sandbox.base_url}/sandbox/api"


def test_a_script_can_act_and_watch(api: str, sandbox: Sandbox, product: Listener, photo: bytes):
    """What the page does, a script does over HTTP."""
    before = requests.get(f"{api}/state", timeout=60).json()
    sent = requests.post(
        f"{api}/phones/+56911110001/messages",
        data={"text": "sacro"},
        files={"photo": ("a.jpg", photo)},
        timeout=60,
    ).json()
    after = requests.get(
        f"{api}/state", params={"since": before["version"], "wait": 5}, timeout=60
    ).json()
    assert after["version"] > before["version"]
    (message,) = after["phones"][0]["messages"]
    assert message["sid"] == sent["sid"]
    shown = requests.get(f"{api}/pictures/{message['media'][0]['id']}", timeout=60)
    assert (shown.content, shown.headers["Content-Type"]) == (photo, "image/jpeg")
    assert sandbox.settle()
    assert product.of("whatsapp")[0]["body"]["Body"] == "sacro"
    assert (
        requests.get(f"{api}/state", params={"since": sandbox.bell.version}, timeout=60).status_code
        == 204
    )


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("slack/U0DOCTOR/presses", {"channel": "C0HERIDAS", "ts": "1.0", "action_id": "x"}, 404),
        ("slack/U0DOCTOR/presses", {"channel": 1}, 400),
        ("slack/U0DOCTOR/home/presses", {"action_id": "x"}, 404),
        ("slack/U0DOCTOR/commands", {"channel": "nowhere", "text": ""}, 404),
        ("slack/U0DOCTOR/shortcuts", {"channel": "C0HERIDAS", "ts": "1.0"}, 404),
        ("phones/+1/presses", {"sid": "SM0", "button": "x"}, 404),
        ("calls/CA0/acts", {"act": "answer"}, 404),
    ],
)
def test_what_is_not_there_cannot_be_pressed(
    api: str, path: str, body: dict[str, object], status: int
):
    """Unknown posts and broken bodies are refused."""
    assert requests.post(f"{api}/{path}", json=body, timeout=60).status_code == status


def test_an_attached_page_is_never_shown_as_one(api: str, sandbox: Sandbox):
    """What is not a picture is handed out as bytes."""
    sandbox.nurse("+56911110001", "Ana").sends("pdf")
    state = requests.get(f"{api}/state", timeout=60).json()
    media = state["phones"][0]["messages"][0]["media"][0]["id"]
    kind = requests.get(f"{api}/pictures/{media}", timeout=60).headers["Content-Type"]
    assert kind == "application/octet-stream"


def test_a_phone_keeps_the_photo_that_it_sent(api: str, sandbox: Sandbox, photo: bytes):
    """Twilio's copy may be deleted; the picture stays in the nurse's own conversation."""
    sent = sandbox.nurse("+56911110001", "Ana").sends_photo(photo)
    sandbox.whatsapp.change(sent.sid, media=())
    state = requests.get(f"{api}/state", timeout=60).json()
    (media,) = state["phones"][0]["messages"][0]["media"]
    assert requests.get(f"{api}/pictures/{media['id']}", timeout=60).content == photo


def test_faults_can_be_ordered_over_http(api: str, sandbox: Sandbox):
    """A script can make the vendors fail and be well again."""
    url = f"{sandbox.slack_api_base}auth.test"
    bearer = {"Authorization": f"Bearer {sandbox.settings.bot_token}"}
    requests.post(f"{api}/faults", json={"operation": "auth.test", "status": 503}, timeout=60)
    assert requests.post(url, headers=bearer, timeout=60).status_code == 503
    requests.delete(f"{api}/faults", timeout=60)
    assert requests.post(url, headers=bearer, timeout=60).json()["ok"]


def test_the_page_has_the_same_words_in_both_languages():
    """No word is missing in either, and none is without use."""
    words = json.loads((CHECKOUT / "templates/sandbox/words.json").read_text())
    assert words["es"].keys() == words["en"].keys()
    sources = [
        CHECKOUT / "templates/sandbox/page.html",
        *(CHECKOUT / "bot/web/sandbox/static").glob("*.js"),
    ]
    page = "".join(source.read_text() for source in sources)
    by_state = {"sent", "delivered", "read", "nurse", "clinician"}
    assert {w for w in words["es"] if f'"{w}"' not in page} - by_state == set()


@pytest.fixture
def process() -> Iterator[str]:
    cast = [{"kind": "nurse", "name": "Rosa Peña", "phone": "+56933330003", "slack": "U0ROSA"}]
    running = subprocess.Popen(
        tied([sys.executable, "-m", "bot.web.sandbox", "--port", "0"]),
        cwd=CHECKOUT,
        env=os.environ | {"VIGIA_SANDBOX_CAST": json.dumps(cast), "SLACK_BOT_TOKEN": "xoxb-own"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    yield running.stdout.readline().strip()
    running.terminate()
    assert running.wait(60) == 0
    running.stdout.close()


def test_the_process_reads_the_products_environment(process: str):
    """It says where its page is, plays the given cast and demands the given token."""
    assert requests.get(process, timeout=60).status_code == 200
    state = requests.get(f"{process}/api/state", timeout=60).json()
    assert [p["name"] for p in state["phones"]] == ["Rosa Peña"]
    url = process.removesuffix("/sandbox") + "/slack/api/auth.test"
    own = requests.post(url, headers={"Authorization": "Bearer xoxb-own"}, timeout=60)
    assert own.json()["ok"]
