"""The Slack stand-in, judged with Slack's own client."""

import json
import time
from dataclasses import replace
from http.client import RemoteDisconnected
from typing import Any

import pytest
import requests
from flask import Response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.web.sandbox import Sandbox, SandboxSettings
from bot.web.sandbox.clinician import Clinician
from tests.sandbox.listener import Listener

CARD: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Muy urgente · caso A1"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Categoría:* III 70 %"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {
                "type": "button",
                "action_id": "vigia_take",
                "value": "esc-1",
                "text": {"type": "plain_text", "text": "Tomar el caso"},
            }
        ],
    },
]


@pytest.fixture
def bruno(sandbox: Sandbox, product: Listener) -> Clinician:
    return sandbox.clinician(user_id="U0DOCTOR", name="Dr. Bruno Díaz")


def refusal(call: Any, **given: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        call(**given)
    return str(error.value.response["error"])


def events(product: Listener, kind: str) -> list[dict[str, Any]]:
    found = [h["body"] for h in product.of("slack") if "event" in h["body"]]
    return [e for e in found if e["event"]["type"] == kind]


def test_a_card_is_seen_and_its_button_pressed(
    bruno: Clinician, product: Listener, sandbox: Sandbox, slack: WebClient
):
    """The press carries the card, a trigger and an address to answer at."""
    posted = slack.chat_postMessage(channel="#emergencias", text="caso A1", blocks=CARD)
    card = bruno.sees("categoría", in_channel="emergencias")
    assert card.ts == posted["ts"]
    assert card.presses("Tomar").ok
    heard = [h for h in product.of("slack") if "payload" in h["body"]]
    payload = json.loads(heard[0]["body"]["payload"])
    assert heard[0]["genuine"]
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0DOCTOR"
    assert payload["container"]["message_ts"] == posted["ts"]
    assert payload["message"]["blocks"] == CARD
    (action,) = payload["actions"]
    assert (action["action_id"], action["value"], action["block_id"]) == (
        "vigia_take",
        "esc-1",
        "decide",
    )
    requests.post(payload["response_url"], json={"text": "solo usted"}, timeout=60)
    bruno.sees_only_me("solo usted")
    carla = sandbox.clinician("U0WOUND1", "Carla Soto")
    assert all(p.seen_by is None for p in carla.screen())
    assert sandbox.violations == []


def test_a_card_can_be_changed(bruno: Clinician, slack: WebClient, product: Listener):
    """chat.update takes the button away."""
    posted = slack.chat_postMessage(channel="#emergencias", text="caso A1", blocks=CARD)
    card = bruno.sees("caso a1")
    slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="tomado", blocks=CARD[:1])
    assert card.now.buttons == []
    assert card.buttons != []


def test_a_message_is_changed_into_a_shorter_one_than_is_posted(slack: WebClient) -> None:
    """Slack takes 4,000 bytes there."""
    posted = slack.chat_postMessage(channel="#emergencias", text="é" * 2_001)
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    assert slack.chat_update(**place, text="é" * 2_000)["ok"]
    with pytest.raises(SlackApiError, match="msg_too_long"):
        slack.chat_update(**place, text="é" * 2_001)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "#heridas", "text": "", "attachments": []}, "no_text"),
        ({"channel": "#heridas", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "#heridas", "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "#heridas", "text": "x", "blocks": CARD * 18}, "invalid_blocks"),
        ({"channel": "#heridas", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
    ],
)
def test_what_slack_refuses_is_refused_and_written_down(
    sandbox: Sandbox, slack: WebClient, given: dict[str, Any], error: str
):
    """Slack's own word comes back, and the sandbox remembers."""
    assert refusal(slack.chat_postMessage, **given) == error
    assert [v.code for v in sandbox.violations] == [error]


def _text(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "text": text}


def _button(**more: Any) -> dict[str, Any]:
    usual = {"type": "button", "action_id": "a", "text": _text("plain_text", "Sí")}
    return {"type": "actions", "elements": [usual | more]}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": _text("mrkdwn", "x" * 3001)},
        {"type": "section", "text": _text("mrkdwn", "")},
        {"type": "section", "text": "not an object"},
        {"type": "section"},
        {"type": "section", "fields": [_text("mrkdwn", "x")] * 11},
        {"type": "header", "text": _text("plain_text", "x" * 151)},
        {"type": "header", "text": _text("mrkdwn", "x")},
        {"type": "context", "elements": []},
        {"type": "context", "elements": [_text("mrkdwn", "x")] * 11},
        {"type": "image", "alt_text": "x"},
        {"type": "image", "image_url": "https://x.example/a.png"},
        {"type": "surprise"},
        _button(text=_text("plain_text", "x" * 76)),
        _button(text=_text("mrkdwn", "x")),
        _button(value="x" * 2001),
        _button(action_id="x" * 256),
        _button(style="green"),
        {"type": "actions", "elements": _button()["elements"] * 2},
    ],
)
def test_bad_blocks_are_refused(slack: WebClient, block: dict[str, Any]):
    """Each limit of Block Kit holds."""
    answer = refusal(slack.chat_postMessage, channel="#heridas", text="x", blocks=[block])
    assert answer == "invalid_blocks"


