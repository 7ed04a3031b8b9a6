import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from slack_sdk.signature import SignatureVerifier

from bot.channels.slack.messenger import SlackMessenger
from bot.core.inbound import AttachmentKind, Channel
from bot.core.ports import Address, Picture, Words
from bot.web.sandbox import Sandbox
from bot.web.sandbox.clinician import Clinician
from bot.web.sandbox.slack.workspace import BOT_USER
from tests.channels.reception import JPEG, Reception

BUTTON: dict[str, object] = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "vigia_take",
            "value": "escalation-1",
            "text": {"type": "plain_text", "text": "Tomar el caso"},
        }
    ],
}


@pytest.fixture
def carla(sandbox: Sandbox, reception: Reception) -> Clinician:
    return sandbox.clinician("U0WOUND1", "Carla Soto")


def knock(sandbox: Sandbox, event: dict[str, Any], *, age: int = 0, secret: str = "") -> int:
    """Posts an event as Slack would, and returns the status of the answer."""
    envelope = {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "authorizations": [{"team_id": "T1", "user_id": BOT_USER, "is_bot": True}],
        "event": event,
    }
    return post_signed(sandbox, envelope, age=age, secret=secret)


def post_signed(sandbox: Sandbox, said: dict[str, Any], *, age: int = 0, secret: str = "") -> int:
    return post_body(sandbox, json.dumps(said), age=age, secret=secret)


def post_body(
    sandbox: Sandbox,
    body: str,
    kind: str = "application/json",
    *,
    age: int = 0,
    secret: str = "",
) -> int:
    stamp = str(int(time.time()) - age)
    signer = SignatureVerifier(secret or sandbox.settings.signing_secret)
    signature = str(signer.generate_signature(timestamp=stamp, body=body))
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    url = f"{sandbox._slack_knock.target}/webhooks/slack"
    return requests.post(url, data=body, headers=headers, timeout=60).status_code


SPOKEN = {"type": "message", "user": "U0WOUND1", "text": "hola", "channel": "D0AAAAAA", "ts": "1.1"}


def test_case_01_slacks_challenge_is_echoed(sandbox: Sandbox, reception: Reception) -> None:
    """So that the address can be entered in Slack's settings."""
    assert sandbox.asks_challenge()


def test_case_02_a_bad_old_or_missing_signature_is_refused(
    sandbox: Sandbox, reception: Reception
) -> None:
    """401, and nothing is heard."""
    assert knock(sandbox, SPOKEN, secret="another") == 401
    assert knock(sandbox, SPOKEN, age=400) == 401
    url = f"{sandbox._slack_knock.target}/webhooks/slack"
    assert requests.post(url, json={"event": SPOKEN}, timeout=60).status_code == 401
    assert reception.messages == []
    assert knock(sandbox, SPOKEN) == 200
    assert len(reception.messages) == 1


