"""docs/slack-manifest.yaml asks Slack for what the code uses, and for nothing else."""

import re
from typing import Any

import pytest
import yaml

from bot.channels.slack import bolt
from bot.doctor import NEEDED_SCOPES
from bot.settings import CHECKOUT
from bot.web.sandbox import SandboxSettings
from bot.web.sandbox.slack.api import SCOPES

ADDRESS = "https://vigia.example.org/webhooks/slack"


@pytest.fixture
def manifest() -> dict[str, Any]:
    return yaml.safe_load((CHECKOUT / "docs" / "slack-manifest.yaml").read_text("utf-8"))


def test_the_scopes_are_the_doctors_and_the_sandboxs(manifest: dict[str, Any]) -> None:
    """What is asked for at the install is what is checked later, and what tests are held to."""
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert asked == sorted(set(asked))
    assert set(asked) == NEEDED_SCOPES == set(SandboxSettings().scopes)


def test_every_method_that_is_called_has_its_scope(manifest: dict[str, Any]) -> None:
    """By the sandbox's table of methods, which refuses a call without the scope."""
    sources = [*(CHECKOUT / "bot/channels/slack").glob("*.py"), CHECKOUT / "bot/doctor.py"]
    code = "".join(source.read_text("utf-8") for source in sources)
    called = {name.replace("_", ".", 1) for name in re.findall(r"client\.([a-z]+_\w+)", code)}
    assert {"chat.postMessage", "conversations.members", "files.completeUploadExternal"} <= called
    needed = {SCOPES[method] for method in called if method in SCOPES}
    assert needed <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_the_events_are_those_that_are_heard(manifest: dict[str, Any]) -> None:
    """No event is left out, and none comes for nothing."""
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == {*bolt.SPOKEN, bolt.HOME_OPENED}


def test_the_command_and_the_shortcut_are_those_that_are_answered(
    manifest: dict[str, Any],
) -> None:
    """By name, and the sandbox plays the same ones."""
    features, sandbox = manifest["features"], SandboxSettings()
    (command,), (shortcut,) = features["slash_commands"], features["shortcuts"]
    assert command["command"] == bolt.COMMAND == sandbox.command
    assert shortcut["type"] == "message"
    assert shortcut["callback_id"] == bolt.SHORTCUT
    assert (shortcut["callback_id"], shortcut["name"]) == sandbox.shortcut
    assert len(shortcut["name"]) <= 24
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_everything_comes_to_one_address(manifest: dict[str, Any]) -> None:
    """The one that the guide says to replace."""
    settings = manifest["settings"]
    assert settings["interactivity"] == {"is_enabled": True, "request_url": ADDRESS}
    assert settings["event_subscriptions"]["request_url"] == ADDRESS
    assert manifest["features"]["slash_commands"][0]["url"] == ADDRESS