def test_the_largest_allowed_blocks_pass(slack: WebClient):
    """The limits are not tighter than Slack's."""
    blocks = [
        {"type": "header", "text": _text("plain_text", "x" * 150)},
        {"type": "section", "text": _text("mrkdwn", "x" * 3000)},
        {"type": "divider"},
        {"type": "section", "fields": [_text("mrkdwn", "x" * 200)] * 10},
        {"type": "context", "elements": [_text("mrkdwn", "x")] * 10},
        _button(value="x" * 2000, action_id="x" * 255, text=_text("plain_text", "x" * 75)),
    ]
    assert slack.chat_postMessage(channel="#heridas", text="x", blocks=blocks)["ok"]
    long = [{"type": "section", "text": _text("mrkdwn", "x" * 3000)}] * 5
    error = refusal(slack.chat_postMessage, channel="#heridas", text="x", blocks=long)
    assert error == "msg_blocks_too_long"


def test_a_channel_can_be_closed_to_the_app(sandbox: Sandbox, slack: WebClient):
    """Archived channels and channels the app was removed from say so."""
    sandbox.workspace.archive("heridas")
    sandbox.workspace.remove_bot("emergencias")
    assert refusal(slack.chat_postMessage, channel="#heridas", text="x") == "is_archived"
    assert refusal(slack.chat_postMessage, channel="#emergencias", text="x") == "not_in_channel"


def test_a_wrong_token_is_refused(sandbox: Sandbox):
    """invalid_auth comes in a 200, and scopes come with every answer."""
    client = WebClient(token="xoxb-wrong", base_url=sandbox.slack_api_base)
    assert refusal(client.auth_test) == "invalid_auth"
    good = WebClient(token=sandbox.settings.bot_token, base_url=sandbox.slack_api_base)
    assert "files:read" in good.auth_test().headers["X-OAuth-Scopes"]


def test_metadata_are_kept_for_whoever_reconciles(slack: WebClient, sandbox: Sandbox):
    """History and replies give them back when asked to, and only then."""
    mark = {"event_type": "vigia_message", "event_payload": {"key": "k1"}}
    root = slack.chat_postMessage(channel="#heridas", text="a", metadata=mark)
    slack.chat_postMessage(channel="#heridas", text="b", thread_ts=root["ts"], metadata=mark)
    channel = root["channel"]
    found = slack.conversations_history(channel=channel, include_all_metadata=True, limit=200)
    assert [(m["text"], m["metadata"]) for m in found["messages"]] == [("a", mark)]
    thread = slack.conversations_replies(channel=channel, ts=root["ts"], include_all_metadata=True)
    assert [m["text"] for m in thread["messages"]] == ["a", "b"]
    bare = slack.conversations_history(channel=channel)
    assert "metadata" not in bare["messages"][0]


def test_a_dropped_connection_after_the_commit_still_posted(sandbox: Sandbox, slack: WebClient):
    """The caller sees no answer; one message is there."""
    sandbox.faults.next("chat.postMessage", drop_after_commit=True)
    with pytest.raises(RemoteDisconnected):
        slack.chat_postMessage(channel="#heridas", text="una vez")
    found = slack.conversations_history(channel="C0HERIDAS")
    assert [m["text"] for m in found["messages"]] == ["una vez"]