def test_case_04_a_failure_of_ours_is_told_so_that_slack_sends_it_again(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """The database is away twice; the third knock is kept."""
    reception.failing = 2
    carla.tells_vigia("olor fuerte")
    assert sandbox.settle()
    assert [message.text for message in reception.messages] == ["olor fuerte"]
    statuses = [delivery.status for delivery in sandbox.record.deliveries("slack.event")]
    assert statuses == [500, 500, 200]


_PRESS = {
    "type": "block_actions",
    "user": {"id": "U0WOUND1"},
    "trigger_id": "1.1",
    "container": {"channel_id": "C1", "message_ts": "1.1"},
    "actions": [{"action_id": "vigia_take", "value": "1"}],
}
_FORM = {
    "type": "view_submission",
    "user": {"id": "U0WOUND1"},
    "view": {"id": "V1", "callback_id": "vigia_form_message", "private_metadata": "{}"},
}
_SHORTCUT = {
    "type": "message_action",
    "callback_id": "vigia_read_wound",
    "user": {"id": "U0WOUND1"},
    "channel": {"id": "C1"},
    "trigger_id": "1.1",
    "message": {"ts": "1.1"},
}
_NO_BODIES = [
    "{",
    "[]",
    "null",
    "17",
    '"fiebre"',
    "[" * 100_000,
    *(
        json.dumps({"type": "event_callback", "event": event} | more)
        for event, more in (
            (None, {}),
            ("fiebre", {}),
            ([], {}),
            ({}, {}),
            ({"type": 7}, {}),
            *((SPOKEN | {"ts": ts}, {}) for ts in (None, "fiebre", {}, "9e99", "nan")),
            *((SPOKEN | {"files": files}, {}) for files in (7, ["fiebre"], [{}])),
            (SPOKEN | {"text": "", "blocks": [7]}, {}),
            (SPOKEN | {"attachments": {"fiebre": 1}}, {}),
            (SPOKEN | {"subtype": "message_changed", "message": 7}, {}),
            (SPOKEN | {"subtype": []}, {}),
            ({key: value for key, value in SPOKEN.items() if key != "channel"}, {}),
            (SPOKEN, {"authorizations": 7}),
            (SPOKEN, {"authorizations": ["fiebre"]}),
            ({"type": "app_home_opened", "tab": "home"}, {}),
        )
    ),
]
_NO_PAYLOADS = [
    "{",
    "[]",
    *(
        json.dumps(payload)
        for payload in (
            {},
            *({**_PRESS, "actions": actions} for actions in (None, [], {}, ["fiebre"])),
            *({**_PRESS, "user": user} for user in (None, "fiebre")),
            {**_PRESS, "container": "fiebre"},
            {**_PRESS, "trigger_id": None, "actions": [{}]},
            *({**_FORM, "view": view} for view in (None, {}, _FORM["view"])),
            {**_FORM, "view": {"callback_id": "vigia_form_fiebre", "private_metadata": "["}},
            *({**_SHORTCUT, "message": message} for message in (None, {}, {"ts": "fiebre"})),
            {**_SHORTCUT, "channel": None},
        )
    ),
]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        *((body, "application/json") for body in _NO_BODIES),
        *(
            (urlencode({"payload": payload}), "application/x-www-form-urlencoded")
            for payload in _NO_PAYLOADS
        ),
        ("command=%2Fvigia&text=fiebre", "application/x-www-form-urlencoded"),
        ("\x00\xff", "application/x-www-form-urlencoded"),
    ],
)
def test_what_slack_signed_and_nobody_can_read_is_turned_away(
    sandbox: Sandbox,
    reception: Reception,
    caplog: pytest.LogCaptureFixture,
    body: str,
    kind: str,
) -> None:
    """No error of ours, which Slack would answer by sending it again; no word of it in the log; and
    what comes after it is heard."""
    assert post_body(sandbox, body, kind) in (200, 400, 404)
    assert "fiebre" not in caplog.text
    assert reception.messages == []
    assert knock(sandbox, SPOKEN) == 200
    assert len(reception.messages) == 1


