"""The doctor names what is missing and where to get it, and prints no secret."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.staff import Language, Role
from bot.doctor import examine
from bot.settings import CHECKOUT
from bot.store.staff_rows import enrol
from bot.web.sandbox import Sandbox
from tests.hospital import open_hospital
from tests.journeys.conftest import Ward


def _examine(ward: Ward, **changes: str) -> tuple[int, str]:
    out = io.StringIO()
    return examine(ward.environ | changes, out), out.getvalue()


def test_missing_settings_are_listed_together() -> None:
    """One run shows everything that has to be set."""
    out = io.StringIO()
    assert examine({}, out) == 1
    for name in ("PUBLIC_URL", "SLACK_BOT_TOKEN", "TWILIO_AUTH_TOKEN", "VIGIA_SECRET_KEY"):
        assert name in out.getvalue()


def test_a_furnished_house_is_well(ward: Ward) -> None:
    """With everything in place only the plain http address of this machine is left to mend."""
    _furnish(ward)
    code, said = _examine(ward, VIGIA_ADMIN_PASSWORD_HASH="scrypt:hash")
    missing = [line for line in said.splitlines() if line.startswith("missing")]
    assert len(missing) == 1, said
    assert "https" in missing[0]
    assert code == 1


def test_who_is_named_in_a_channel_has_to_be_in_it(ward: Ward) -> None:
    """A card in a private channel is seen by its members alone. Told beside the doctor in an
    emergency, the charge nurse needs that channel too."""
    _furnish(ward)
    for name in ("emergencias", "riesgo-alto"):
        ward.sandbox.workspace.leave("U0CHARGENURSE", name)
    _, said = _examine(ward)
    for name in ("emergencias", "riesgo-alto"):
        absent = f"missing  people whom cards name in #{name}: invite charge_nurse"
        assert absent in said
    assert "ok       people whom cards name in #equipo-medico" in said


def test_a_protocol_that_cannot_be_read_is_named(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions stay without an answer until it is mended; nothing else stops."""
    monkeypatch.setenv("VIGIA_PROTOCOLS_DIR", str(tmp_path))
    assert "ok       protocols can be read" in _examine(ward)[1]
    (tmp_path / "caídas.pdf.json").write_text("{")
    assert "missing  protocols can be read: caídas.pdf.json" in _examine(ward)[1]


def _furnish(ward: Ward) -> None:
    with ward.house.store.transaction(ward.house.clock()) as tx:
        for role in (Role.CHARGE_NURSE, Role.SUPERVISOR):
            slack = f"U0{role.name}".replace("_", "")
            enrol(
                tx,
                name=role,
                role=role,
                language=Language.ES,
                phone=None,
                slack_user=slack,
                actor="test",
            )
            ward.sandbox.workspace.join(slack, role)


def test_wrong_credentials_are_named_and_not_printed(ward: Ward) -> None:
    """A wrong token is told as Slack's or Twilio's, and never shown."""
    code, said = _examine(ward, SLACK_BOT_TOKEN="xoxb-wrong", TWILIO_AUTH_TOKEN="wrong-token")
    assert code == 1
    assert "missing  Slack bot token" in said
    assert "missing  Twilio account and token" in said
    assert "xoxb-wrong" not in said
    assert "wrong-token" not in said


def test_a_missing_scope_is_named(ward: Ward) -> None:
    """So that the admin adds that one and installs the app again."""
    kept = tuple(scope for scope in ward.sandbox.settings.scopes if scope != "commands")
    poor = Sandbox(replace(ward.sandbox.settings, scopes=kept))
    with poor.running():
        _, said = _examine(ward, SLACK_API_BASE=poor.slack_api_base)
    assert "missing  Slack scopes: add commands under OAuth & Permissions" in said


def test_the_model_that_words_answers_is_asked_whether_it_is_there(ward: Ward) -> None:
    """Only where the site wants one; its key is never shown."""
    assert "model that words answers" not in _examine(ward)[1]
    with open_hospital("") as peer:
        chosen = peer.environ | {"VIGIA_PHRASING": "medgemma"}
        assert "ok       model that words answers" in _examine(ward, **chosen)[1]
        other = _examine(ward, **chosen | {"VIGIA_MEDGEMMA": "someone/else"})[1]
        assert "missing  model that words answers: VIGIA_MEDGEMMA is not among" in other
        refused = _examine(ward, **chosen | {"VIGIA_MEDGEMMA_KEY": "guessed"})[1]
        assert "the server said http_401" in refused
        assert "guessed" not in refused
    code, said = _examine(ward, VIGIA_PHRASING="medgemma")
    assert code == 1
    assert "missing  VIGIA_MEDGEMMA_URL" in said


def test_a_command_on_a_database_that_was_never_made_says_what_to_do(tmp_path: Path) -> None:
    """A sentence with the remedy, and no traceback."""
    environ = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.db",
        "VIGIA_SECRET_KEY": "k" * 32,
    }
    said = subprocess.run(
        [sys.executable, "-m", "bot", "audit", "verify"],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1
    assert "Run vigia migrate" in said.stderr
    assert "Traceback" not in said.stderr
