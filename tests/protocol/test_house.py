"""The cases that only the whole house can show, with every worker stopped."""

import json
import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from bot.core.inbound import DeliveryState
from bot.core.message import MessageKind, OutboxStatus, after_report
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.said_rows import message_by_id
from tests.journeys.conftest import NURSE, Ward, eventually
from tests.promptness import within_promise


def count(ward: Ward, table: str) -> int:
    with ward.house.store.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0)


def slack_message(
    ward: Ward, retry: int = 0, *, signed: bool = True, **of: object
) -> requests.Response:
    event: dict[str, object] = {
        "type": "message",
        "user": "U0NURSE1",
        "text": "el paciente está con fiebre y confuso",
        "channel": "D0AAAAAA",
        "channel_type": "im",
        "ts": "1790000000.000100",
    } | of
    body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event})
    stamp = str(int(time.time()))
    signer = SignatureVerifier(ward.environ["SLACK_SIGNING_SECRET"] if signed else "not theirs")
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signer.generate_signature(timestamp=stamp, body=body)),
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    return requests.post(
        f"{ward.environ['PUBLIC_URL']}/webhooks/slack", data=body, headers=headers, timeout=60
    )


def twilio_knock(ward: Ward, path: str, **form: str) -> requests.Response:
    url = ward.environ["PUBLIC_URL"] + path
    signature = RequestValidator(ward.environ["TWILIO_AUTH_TOKEN"]).compute_signature(url, form)
    return requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=60)


def whatsapp_message(ward: Ward, sid: str, query: str = "") -> requests.Response:
    return twilio_knock(
        ward,
        f"/webhooks/whatsapp{query}",
        MessageSid=sid,
        From=f"whatsapp:{NURSE}",
        Body="el paciente está con fiebre y confuso",
        NumMedia="0",
    )


def test_case_02_what_has_not_the_form_of_a_signature_is_refused(ward: Ward) -> None:
    """Whoever knocks with rubbish is turned away like anybody else: no error of ours."""
    url = f"{ward.environ['PUBLIC_URL']}/webhooks/slack"
    stamp = str(int(time.time()))
    for time_said, signature in (
        ("", "v0=1"),
        ("soon", "v0=1"),
        ("1e9", "v0=1"),
        ("9" * 400, "v0=1"),
        (stamp, "v0=é"),
    ):
        headers = {
            "X-Slack-Request-Timestamp": time_said,
            "X-Slack-Signature": signature.encode(),
        }
        answer = requests.post(url, data="{}", headers=headers, timeout=60)
        assert answer.status_code == 401, time_said
    assert count(ward, "inbound") == 0


def test_what_slack_signed_and_nobody_can_read_is_told_to_the_admins(ward: Ward) -> None:
    """Once an hour, and only if it is Slack's: nurses may be waiting for an answer."""
    hours = {ward.house.clock().hour}
    for unreadable in ({"ts": "nan"}, {"files": [{}]}):
        assert slack_message(ward, signed=False, **unreadable).status_code == 401
    assert count(ward, "outbox") == 0
    for unreadable in ({"ts": "nan"}, {"files": 7}):
        assert slack_message(ward, **unreadable).status_code == 400
    hours.add(ward.house.clock().hour)
    assert 1 <= count(ward, "outbox") <= len(hours)
    assert count(ward, "inbound") == 0


def test_case_03_slack_is_answered_in_time_with_every_worker_stopped(ward: Ward) -> None:
    """The durable write is all that the answer waits for."""
    with within_promise(3):
        assert slack_message(ward).status_code == 200
    assert count(ward, "cases") == 1


def test_case_06_a_retry_after_an_outage_is_processed(ward: Ward) -> None:
    """The third retry may be the only copy; a fourth adds nothing."""
    assert slack_message(ward, retry=3).status_code == 200
    assert count(ward, "cases") == 1
    assert slack_message(ward, retry=4).status_code == 200
    assert (count(ward, "cases"), count(ward, "escalations")) == (1, 1)


def test_case_05_the_same_slack_event_four_times_at_once_is_one_case(ward: Ward) -> None:
    """Every knock is acknowledged, one is kept."""
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: slack_message(ward).status_code, range(4)))
    assert answers == [200] * 4
    assert count(ward, "cases") == 1