def test_case_05_the_same_event_four_times_at_once_is_one_message(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """Every copy has the same identity."""
    post = carla.tells_vigia("olor fuerte")
    sandbox.desk.repeat(post, times=4)
    assert sandbox.settle()
    assert len(reception.messages) == 5
    assert len(reception.distinct()) == 1


def test_case_07_one_upload_is_one_message(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """file_shared is acknowledged and says nothing new; a mention of the same post collapses."""
    carla.uploads_photo(JPEG, "heridas", text=f"<@{BOT_USER}> sacro")
    assert sandbox.settle()
    assert len(reception.distinct()) == 1
    assert {len(message.attachments) for message in reception.messages} == {1}
    assert {message.text for message in reception.messages} == {"sacro"}
    assert all(message.addressed for message in reception.messages)
    kinds = {delivery.status for delivery in sandbox.record.deliveries("slack.event")}
    assert kinds == {200}


def test_case_08_each_photo_is_answered_where_it_stands(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """In its thread; in a thread under it; in the direct messages, there."""
    channel = carla.uploads_photo(JPEG, "heridas")
    reply = carla.uploads_photo(JPEG, "heridas", thread=channel.ts)
    direct = carla.tells_vigia(picture=JPEG)
    assert sandbox.settle()
    addresses = {message.provider_id: message.address for message in reception.messages}
    assert addresses == {
        f"{channel.channel}:{channel.ts}": Address(channel.channel, channel.ts),
        f"{reply.channel}:{reply.ts}": Address(channel.channel, channel.ts),
        f"{direct.channel}:{direct.ts}": Address(direct.channel, None),
    }


def test_case_09_several_photos_of_one_message_come_together(
    sandbox: Sandbox, reception: Reception, carla: Clinician, slack: SlackMessenger
) -> None:
    """What was heard is what can be fetched."""
    carla.uploads_photos([JPEG, JPEG + b"2"], "heridas", text="talón &amp; sacro")
    assert sandbox.settle()
    (heard,) = reception.messages
    assert (heard.channel, heard.sender) == (Channel.SLACK, "U0WOUND1")
    assert heard.text == "talón & sacro"
    fetched = [slack.fetch(photo.source, limit=10_000) for photo in heard.attachments]
    assert fetched == [JPEG, JPEG + b"2"]


def test_case_10_vigias_own_posts_and_uploads_are_ignored(
    sandbox: Sandbox, reception: Reception, slack: SlackMessenger
) -> None:
    """Slack tells of those as well."""
    slack.send("row-1", Address("#heridas"), Words("Caso 7K2M"), None)
    own = {"user": BOT_USER, "subtype": "file_share", "files": [{"id": "F1"}]}
    assert sandbox.settle()
    assert sandbox.record.deliveries("slack.event")
    assert reception.messages == []
    assert knock(sandbox, SPOKEN | own | {"bot_id": "B1"}) == 200
    assert reception.messages == []


def test_case_10_an_upload_without_a_bots_mark_is_known_by_who_received_it(
    sandbox: Sandbox, reception: Reception
) -> None:
    """The envelope says under which id we hear, so no call is needed to know ourselves."""
    photo = SPOKEN | {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "image/jpeg"}]}
    assert knock(sandbox, photo | {"user": BOT_USER}) == 200
    assert reception.messages == []
    assert knock(sandbox, photo) == 200
    assert len(reception.messages) == 1


def test_case_11_a_file_of_a_connected_workspace_is_taken_for_a_photo(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """Its event tells no kind: fetching will."""
    post = carla.uploads_photo(JPEG, "heridas", connect=True)
    assert sandbox.settle()
    (heard,) = reception.messages
    (photo,) = heard.attachments
    assert (photo.kind, photo.source) == (AttachmentKind.PHOTO, f"slack-file:{post.files[0]}")


@pytest.mark.parametrize(
    "shown",
    [
        {"mode": "tombstone"},
        {"mode": "hidden_by_limit"},
        {"mode": "file_access", "file_access": "file_not_found"},
        {"mode": "file_access", "file_access": "access_denied"},
    ],
)
def test_case_13_a_file_deleted_before_its_event_is_heard_of(
    sandbox: Sandbox, reception: Reception, shown: dict[str, str]
) -> None:
    """Slack tells no kind of it: in a channel too it may have been the photo."""
    gone = {"id": "F0GONE", **shown}
    event = SPOKEN | {"channel": "C0HERIDAS", "subtype": "file_share", "text": "", "files": [gone]}
    assert knock(sandbox, event) == 200
    (heard,) = reception.messages
    assert heard.address == Address("C0HERIDAS", "1.1")
    assert [one.kind for one in heard.attachments] == [AttachmentKind.GONE]


@pytest.mark.parametrize("kind", ["reaction_added", "team_join", "file_shared", "brand_new"])
def test_case_14_an_event_nobody_subscribed_to_is_acknowledged(
    sandbox: Sandbox, reception: Reception, kind: str
) -> None:
    """Slack would count anything else as a failure of ours."""
    assert knock(sandbox, {"type": kind, "user": "U0WOUND1", "file_id": "F1"}) == 200
    assert reception.messages == []


def test_case_14_a_form_left_without_an_answer_is_acknowledged(
    sandbox: Sandbox, reception: Reception
) -> None:
    """Slack tells of it where it was asked to, and takes a 404 for a failure of ours."""
    left = {"type": "view_closed", "user": {"id": "U0DOCTOR"}, "team": {"id": "T1"}}
    view = {"id": "V1", "type": "modal", "callback_id": "vigia_form_close"}
    body = urlencode({"payload": json.dumps(left | {"view": view})})
    assert post_body(sandbox, body, "application/x-www-form-urlencoded") == 200
    assert reception.messages == []


@pytest.mark.parametrize("subtype", ["message_deleted", "channel_join", "bot_message"])
def test_notices_are_not_messages(sandbox: Sandbox, reception: Reception, subtype: str) -> None:
    """Slack sends them in the same shape."""
    assert knock(sandbox, SPOKEN | {"subtype": subtype}) == 200
    assert reception.messages == []


def _changed(said: dict[str, Any], then: str, **now: Any) -> dict[str, Any]:
    place = {"channel": said["channel"], "ts": "3.1", "hidden": True}
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": {k: v for k, v in said.items() if k != "channel"} | now,
        "previous_message": {k: v for k, v in said.items() if k != "channel"} | {"text": then},
        **place,
    }


def test_an_edit_comes_with_what_was_said_before(sandbox: Sandbox, reception: Reception) -> None:
    """It answers the message itself, so that it finds its case. What Slack changed is no edit."""
    edited = {"edited": {"user": "U0WOUND1", "ts": "2.1"}}
    now = SPOKEN | {"text": "fiebre 39"}
    assert knock(sandbox, _changed(now, "fiebre 36", **edited)) == 200
    assert knock(sandbox, _changed(now, "fiebre 36")) == 200
    assert knock(sandbox, _changed(now, "fiebre 39", **edited)) == 200
    assert knock(sandbox, _changed(now, "fiebre 36", **edited, bot_id="B1")) == 200
    (heard,) = reception.messages
    assert (heard.text, heard.before) == ("fiebre 39", "fiebre 36")
    assert (heard.provider_id, heard.replied_to) == ("D0AAAAAA:1.1:2.1", "1.1")
    assert heard.address == Address("D0AAAAAA", None)


def test_an_edit_in_a_channel_is_in_the_thread_of_its_message(
    sandbox: Sandbox, reception: Reception
) -> None:
    """Where the answers to it stand."""
    photo = {"files": [{"id": "F1", "mimetype": "image/jpeg"}]}
    said = SPOKEN | photo | {"channel": "C0AAAAAA", "text": "fiebre 39"}
    changed = _changed(said, "fiebre 36", edited={"user": "U0WOUND1", "ts": "2.1"})
    assert knock(sandbox, changed) == 200
    (heard,) = reception.messages
    assert (heard.address, heard.attachments) == (Address("C0AAAAAA", "1.1"), ())
    assert heard.replied_to is None


def test_a_reply_in_a_thread_of_a_direct_message_answers_its_root(
    sandbox: Sandbox, reception: Reception
) -> None:
    """In a channel the thread itself says where it belongs."""
    assert knock(sandbox, SPOKEN | {"thread_ts": "0.5"}) == 200
    assert knock(sandbox, SPOKEN | {"thread_ts": "0.5", "channel": "C0AAAAAA"}) == 200
    assert [message.replied_to for message in reception.messages] == ["0.5", None]


def test_words_are_heard_in_every_shape_that_slack_gives_them(
    sandbox: Sandbox, reception: Reception
) -> None:
    """As rich text alone, and as what a person says of themselves (/me)."""
    words = [{"type": "text", "text": "fiebre "}, {"type": "text", "text": "39", "style": {}}]
    lines = [
        {"type": "rich_text_section", "elements": words},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "pus"}]},
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "user", "user_id": BOT_USER}],
                },
            ],
        },
    ]
    rich = {"blocks": [{"type": "rich_text", "elements": lines}], "text": ""}
    assert knock(sandbox, SPOKEN | rich | {"channel": "C0AAAAAA"}) == 200
    assert knock(sandbox, SPOKEN | {"subtype": "me_message"}) == 200
    assert [message.text for message in reception.messages] == ["fiebre 39\npus", "hola"]