def test_posting_too_fast_is_refused_per_channel(settings: SandboxSettings):
    """429 with Retry-After in one channel; another one is free; impatience is written down."""
    # So slow that nothing is gained back while the posts are made.
    settings = replace(settings, posts_per_second=0.001)
    sandbox = Sandbox(settings)
    with sandbox.running():
        sandbox.points_at("http://127.0.0.1:9")
        slack = WebClient(
            token=settings.bot_token, base_url=sandbox.slack_api_base, retry_handlers=[]
        )
        for _ in range(settings.post_burst):
            slack.chat_postMessage(channel="#heridas", text="x")
        with pytest.raises(SlackApiError) as error:
            slack.chat_postMessage(channel="#heridas", text="x")
        assert error.value.response.status_code == 429
        assert int(error.value.response.headers["Retry-After"]) >= 1
        slack.chat_postMessage(channel="#emergencias", text="x")
        assert sandbox.violations == []
        assert refusal(slack.chat_postMessage, channel="#heridas", text="x") == "ratelimited"
        assert [v.code for v in sandbox.violations] == ["retry_after_ignored"]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [({"status": 503}, "503"), ({"rate_limited": 2}, "429"), ({"error": "fatal_error"}, "fatal")],
)
def test_faults_strike_once(sandbox: Sandbox, slack: WebClient, fault: dict[str, Any], seen: str):
    """The next call goes wrong as ordered, the one after it goes well."""
    sandbox.faults.next("chat.postMessage", **fault)
    with pytest.raises(SlackApiError) as error:
        slack.chat_postMessage(channel="#heridas", text="x")
    assert seen in f"{error.value.response.status_code} {error.value.response.data}"
    assert slack.chat_postMessage(channel="#heridas", text="x")["ok"]


def test_a_fault_can_be_meant_for_one_channel(sandbox: Sandbox, slack: WebClient):
    """Other channels do not notice."""
    sandbox.faults.always("chat.postMessage", error="is_archived", subject="#heridas")
    slack.chat_postMessage(channel="#emergencias", text="x")
    assert refusal(slack.chat_postMessage, channel="#heridas", text="x") == "is_archived"


def test_an_upload_lands_in_its_thread(
    bruno: Clinician, sandbox: Sandbox, slack: WebClient, photo: bytes
):
    """The three steps of the real client end in one post with the file."""
    root = slack.chat_postMessage(channel="#heridas", text="caso A1")
    done = slack.files_upload_v2(
        channel=root["channel"],
        thread_ts=root["ts"],
        filename="overlay.jpg",
        content=photo,
        initial_comment="contorno",
    )
    seen = bruno.sees("contorno", in_channel="heridas", thread=root["ts"])
    assert seen.picture == photo
    info = slack.files_info(file=done["file"]["id"])["file"]
    assert info["shares"]["public"][root["channel"]][0]["ts"] == seen.ts
    assert sandbox.violations == []


def test_a_picture_is_described_in_a_thousand_characters(sandbox: Sandbox, slack: WebClient):
    """Slack takes as many and refuses more."""
    ticket = slack.files_getUploadURLExternal(filename="a.jpg", length=9, alt_txt="x" * 1000)
    assert slack.files_info(file=ticket["file_id"])["file"]["alt_txt"] == "x" * 1000
    ask = slack.files_getUploadURLExternal
    assert refusal(ask, filename="a.jpg", length=9, alt_txt="x" * 1001) == "alt_txt_too_large"
    assert [v.code for v in sandbox.violations] == ["alt_txt_too_large"]


def test_an_upload_goes_to_one_channel_and_to_a_parent(
    sandbox: Sandbox, slack: WebClient, photo: bytes
):
    """Names, two channels, and a reply's ts are refused."""
    root = slack.chat_postMessage(channel="#heridas", text="a")
    reply = slack.chat_postMessage(channel="#heridas", text="b", thread_ts=root["ts"])
    wrong = [
        ({"channel_id": "#heridas"}, "invalid_channel"),
        ({"channel_id": "C0HERIDAS,C0EMERGENCIAS"}, "invalid_channel"),
        ({"channel_id": root["channel"], "thread_ts": reply["ts"]}, "cannot_reply_to_message"),
    ]
    for given, error in wrong:
        ticket = slack.files_getUploadURLExternal(filename="a.jpg", length=len(photo))
        assert requests.post(ticket["upload_url"], data=photo, timeout=60).ok
        files = [{"id": ticket["file_id"], "title": "a"}]
        assert refusal(slack.files_completeUploadExternal, files=files, **given) == error
    ticket = slack.files_getUploadURLExternal(filename="a.jpg", length=len(photo) + 1)
    assert requests.post(ticket["upload_url"], data=photo, timeout=60).status_code == 400