def test_case_38_twilio_is_answered_in_time_under_load(ward: Ward) -> None:
    """Twenty messages at once, each answered within Twilio's fifteen seconds and kept."""

    def knock(number: int) -> float:
        started = time.monotonic()
        assert whatsapp_message(ward, f"SM{number:032}").status_code == 200
        return time.monotonic() - started

    with ThreadPoolExecutor(20) as pool:
        assert max(pool.map(knock, range(20))) < 15
    assert count(ward, "inbound") == 20


def test_case_38_the_fallback_address_takes_a_message_once(ward: Ward) -> None:
    """Twilio knocks at both addresses: one case."""
    for query in ("", "?fallback=1"):
        assert whatsapp_message(ward, "SM" + "1" * 32, query).status_code == 200
    assert count(ward, "cases") == 1


def test_case_48_a_callback_for_an_unknown_message_is_taken_and_logged(
    ward: Ward, caplog: pytest.LogCaptureFixture
) -> None:
    """Twilio hears 2xx, or it would knock again for ever."""
    caplog.set_level(logging.WARNING)
    answer = twilio_knock(
        ward, "/webhooks/whatsapp/status", MessageSid="SM" + "9" * 32, MessageStatus="delivered"
    )
    assert answer.ok
    assert "report_of_unknown_message" in [record.getMessage() for record in caplog.records]


def test_a_danger_in_a_question_does_not_wait_for_a_broken_library(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A site's file that cannot be read costs an answer, never an emergency."""
    (tmp_path / "protocolo.pdf.json").write_text('{"name": "protocolo.pdf", "vers')
    monkeypatch.setenv("VIGIA_PROTOCOLS_DIR", str(tmp_path))
    asked = "tiene fiebre de 39 y está confusa, ¿qué hago?"
    said = {"MessageSid": "SMasked", "From": f"whatsapp:{NURSE}", "Body": asked, "NumMedia": "0"}
    assert twilio_knock(ward, "/webhooks/whatsapp", **said).status_code == 200
    assert count(ward, "escalations") == 1


def test_no_question_waits_for_a_model_of_the_sites_own(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While it is being loaded, for ever if need be, the one that ships finds the answer; and a
    danger is raised before anything is searched."""
    before = _children()
    monkeypatch.setenv("VIGIA_EMBEDDING", str(tmp_path))
    # It stops before it can find that there is no model in the folder.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "if 'embed' in sys.orig_argv: os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for number, asked in enumerate(
        (
            "cada cuánto giro al paciente?",
            "cabecera a cuántos grados?",
            "tiene fiebre de 39 y está confusa, ¿qué hago?",
        )
    ):
        said = {"MessageSid": f"SM{number}", "From": f"whatsapp:{NURSE}", "Body": asked}
        with within_promise(8):
            answer = twilio_knock(ward, "/webhooks/whatsapp", NumMedia="0", **said)
        assert answer.status_code == 200
    # It is started beside the questions.
    assert eventually(lambda: _children() - before)
    for child in _children() - before:
        os.kill(child, signal.SIGKILL)
    assert count(ward, "escalations") == 1
    with ward.house.store.snapshot() as snapshot:
        answers = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.ANSWER)
        first, _, last = (message_by_id(snapshot, row.id) for row in snapshot.all(answers))
    assert "[R" in str(first.message.facts["text"])
    assert "text" not in last.message.facts


def test_case_40_a_stranger_leaves_nothing_clinical(ward: Ward) -> None:
    """The photo's announcement is not even kept."""
    ward.sandbox.nurse("+56911119999", "Nadie").sends_photo(draw_wound(), caption="fiebre 39")
    assert (count(ward, "cases"), count(ward, "photos"), count(ward, "outbox")) == (0, 0, 1)


@pytest.mark.parametrize("late", [DeliveryState.SENT, DeliveryState.DELIVERED])
def test_case_43_a_late_callback_never_moves_a_read_message_back(late: DeliveryState) -> None:
    """Read stays read."""
    assert after_report(OutboxStatus.READ, late) is None
    assert after_report(OutboxStatus.DELIVERED, DeliveryState.SENT) is None


def _children() -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        # A thread of the web server may end while its children are asked for.
        with suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(pid) for pid in task.read_text().split()}
    return found