@pytest.mark.parametrize(
    ("marked", "typed"),
    [
        (
            "vea <https://guia.cl/lpp|la guía> &lt;hoy&gt;",
            "vea la guía (https://guia.cl/lpp) <hoy>",
        ),
        ("vea <https://guia.cl/lpp>", "vea https://guia.cl/lpp"),
        ("vea <http://guia.cl|guia.cl>", "vea guia.cl"),
        ("llame al <tel:+56912345678|+56 9 1234 5678>", "llame al +56 9 1234 5678"),
        ("a <mailto:ana@h.cl|ana@h.cl> o <mailto:bo@h.cl>", "a ana@h.cl o bo@h.cl"),
        ("<!here> en <#C0AAAAAA|heridas> y <!subteam^S1|@turno>", "@here en #heridas y @turno"),
        ("PA &lt; 90 y FC &gt; 120", "PA < 90 y FC > 120"),
    ],
)
def test_words_arrive_as_they_were_typed(
    sandbox: Sandbox, reception: Reception, marked: str, typed: str
) -> None:
    """What a clinician writes is read on a phone, which knows nothing of Slack's marks."""
    assert knock(sandbox, SPOKEN | {"text": marked}) == 200
    (heard,) = reception.messages
    assert heard.text == typed


def test_a_message_passed_on_to_vigia_comes_with_its_words_and_its_photo(
    sandbox: Sandbox, reception: Reception
) -> None:
    """Not one of Vigia's own, nor the preview of a link, nor what colleagues pass to each other."""
    shared = {
        "is_share": True,
        "author_id": "U0OTHER",
        "text": "fiebre 39",
        "files": [{"id": "F1", "mimetype": "IMAGE/JPEG"}],
    }
    own = shared | {"author_id": BOT_USER}
    preview = shared | {"is_share": False, "is_msg_unfurl": True}
    event = SPOKEN | {"text": "mire", "attachments": [shared, own, preview]}
    assert knock(sandbox, event) == 200
    assert knock(sandbox, event | {"channel": "C0AAAAAA"}) == 200
    (heard,) = reception.messages
    assert heard.text == "mire\nfiebre 39"
    assert [(one.source, one.kind) for one in heard.attachments] == [
        ("slack-file:F1", AttachmentKind.PHOTO)
    ]