def test_a_photo_in_a_channel_gives_two_events(
    bruno: Clinician, product: Listener, sandbox: Sandbox, slack: WebClient, photo: bytes
):
    """message.file_share and file_shared tell of one file, whose address needs the token."""
    post = bruno.uploads_photo(photo, "heridas", text="talón")
    assert sandbox.settle()
    (message,) = events(product, "message")
    (shared,) = events(product, "file_shared")
    assert all(h["genuine"] for h in product.of("slack"))
    assert message["event"]["subtype"] == "file_share"
    assert message["event"]["ts"] == post.ts
    file = message["event"]["files"][0]
    assert shared["event"]["file_id"] == file["id"]
    assert message["event_id"] != shared["event_id"]
    header = {"Authorization": f"Bearer {sandbox.settings.bot_token}"}
    assert requests.get(file["url_private_download"], headers=header, timeout=60).content == photo
    assert sandbox.violations == []
    stranger = requests.get(file["url_private_download"], timeout=60)
    assert b"Sign in" in stranger.content
    sandbox.faults.next("slack.download", html=True)
    page = requests.get(file["url_private"], headers=header, timeout=60)
    assert (page.status_code, page.content[:5]) == (200, b"<!DOC")


def test_a_file_from_a_connected_workspace_has_no_address(
    bruno: Clinician, product: Listener, sandbox: Sandbox, slack: WebClient, photo: bytes
):
    """The event says check_file_info; files.info tells the rest."""
    bruno.uploads_photo(photo, "heridas", connect=True)
    assert sandbox.settle()
    file = events(product, "message")[0]["event"]["files"][0]
    assert file["file_access"] == "check_file_info"
    assert "url_private" not in file
    assert slack.files_info(file=file["id"])["file"]["url_private"]


def test_mentions_threads_and_direct_messages_have_their_marks(
    bruno: Clinician, product: Listener, sandbox: Sandbox
):
    """A mention gives two events; a direct message says im."""
    root = bruno.mentions_vigia("ayuda", "heridas")
    bruno.types("en el hilo", "heridas", thread=root.ts)
    bruno.tells_vigia("hola")
    assert sandbox.settle()
    assert len(events(product, "app_mention")) == 1
    marks = {
        e["event"]["text"].split()[-1]: (e["event"].get("thread_ts"), e["event"]["channel_type"])
        for e in events(product, "message")
    }
    assert marks == {
        "ayuda": (None, "channel"),
        "hilo": (root.ts, "channel"),
        "hola": (None, "im"),
    }


def test_the_app_hears_its_own_posts(product: Listener, sandbox: Sandbox, slack: WebClient):
    """They carry a bot_id, so that an app can leave them alone."""
    slack.chat_postMessage(channel="#heridas", text="x")
    assert sandbox.settle()
    assert events(product, "message")[0]["event"]["bot_id"]


def test_a_failing_product_hears_one_event_four_times(
    bruno: Clinician, product: Listener, sandbox: Sandbox
):
    """The retries are numbered, say why, and keep the event_id."""
    product.answers = [Response(status=500) for _ in range(3)]
    bruno.types("hola", "heridas")
    assert sandbox.settle()
    heard = product.of("slack")
    assert len({h["body"]["event_id"] for h in heard}) == 1
    numbers = [h["headers"].get("X-Slack-Retry-Num") for h in heard]
    reasons = [h["headers"].get("X-Slack-Retry-Reason") for h in heard]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, "http_error", "http_error", "http_error"]


