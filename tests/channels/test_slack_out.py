import json
import logging
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot.actions.home import MOST_HELD, MOST_SENT, MOST_WAITING
from bot.channels.slack.messenger import SlackMessenger
from bot.channels.wording import Wording
from bot.core.assessment import Category, Tissue
from bot.core.deed import Deed, Form
from bot.core.label import Closing
from bot.core.permissions import SIGHTS, Sight
from bot.core.ports import Address, FetchFailed, Picture, Receipt, SendFailed, Words
from bot.core.staff import Language, Role
from bot.settings import CHECKOUT
from bot.web.sandbox import Sandbox, SandboxSettings
from bot.web.sandbox.slack.blocks import fault_in_view
from tests.channels.reception import JPEG

SCHEMAS = Path(os.environ.get("VENDOR_SCHEMAS", "nowhere"))
DANGER = Words(
    "Caso 7K2M: urgente",
    [{"type": "section", "text": {"type": "mrkdwn", "text": "*Caso 7K2M*: urgente"}}],
)
EMERGENCIES = Address("#emergencias")
OVERLAY = Picture(JPEG, "row-1.jpg")


def failure(slack: SlackMessenger, to: Address = EMERGENCIES) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        slack.send("row-1", to, DANGER, None)
    assert str(failed.value) == failed.value.reason
    assert failed.value.__cause__ is None
    return failed.value


def posts(sandbox: Sandbox, channel: str = "emergencias") -> list[str]:
    return [post.text for post in sandbox.workspace.posts(sandbox.workspace.channel(channel).id)]


