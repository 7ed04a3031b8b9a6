"""`vigia whatsapp-templates` makes what the chat needs, and the doctor sees that it stands."""

import io
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from bot.__main__ import vigia
from bot.doctor import examine
from tests.journeys.conftest import Ward

Command = Callable[..., str]


@pytest.fixture
def command(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> Command:
    for name, value in ward.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("VIGIA_WHATSAPP_TEMPLATES")
    return lambda *words: CliRunner().invoke(vigia, ["whatsapp-templates", *words]).output


def _doctor(ward: Ward, setting: str) -> str:
    out = io.StringIO()
    examine(ward.environ | {"VIGIA_WHATSAPP_TEMPLATES": setting}, out)
    return next(line for line in out.getvalue().splitlines() if "WhatsApp templates" in line)


def test_the_command_prints_the_setting_and_the_state_of_each(ward: Ward, command: Command) -> None:
    """Asked twice it makes nothing twice, and the doctor agrees with its line."""
    assert "unsubmitted" in command()
    submitted = command("--submit")
    assert "received" in submitted
    said = command()
    assert "approved" in said
    assert "needs no approval" in said
    assert "unsubmitted" not in said
    (line,) = [one for one in said.splitlines() if one.startswith("VIGIA_WHATSAPP_TEMPLATES=")]
    assert submitted.endswith(line + "\n")
    setting = line.partition("=")[2]
    assert _doctor(ward, setting) == "ok       WhatsApp templates"
    assert "vigia whatsapp-templates prints" in _doctor(ward, setting.partition(",")[2])
    assert ward.sandbox.violations == []


def test_when_twilio_does_not_answer_the_command_says_what_to_do(
    ward: Ward, command: Command
) -> None:
    """No stack of code, no token."""
    ward.sandbox.faults.always("contents.list", status=503)
    said = command()
    assert "Twilio did not do it (http_503). What was made before stays; run it again." in said
    assert ward.environ["TWILIO_AUTH_TOKEN"] not in said
    assert "Content API does not answer" in _doctor(ward, "")