def test_a_late_acknowledgement_is_a_violation():
    """The event is tried again, and each lateness is written down."""
    slow = Sandbox(SandboxSettings())
    slow.app.before_request(lambda: time.sleep(0.5))
    impatient = Sandbox(SandboxSettings(event_deadline=0.2, event_retry_waits=(0.0,)))
    with slow.running() as base, impatient.running():
        impatient.points_at(base)
        impatient.clinician("U0DOCTOR", "Bruno").types("hola", "heridas")
        assert impatient.settle()
    assert [v.code for v in impatient.violations] == ["late_ack", "late_ack"]
    reasons = [d.reason for d in impatient.record.deliveries("slack.event")]
    assert reasons == ["http_timeout", "http_timeout"]


def test_the_same_event_can_come_four_times_at_once(
    bruno: Clinician, product: Listener, sandbox: Sandbox
):
    """One event_id, as in a burst of retries."""
    post = bruno.types("hola", "heridas")
    assert sandbox.settle()
    product.heard.clear()
    assert all(a.ok for a in sandbox.desk.repeat(post, times=4))
    assert len(product.heard) == 4
    assert len({h["body"]["event_id"] for h in product.heard}) == 1


def test_the_address_is_verified_by_a_challenge(product: Listener, sandbox: Sandbox):
    """url_verification is echoed."""
    assert sandbox.asks_challenge()


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "nota",
    "title": {"type": "plain_text", "text": "Nota"},
    "submit": {"type": "plain_text", "text": "Guardar"},
    "blocks": [
        {
            "type": "input",
            "block_id": "nota",
            "label": {"type": "plain_text", "text": "Texto"},
            "element": {"type": "plain_text_input", "action_id": "texto"},
        }
    ],
}


def _trigger(product: Listener) -> str:
    payload = next(h["body"]["payload"] for h in product.of("slack") if "payload" in h["body"])
    return str(json.loads(payload)["trigger_id"])


def test_a_modal_opens_within_three_seconds_and_is_submitted(
    bruno: Clinician, product: Listener, slack: WebClient
):
    """A trigger serves once; the submission carries the values."""
    slack.chat_postMessage(channel="#emergencias", text="caso", blocks=CARD)
    bruno.presses("vigia_take")
    trigger = _trigger(product)
    slack.views_open(trigger_id=trigger, view=MODAL)
    assert refusal(slack.views_open, trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    view = bruno.sees_modal("nota")
    values = {"nota": {"texto": {"type": "plain_text_input", "value": "visto"}}}
    assert bruno.submits(view, values).ok
    # The card's own event may come after it.
    heard = [knock["body"] for knock in product.of("slack") if "payload" in knock["body"]]
    payload = json.loads(heard[-1]["payload"])
    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"] == values


def test_a_trigger_dies(sandbox: Sandbox, settings: SandboxSettings, product: Listener):
    """After its lifetime views.open says so."""
    impatient = SandboxSettings(trigger_lifetime=0.05, event_retry_waits=())
    box = Sandbox(impatient)
    with box.running():
        box.points_at(product.url)
        slack = WebClient(token=impatient.bot_token, base_url=box.slack_api_base)
        slack.chat_postMessage(channel="#emergencias", text="caso", blocks=CARD)
        box.clinician("U0DOCTOR", "Bruno").presses("vigia_take")
        time.sleep(0.1)
        answer = refusal(slack.views_open, trigger_id=_trigger(product), view=MODAL)
        assert answer == "expired_trigger_id"


def test_ephemerals_and_home_pages_and_directs(
    bruno: Clinician, sandbox: Sandbox, slack: WebClient
):
    """What one person alone sees stays with that person."""
    slack.chat_postEphemeral(channel="#heridas", user="U0DOCTOR", text="solo para usted")
    bruno.sees_only_me("solo para usted")
    assert (
        refusal(slack.chat_postEphemeral, channel="#heridas", user="U0STRANGER", text="x")
        == "user_not_in_channel"
    )
    home = {"type": "home", "blocks": CARD[:1]}
    assert slack.views_publish(user_id="U0DOCTOR", view=home)["ok"]
    direct = slack.conversations_open(users="U0DOCTOR")["channel"]["id"]
    slack.chat_postMessage(channel=direct, text="directo")
    bruno.sees("directo", in_channel=direct)
    assert "#emergencias" in {
        f"#{c['name']}" for c in slack.conversations_list(limit=200)["channels"]
    }
    link = slack.chat_getPermalink(channel=direct, message_ts=bruno.sees("directo").ts)
    assert link["permalink"].startswith("http")
    slack.reactions_add(channel=direct, timestamp=bruno.sees("directo").ts, name="eyes")


def test_a_slash_command_is_signed_and_answered(bruno: Clinician, product: Listener):
    """The form carries the words and an address to answer at."""
    assert bruno.commands("/vigia", "ayuda", "heridas").ok
    heard = product.of("slack")[-1]
    assert heard["genuine"]
    assert heard["body"]["text"] == "ayuda"


def test_a_response_address_serves_five_times(
    bruno: Clinician, product: Listener, slack: WebClient
):
    """The sixth use is refused."""
    slack.chat_postMessage(channel="#emergencias", text="caso", blocks=CARD)
    bruno.presses("vigia_take")
    payload = next(h["body"]["payload"] for h in product.of("slack") if "payload" in h["body"])
    url = json.loads(payload)["response_url"]
    seen = [requests.post(url, json={"text": "x"}, timeout=60).status_code for _ in range(6)]
    assert seen == [200] * 5 + [404]


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ({"type": "home", "blocks": CARD[:1] * 101}, "invalid_arguments"),
        ({"type": "home", "blocks": CARD[:1], "submit": CARD[0]["text"]}, "invalid_arguments"),
        ({"type": "home", "blocks": CARD[:1], "callback_id": "x" * 256}, "invalid_arguments"),
        ({"type": "home", "blocks": CARD[:1], "private_metadata": "x" * 260_000}, "view_too_large"),
        (MODAL, "invalid_arguments"),
    ],
)
def test_a_home_that_slack_would_refuse_is_refused(
    sandbox: Sandbox, slack: WebClient, view: dict[str, Any], error: str
):
    """Too many blocks, a modal's parts, too long a name, too large, no home at all."""
    assert refusal(slack.views_publish, user_id="U0DOCTOR", view=view) == error
    assert sandbox.desk.home("U0DOCTOR") is None