def test_what_slack_withheld_is_told(sandbox: Sandbox, reception: Reception) -> None:
    """It is no event of anybody's, and anything but 200 would count as a failure of ours."""
    said = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1518467820}
    assert post_signed(sandbox, said) == 200
    assert reception.withheld == ["1518467820"]


def test_talk_among_colleagues_stays_among_them(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """A channel's words are for Vigia in a thread, with a photo or when it is named."""
    root = carla.types("¿quién cubre la noche?", "heridas")
    carla.types("<@U0DOCTOR> ¿puedes venir?", "heridas")
    carla.mentions_vigia("¿qué hago?", "heridas")
    carla.types("olor fuerte", "heridas", thread=root.ts)
    carla.tells_vigia("hola")
    assert sandbox.settle()
    knock(sandbox, SPOKEN | {"channel": "C0AAAAAA", "files": [{"id": "F1", "mimetype": "a/pdf"}]})
    heard = {message.provider_id: message.text for message in reception.messages}
    assert sorted(heard.values()) == ["hola", "olor fuerte", "¿qué hago?"]


def test_case_22_a_press_is_acknowledged_after_it_is_kept(
    sandbox: Sandbox, reception: Reception, slack: SlackMessenger
) -> None:
    """The press names who, what, and the card."""
    receipt = slack.send("row-1", Address("#emergencias"), Words("Urgente", [BUTTON]), None)
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    answer = doctor.sees(in_channel="emergencias").presses("Tomar el caso")
    assert answer.status == 200
    (press,) = reception.presses
    assert (press.user, press.action, press.value) == ("U0DOCTOR", "vigia_take", "escalation-1")
    assert (press.message, press.channel) == (receipt.provider_id, receipt.place)
    assert press.provider_id == press.trigger_id
    assert sandbox.violations == []


def test_an_opened_home_tab_is_heard_and_the_messages_tab_is_not(
    sandbox: Sandbox, reception: Reception
) -> None:
    """Slack sends the same event for both."""
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    doctor.opens_home()
    assert sandbox.settle()
    event = {"type": "app_home_opened", "user": "U0DOCTOR", "channel": "D0DOCTOR"}
    assert knock(sandbox, event | {"tab": "messages"}) == 200
    assert reception.homes == ["U0DOCTOR"]


def test_a_press_on_the_home_tab_is_on_no_message(
    sandbox: Sandbox, reception: Reception, slack: SlackMessenger
) -> None:
    """It names who and what; a press inside a form is not taken."""
    slack.publish_home("U0DOCTOR", {"type": "home", "blocks": [BUTTON]})
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    answer = doctor.presses_home("Tomar el caso")
    assert answer.status == 200
    (press,) = reception.presses
    assert (press.user, press.action, press.value) == ("U0DOCTOR", "vigia_take", "escalation-1")
    assert press.on_home
    assert sandbox.violations == []


def test_a_command_is_answered_to_its_person_alone(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """In the acknowledgement itself, where it was typed."""
    answer = carla.commands("/vigia", " caso 7K2M ", "heridas")
    assert answer.status == 200
    (command,) = reception.commands
    assert (command.user, command.text) == ("U0WOUND1", "caso 7K2M")
    assert command.provider_id
    assert command.response_url.startswith(f"{sandbox.base_url}/slack/actions/")
    carla.sees_only_me("caso 7K2M: anotado")
    assert sandbox.violations == []


def test_the_shortcut_brings_the_message_as_if_that_person_had_posted_it(
    sandbox: Sandbox, reception: Reception, carla: Clinician
) -> None:
    """Its words, its photo and its thread; not the photos of an app."""
    stranger = sandbox.clinician("U0STRANGER", "Iván Paz")
    post = stranger.uploads_photo(JPEG, "heridas", text="sacro &amp; talón")
    reply = stranger.types("sin foto", "heridas", thread=post.ts)
    assert carla.points_at(post).ok
    assert carla.points_at(reply).ok
    photo, words = reception.pointed
    assert (photo.sender, photo.text) == ("U0WOUND1", "sacro & talón")
    assert photo.address == Address(post.channel, post.ts)
    assert [one.source for one in photo.attachments] == [f"slack-file:{post.files[0]}"]
    assert (words.address, words.attachments) == (Address(post.channel, post.ts), ())
    assert photo.provider_id != words.provider_id
    assert (photo.addressed, words.addressed) == (True, True)


def test_what_vigia_posted_itself_is_no_new_photo(
    sandbox: Sandbox, reception: Reception, carla: Clinician, slack: SlackMessenger
) -> None:
    """An outline that is pointed at must not become a case of its own."""
    slack.send("row-1", Address("#heridas"), Words("contorno"), Picture(JPEG, "row-1.jpg"))
    assert carla.points_at(carla.sees("contorno", in_channel="heridas")).ok
    (pointed,) = reception.pointed
    assert pointed.attachments == ()