def test_a_card_reaches_its_channel(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """The receipt names the channel's id, which later calls need."""
    receipt = slack.send("row-1", EMERGENCIES, DANGER, None)
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    seen = doctor.sees("urgente", in_channel="emergencias")
    assert receipt == Receipt(seen.ts, sandbox.workspace.channel("emergencias").id)
    assert sandbox.violations == []


def test_case_22_a_card_changes_in_place(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """The message keeps its timestamp, and its key."""
    sent = slack.send("row-1", EMERGENCIES, DANGER, None)
    since = datetime.now(UTC)
    rewritten = slack.replace("row-2", EMERGENCIES, sent, Words("Caso 7K2M: lo tiene Carla"))
    assert posts(sandbox) == ["Caso 7K2M: lo tiene Carla"]
    assert rewritten.provider_id != sent.provider_id
    assert slack.find("row-1", EMERGENCIES, DANGER, None, since) == sent
    assert sandbox.violations == []


def test_case_25_a_refusal_is_told_to_one_person_alone(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """Nobody else sees it."""
    channel = sandbox.workspace.channel("emergencias").id
    slack.tell_only("U0DOCTOR", channel, "Solo médicos pueden tomar este caso.")
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    assert doctor.sees_only_me("Solo médicos")
    assert sandbox.clinician("U0WOUND1", "Carla Soto").screen("emergencias") == []


def test_case_15_429_says_how_long_to_wait(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """The wait is Slack's; another channel is not touched by it."""
    sandbox.faults.next("chat.postMessage", rate_limited=9, subject="emergencias")
    failed = failure(slack)
    assert (failed.permanent, failed.unknown, failed.retry_after) == (False, False, 9)
    slack.send("row-2", Address("#especialistas"), DANGER, None)
    assert posts(sandbox, "especialistas") == [DANGER.text]


def test_case_16_a_message_whose_answer_was_lost_is_found_and_posted_once(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """The library must not post again by itself, and the key finds what was posted."""
    started = datetime.now(UTC)
    sandbox.faults.next("chat.postMessage", drop_after_commit=True)
    failed = failure(slack)
    assert (failed.permanent, failed.unknown) == (False, True)
    found = slack.find("row-1", EMERGENCIES, DANGER, None, started)
    assert found is not None
    assert posts(sandbox) == [DANGER.text]
    assert slack.find("row-2", EMERGENCIES, DANGER, None, started) is None
    assert sandbox.violations == []


def test_case_16_in_a_thread_too(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """A reply is looked for among the replies."""
    started = datetime.now(UTC)
    root = slack.send("row-0", EMERGENCIES, DANGER, None)
    assert root.place
    thread = Address(root.place, root.provider_id)
    sandbox.faults.next("chat.postMessage", drop_after_commit=True)
    assert failure(slack, thread).unknown
    found = slack.find("row-1", thread, DANGER, None, started)
    assert found is not None
    assert found.provider_id != root.provider_id


def test_case_16_to_a_person_too(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """A person's id is no conversation's: the direct message is looked for where it stands."""
    started = datetime.now(UTC)
    sandbox.faults.next("chat.postMessage", drop_after_commit=True)
    assert failure(slack, Address("U0DOCTOR")).unknown
    assert slack.find("row-1", Address("U0DOCTOR"), DANGER, None, started) is not None
    assert sandbox.violations == []


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"error": "internal_error"}, {"error": "fatal_error"}, {"html": True}],
)
def test_case_17_slacks_own_failures_leave_doubt(
    sandbox: Sandbox, slack: SlackMessenger, fault: dict[str, object]
) -> None:
    """Try again, after looking; what Slack said stays behind."""
    sandbox.faults.next("chat.postMessage", **fault)  # type: ignore[arg-type]
    failed = failure(slack)
    assert (failed.permanent, failed.unknown) == (False, True)
    assert "<" not in failed.reason


def test_case_18_what_cannot_succeed_is_not_tried_again(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """Slack's own code is the reason, so that an admin can act on it."""
    assert failure(slack, Address("#no-such-channel")).reason == "channel_not_found"
    assert failure(slack, Address("C0NOTTHERE")).permanent
    sandbox.workspace.archive("riesgo-alto")
    assert failure(slack, Address("#riesgo-alto")).reason == "is_archived"
    sandbox.workspace.remove_bot("sistema-alertas")
    assert failure(slack, Address("#sistema-alertas")).reason == "not_in_channel"
    stranger = SlackMessenger(bot_token="xoxb-revoked", api_base=sandbox.slack_api_base)
    failed = failure(stranger)
    assert (failed.reason, failed.permanent) == ("invalid_auth", True)


def test_a_refused_connection_leaves_no_doubt() -> None:
    """Nothing listens: nothing was sent."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        failed = failure(SlackMessenger(bot_token="xoxb-1", api_base=nobody))
    assert (failed.reason, failed.permanent, failed.unknown) == ("unreachable", False, False)


@pytest.mark.slow
def test_case_16_a_timeout_leaves_doubt(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """Slack took it and answered too late."""
    sandbox.faults.next("chat.postMessage", delay_after_commit=60)
    assert failure(slack).unknown
    assert posts(sandbox) == [DANGER.text]


def test_case_21_the_overlay_lands_in_the_thread(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """The picture stands under the nurse's photo, with its words."""
    nurse = sandbox.clinician("U0NURSE1", "Ana Rojas")
    photo = nurse.uploads_photo(JPEG, "heridas")
    slack.send("row-1", Address(photo.channel, photo.ts), Words("Lo que vi"), OVERLAY)
    seen = nurse.sees("Lo que vi", in_channel="heridas")
    assert (seen.picture, seen.thread) == (JPEG, photo.ts)
    assert sandbox.violations == []


def test_a_picture_is_described_to_whoever_cannot_see_it(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """By its words as they are read, without marks, cut at Slack's thousand characters; a sound is
    not."""
    doctor = sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz")
    said = Words("*Contorno* &amp; categoría III &gt;99 %. " + "y más " * 200)
    slack.send("row-1", EMERGENCIES, said, OVERLAY)
    (shown,) = doctor.sees("Contorno", in_channel="emergencias").files
    assert shown.alt_txt.startswith("Contorno & categoría III >99 %. y más")
    assert len(shown.alt_txt) == 1000
    assert shown.title.startswith("Contorno & categoría III >99 %. y más")
    slack.send("row-2", EMERGENCIES, Words("Nota de voz"), Picture(b"#!AMR\n1", "row-2.amr"))
    (heard,) = doctor.sees("Nota de voz", in_channel="emergencias").files
    assert heard.alt_txt == ""
    assert sandbox.violations == []


@pytest.mark.parametrize("to", ["#heridas", "U0NURSE1"])
def test_case_21_an_overlay_finds_a_channel_by_name_and_a_person(
    sandbox: Sandbox, slack: SlackMessenger, to: str
) -> None:
    """Uploads take ids alone; names are asked for once."""
    for row in ("row-1", "row-2"):
        receipt = slack.send(row, Address(to), Words("Lo que vi"), replace(OVERLAY, filename=row))
    assert receipt.place in {channel.id for channel in sandbox.workspace.channels()}
    asked = [*sandbox.record.requests("conversations.list")]
    asked += sandbox.record.requests("conversations.open")
    assert len(asked) == 1
    assert sandbox.violations == []


def test_case_21_an_overlay_whose_answer_was_lost_is_found_by_its_file(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """The file's name carries the key."""
    nurse = sandbox.clinician("U0NURSE1", "Ana Rojas")
    photo = nurse.uploads_photo(JPEG, "heridas")
    thread, started = Address(photo.channel, photo.ts), datetime.now(UTC)
    sandbox.faults.next("files.completeUploadExternal", drop_after_commit=True)
    with pytest.raises(SendFailed) as failed:
        slack.send("row-1", thread, Words("Lo que vi"), OVERLAY)
    assert failed.value.unknown
    found = slack.find("row-1", thread, Words("Lo que vi"), OVERLAY, started)
    assert found is not None
    assert found.provider_id == nurse.sees("Lo que vi", in_channel="heridas").ts


def test_an_upload_that_failed_halfway_shows_nothing(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """The bytes did not arrive: no doubt, and a second attempt works."""
    sandbox.faults.next("slack.upload", drop=True)
    with pytest.raises(SendFailed) as failed:
        slack.send("row-1", EMERGENCIES, Words("Lo que vi"), OVERLAY)
    assert (failed.value.permanent, failed.value.unknown) == (False, False)
    slack.send("row-1", EMERGENCIES, Words("Lo que vi"), OVERLAY)
    assert posts(sandbox) == ["Lo que vi"]


def source_of(sandbox: Sandbox, *, connect: bool = False) -> str:
    nurse = sandbox.clinician("U0NURSE1", "Ana Rojas")
    return "slack-file:" + nurse.uploads_photo(JPEG, "heridas", connect=connect).files[0]


@pytest.mark.parametrize("connect", [False, True])
def test_case_11_a_photo_is_fetched_through_files_info(
    sandbox: Sandbox, slack: SlackMessenger, connect: bool
) -> None:
    """Also when a connected workspace told us the id alone."""
    assert slack.fetch(source_of(sandbox, connect=connect), limit=10_000) == JPEG
    assert len(sandbox.record.requests("files.info")) == 1
    assert sandbox.violations == []


def unfetched(slack: SlackMessenger, source: str, limit: int = 10_000) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        slack.fetch(source, limit=limit)
    return failed.value


def test_case_12_a_login_page_is_a_missing_scope(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """Without files:read Slack answers 200 and HTML: an admin's matter, not the nurse's."""
    sandbox.faults.next("slack.download", html=True)
    failed = unfetched(slack, source_of(sandbox))
    assert (failed.reason, failed.permanent) == ("missing_scope", True)


def test_case_13_a_photo_deleted_before_we_looked_is_missing(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """The nurse deleted it: trying again cannot help."""
    source = source_of(sandbox)
    file = sandbox.workspace.file(source.removeprefix("slack-file:"))
    assert file
    sandbox.workspace.put_file(replace(file, deleted=True, content=b""))
    for gone in (source, "slack-file:F0NOTTHERE"):
        failed = unfetched(slack, gone)
        assert (failed.reason, failed.permanent) == ("photo_missing", True)


def test_a_photo_is_tried_again_after_slacks_failure(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """A wait, a server's failure, a cut connection: all pass."""
    source = source_of(sandbox)
    sandbox.faults.next("files.info", rate_limited=4)
    assert unfetched(slack, source).retry_after == 4
    sandbox.faults.next("slack.download", status=503)
    assert not unfetched(slack, source).permanent
    sandbox.faults.next("slack.download", drop=True)
    assert not unfetched(slack, source).permanent
    assert unfetched(slack, source, limit=10).reason == "image_too_large"
    slack.forget(source)
    assert slack.fetch(source, limit=10_000) == JPEG


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_case_19_what_is_sent_passes_the_vendors_schema(
    sandbox: Sandbox, slack: SlackMessenger, method: str
) -> None:
    """The arguments as they arrived, against Slack's published schema."""
    name = "".join(part[0].upper() + part[1:] for part in method.split("."))
    schema = SCHEMAS / f"{name}Arguments.schema.json"
    if not schema.exists():
        pytest.skip("VENDOR_SCHEMAS does not name a folder with Slack's published schemas")
    sent = slack.send("row-1", EMERGENCIES, DANGER, None)
    slack.replace("row-2", EMERGENCIES, sent, DANGER)
    arguments = dict(sandbox.record.requests(method)[0].arguments)
    for named in ("unfurl_links", "unfurl_media"):
        if named in arguments:
            arguments[named] = str(arguments[named]).lower() in ("1", "true")
    for named in ("blocks", "metadata"):
        if isinstance(arguments.get(named), str):
            arguments[named] = json.loads(arguments[named])
    arguments.pop("token", None)
    jsonschema.validate(arguments, json.loads(schema.read_text()))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("deed", [Deed.CORRECT, Deed.MESSAGE, Deed.HAND_OVER, Deed.CLOSE])
def test_case_19_every_form_passes_the_vendors_schema(deed: Deed, language: Language) -> None:
    """As it is opened, in both languages, by the SDK's models and Slack's published schema."""
    facts = {
        "code": "7K2M",
        "categories": list(Category),
        "tissues": list(Tissue),
        "closings": list(Closing),
        "colleagues": [
            {"role": role, "part": part, "people": [{"id": "1", "name": "A & <B>", "role": role}]}
            for part, role in enumerate((Role.WOUND_NURSE, Role.PHYSICIAN), 1)
        ],
    }
    view = Wording(CHECKOUT / "templates").form(Form(deed, "e1", language, facts), "{}")
    passes(view, "ModalView")


@pytest.mark.parametrize("length", [60, 62, 200])
def test_a_long_name_does_not_keep_the_form_of_a_hand_over_shut(length: int) -> None:
    """One colleague's name and role may be longer than Slack's 75 characters for an option."""
    one = {"id": "1", "name": "A" * length, "role": Role.PHYSICIAN}
    group = {"role": None, "part": 1, "people": [one]}
    form = Form(Deed.HAND_OVER, "e1", Language.ES, {"code": "7K2M", "colleagues": [group]})
    view: dict[str, Any] = Wording(CHECKOUT / "templates").form(form, "{}")
    (option,) = view["blocks"][0]["element"]["option_groups"][0]["options"]
    assert len(option["text"]["text"]) <= 75
    passes(view, "ModalView")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("role", [None, *Role])
def test_case_19_every_home_tab_passes_the_vendors_schema(
    sandbox: Sandbox, slack: SlackMessenger, role: Role | None, language: Language
) -> None:
    """For each role, full and empty, and Slack's stand-in takes it."""
    full = [
        case("waiting", take=True),
        case("waiting"),
        case("exhausted", overdue=True),
        case("acknowledged"),
    ]
    for cases, more in ((full, 3), ([], 0)):
        part = {"cases": cases, "count": len(cases) + more, "more": more}
        sights = SIGHTS[role] if role else frozenset()
        facts = {
            "name": "Bruno & <Díaz>",
            "role": role,
            "at": "2026-11-24T03:00:00+00:00",
            "queues": QUEUES if Sight.QUEUES in sights else None,
            "waiting": part if Sight.WARD in sights else None,
            "held": part if Sight.HELD in sights else None,
            "sent": part if Sight.SENT in sights else None,
        }
        view = Wording(CHECKOUT / "templates").home(facts, language, slack.workspace_url())
        passes(view, "HomeView")
        slack.publish_home("U0DOCTOR", view)
    assert sandbox.violations == []


def test_the_fullest_home_tab_fits(sandbox: Sandbox, slack: SlackMessenger) -> None:
    """A supervisor with everything there is stays below Slack's hundred blocks."""
    facts: dict[str, object] = {
        "name": "Elena",
        "role": Role.SUPERVISOR,
        "at": "2026-11-24T03:00:00+00:00",
        "queues": QUEUES,
    }
    for name, most in (("waiting", MOST_WAITING), ("held", MOST_HELD), ("sent", MOST_SENT)):
        facts[name] = {"cases": [case("waiting", take=True)] * most, "count": 99, "more": 99 - most}
    view = Wording(CHECKOUT / "templates").home(facts, Language.ES, slack.workspace_url())
    passes(view, "HomeView")
    slack.publish_home("U0DOCTOR", view)
    assert sandbox.violations == []


def passes(view: dict[str, Any], kind: str) -> None:
    View(**view).validate_json()
    assert fault_in_view(view) is None
    schema = SCHEMAS / f"{kind}.schema.json"
    if schema.exists():
        jsonschema.validate(view, json.loads(schema.read_text()))


def case(state: str, *, take: bool = False, overdue: bool = False) -> dict[str, object]:
    return {
        "code": "7K2M",
        "status": "awaiting_person",
        "urgency": "emergency",
        "opened_at": "2026-11-24T03:00:00+00:00",
        "patient": "P-12",
        "site": "sacrum",
        "words": "quiero hablar con una persona" if overdue else None,
        "place": "C0HERIDAS",
        "ts": "1700000000.000100",
        "escalation": "e1",
        "state": state,
        "overdue": overdue,
        "held": state == "waiting" and not take,
        "due_at": "2026-11-24T03:05:00+00:00",
        "role": "physician",
        "beside": ["charge_nurse"],
        "handed_to": None,
        "next_role": "supervisor" if take else None,
        "taken_by": "Carla" if state == "acknowledged" else None,
        "mine": False,
        "taken_at": "2026-11-24T03:02:00+00:00" if state == "acknowledged" else None,
        "take": take,
    }


QUEUES = {
    "open": 2,
    "overdue": 1,
    "unsent": 3,
    "oldest_unsent": "2026-11-24T03:00:00+00:00",
    "pending_photos": 0,
}


def test_a_link_to_a_message_is_the_one_that_slack_gives(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """The home tab makes its links from the workspace's address, without asking for each."""
    sent = slack.send("row-1", EMERGENCIES, DANGER, None)
    facts = {
        "name": "Bruno",
        "role": Role.PHYSICIAN,
        "at": "2026-11-24T03:00:00+00:00",
        "queues": None,
        "held": None,
        "sent": None,
        "waiting": {
            "cases": [case("waiting") | {"place": sent.place, "ts": sent.provider_id}],
            "count": 1,
            "more": 0,
        },
    }
    view = Wording(CHECKOUT / "templates").home(facts, Language.ES, slack.workspace_url())
    client = WebClient(token=sandbox.settings.bot_token, base_url=sandbox.slack_api_base)
    given = client.chat_getPermalink(channel=sent.place or "", message_ts=sent.provider_id)
    assert json.dumps(given["permalink"]) in json.dumps(view)


@pytest.mark.parametrize("error", ["not_enabled", "user_not_found"])
def test_a_home_that_slack_refuses_for_good_is_not_tried_again(
    sandbox: Sandbox, slack: SlackMessenger, error: str
) -> None:
    """Slack's own word is the reason; a slow-down says how long."""
    view: dict[str, object] = {"type": "home", "blocks": []}
    sandbox.faults.next("views.publish", error=error)
    with pytest.raises(SendFailed) as failed:
        slack.publish_home("U0DOCTOR", view)
    assert (failed.value.reason, failed.value.permanent) == (error, True)
    sandbox.faults.next("views.publish", rate_limited=9)
    with pytest.raises(SendFailed) as slow:
        slack.publish_home("U0DOCTOR", view)
    assert (slow.value.permanent, slow.value.retry_after) == (False, 9)


def command_url(sandbox: Sandbox) -> str:
    return sandbox.desk._response_url("U0DOCTOR", sandbox.workspace.channel("heridas").id, None)


def test_a_command_is_answered_where_it_was_typed_until_slack_takes_no_more(
    sandbox: Sandbox, slack: SlackMessenger
) -> None:
    """To that person alone, five times; an address of another host is not touched."""
    url = command_url(sandbox)
    assert [slack.answer_command(url, DANGER) for _ in range(6)] == [True] * 5 + [False]
    sandbox.clinician("U0DOCTOR", "Dr. Bruno Díaz").sees_only_me("urgente")
    assert [violation.code for violation in sandbox.violations] == ["used_url"]
    assert not slack.answer_command("http://127.0.0.1:9/slack/actions/x", DANGER)
    assert not slack.answer_command("https://hooks.slack.com.example.org/x", DANGER)


def test_an_answer_to_a_command_that_slack_does_not_take_now_is_tried_again(
    sandbox: Sandbox, slack: SlackMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    """As late as Slack says; and the address, which is a secret, stands in no error and no log."""
    caplog.set_level(logging.DEBUG)
    url, faults = command_url(sandbox), sandbox.faults
    faults.next("response_url", rate_limited=9)
    faults.next("response_url", status=503)
    faults.next("response_url", drop=True)
    told = []
    for _ in range(3):
        with pytest.raises(SendFailed) as failed:
            slack.answer_command(url, DANGER)
        assert not failed.value.permanent
        assert failed.value.__cause__ is None
        told.append((failed.value.reason, failed.value.unknown, failed.value.retry_after))
    assert told == [
        ("rate_limited", False, 9),
        ("http_503", True, None),
        ("dropped", True, None),
    ]
    secret = url.rpartition("/")[2]
    ours = [record for record in caplog.records if not record.name.startswith("werkzeug")]
    assert [r.name for r in ours if secret in r.getMessage()] == []


def test_case_51_failures_leave_nothing_in_the_logs(
    sandbox: Sandbox, slack: SlackMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK would print what it sent and what Slack answered."""
    caplog.set_level(logging.DEBUG)
    sandbox.faults.next("chat.postMessage", html=True)
    failure(slack)
    sandbox.faults.next("chat.postMessage", drop=True)
    failure(slack)
    ours = [record for record in caplog.records if not record.name.startswith("werkzeug")]
    assert [r.getMessage() for r in ours if "7K2M" in r.getMessage()] == []
    assert [r.getMessage() for r in ours if "xoxb" in r.getMessage()] == []


def test_without_files_read_no_photo_is_fetched() -> None:
    """The stand-in, like Slack, hands out a login page."""
    scopes = tuple(s for s in SandboxSettings().scopes if s != "files:read")
    poor = Sandbox(SandboxSettings(scopes=scopes))
    with poor.running():
        slack = SlackMessenger(bot_token=poor.settings.bot_token, api_base=poor.slack_api_base)
        assert unfetched(slack, source_of(poor)).reason == "missing_scope"