def test_the_home_tab_is_told_and_pressed(
    bruno: Clinician, product: Listener, sandbox: Sandbox, slack: WebClient
):
    """The event names the tab and the view that stands; the press has the view and no message."""
    slack.views_publish(user_id="U0DOCTOR", view={"type": "home", "blocks": CARD})
    bruno.opens_home()
    assert sandbox.settle()
    event = product.of("slack")[-1]["body"]["event"]
    assert (event["type"], event["tab"], event["view"]["type"]) == (
        "app_home_opened",
        "home",
        "home",
    )
    assert bruno.presses_home("Tomar el caso").ok
    payload = json.loads(product.of("slack")[-1]["body"]["payload"])
    assert payload["container"] == {"type": "view", "view_id": event["view"]["id"]}
    assert "message" not in payload
    assert "response_url" not in payload


def test_the_shortcut_sends_the_message(bruno: Clinician, product: Listener, photo: bytes):
    """With its files, its place, and who pointed at it."""
    post = bruno.uploads_photo(photo, "heridas", text="talón")
    assert bruno.points_at(post).ok
    # The upload's own event may come after it.
    heard = [knock["body"] for knock in product.of("slack") if "payload" in knock["body"]]
    payload = json.loads(heard[-1]["payload"])
    assert (payload["type"], payload["callback_id"]) == ("message_action", "vigia_read_wound")
    assert payload["message"]["files"][0]["id"] == post.files[0]
    assert (payload["message_ts"], payload["channel"]["id"]) == (post.ts, post.channel)


def test_what_answers_a_command_is_seen_by_its_person(
    bruno: Clinician, product: Listener, sandbox: Sandbox
):
    """Plain words or blocks; blocks that Slack would refuse are counted."""
    product.answers = [
        Response("hecho"),
        Response(json.dumps({"text": "t", "blocks": [{"type": "nope"}]})),
    ]
    bruno.commands("/vigia", "estado", "heridas")
    assert bruno.sees_only_me("hecho").post.seen_by == "U0DOCTOR"
    bruno.commands("/vigia", "estado", "heridas")
    assert [violation.code for violation in sandbox.violations] == ["invalid_blocks"]
