import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.core.ports import FetchFailed
from bot.web.sandbox import Sandbox
from bot.web.sandbox.nurse import Nurse

JPEG = b"\xff\xd8\xff\xe0" + b"wound" * 100
LIMIT = 1_000_000


def failure(whatsapp: WhatsAppMessenger, source: str, limit: int = LIMIT) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        whatsapp.fetch(source, limit=limit)
    assert str(failed.value) == failed.value.reason
    return failed.value


@pytest.fixture
def source(sandbox: Sandbox, ana: Nurse) -> str:
    line = ana.sends_photo(JPEG)
    account = sandbox.settings.account_sid
    media = f"/2010-04-01/Accounts/{account}/Messages/{line.sid}/Media/{line.media[0].sid}"
    return sandbox.twilio_api_base + media


@contextmanager
def answering(
    location: str | None, status: int = 302, body: bytes = b""
) -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def at(base: str) -> WhatsAppMessenger:
    return WhatsAppMessenger("AC1", "token", "+14155238886", base, "https://x.example/s", {})


def test_case_32_a_photo_that_is_not_there_yet_is_fetched_the_third_time(
    sandbox: Sandbox, whatsapp: WhatsAppMessenger, source: str
) -> None:
    """Twilio may say 404 for a moment: that is never the end of a photo."""
    sandbox.faults.next("media.fetch", status=404, times=2)
    for _ in range(2):
        assert not failure(whatsapp, source).permanent
    assert whatsapp.fetch(source, limit=LIMIT) == JPEG


def test_case_33_a_redirect_to_another_origin_goes_without_credentials(
    sandbox: Sandbox, whatsapp: WhatsAppMessenger, source: str
) -> None:
    """The stand-in counts a leaked credential as a violation."""
    assert whatsapp.fetch(source, limit=LIMIT) == JPEG
    assert sandbox.violations == []


@pytest.mark.parametrize(
    "target",
    [
        "https://10.0.0.5/photo",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.5]/photo",
        "http://93.184.216.34/photo",
        "ftp://93.184.216.34/photo",
    ],
)
def test_case_34_a_redirect_into_the_hospital_is_not_followed(target: str) -> None:
    """Only public https hosts, and loopback when Twilio itself is stood in for there."""
    with answering(target) as (base, asked):
        failed = failure(at(base), f"{base}/media")
    assert (failed.reason, failed.permanent) == ("foreign_host", True)
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://10.0.0.5", "https://93.184.216.34"])
def test_case_34_a_source_elsewhere_is_neither_asked_nor_deleted(host: str) -> None:
    """The first address must be Twilio's own: another port on the same machine is not."""
    with answering(None, 200, JPEG) as (elsewhere, asked), answering(None, 200) as (base, _):
        port = elsewhere.rsplit(":", 1)[1]
        messenger = at(base)
        assert failure(messenger, f"{host}:{port}/media").reason == "foreign_host"
        with pytest.raises(FetchFailed) as failed:
            messenger.forget(f"{host}:{port}/media")
        assert failed.value.permanent
    assert asked == []


def test_case_33_redirects_end(sandbox: Sandbox) -> None:
    """A circle of redirects is given up after three."""
    with answering("/again") as (base, asked):
        failed = failure(at(base), f"{base}/media")
    assert (failed.reason, failed.permanent) == ("too_many_redirects", True)
    assert len(asked) == 4


def test_case_36_an_oversize_photo_is_given_up(whatsapp: WhatsAppMessenger, source: str) -> None:
    """The nurse is told that the photo is too large; its bytes are not kept."""
    failed = failure(whatsapp, source, limit=len(JPEG) - 1)
    assert (failed.reason, failed.permanent) == ("image_too_large", True)
    assert whatsapp.fetch(source, limit=len(JPEG)) == JPEG


def test_case_12_a_page_in_the_photos_place_is_no_image() -> None:
    """HTML is never handed to whoever reads photos, whatever it calls itself."""
    with answering(None, 200, b"\n <!DOCTYPE html><title>Sign in</title>") as (base, _):
        failed = failure(at(base), f"{base}/media")
    assert (failed.reason, failed.permanent) == ("not_an_image", True)


def test_a_photo_that_is_gone_is_said_to_be_missing() -> None:
    """410 is for ever."""
    with answering(None, 410) as (base, _):
        failed = failure(at(base), f"{base}/media")
    assert (failed.reason, failed.permanent) == ("photo_missing", True)


def test_case_35_a_download_cut_short_is_tried_again(
    sandbox: Sandbox, whatsapp: WhatsAppMessenger, source: str
) -> None:
    """Half a photo is no photo."""
    sandbox.faults.next("media.fetch", drop=True)
    assert not failure(whatsapp, source).permanent
    sandbox.faults.next("media.content", status=503)
    assert not failure(whatsapp, source).permanent
    assert whatsapp.fetch(source, limit=LIMIT) == JPEG


def test_case_37_a_photo_is_deleted_at_twilio_and_deleting_twice_is_no_failure(
    sandbox: Sandbox, whatsapp: WhatsAppMessenger, source: str
) -> None:
    """After it is stored here, Twilio keeps no copy."""
    sandbox.faults.next("media.delete_plain", status=503)
    with pytest.raises(FetchFailed) as failed:
        whatsapp.forget(source)
    assert not failed.value.permanent
    whatsapp.forget(source)
    assert not failure(whatsapp, source).permanent
    whatsapp.forget(source)


def test_a_photo_at_the_real_address_is_asked_of_the_configured_base() -> None:
    """Media of api.twilio.com go through the configured API base, with credentials."""
    with answering(None, 200, JPEG) as (base, asked):
        assert at(base).fetch("https://api.twilio.com/2010-04-01/m", limit=LIMIT) == JPEG
    assert asked[0].startswith("Basic ")
