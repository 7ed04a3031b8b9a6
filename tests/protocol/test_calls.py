"""A phone call from end to end: the sandbox's Twilio rings, a person answers or not, and the real
webhooks hear of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from twilio.request_validator import RequestValidator

from bot.actions.escalating import climb_ladder
from bot.core.call import CallState
from bot.core.escalation import Escalation, EscalationStatus
from bot.core.staff import Language, Role
from bot.store.call_rows import latest_calls
from bot.store.escalation_rows import escalation_by_id, open_escalations
from bot.store.said_rows import message_by_id
from bot.store.staff_rows import enrol
from bot.web.admin_login import hash_password
from bot.web.sandbox.callee import Callee
from jobs.sweep import ring_for_what_is_due
from tests.journeys.conftest import Ward, open_ward
from tests.protocol.test_delivery import Post

SUPERVISOR = "+56922220001"
_PASSWORD = "una-clave-muy-larga"


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """The tests move the house's clock, and Slack's stands still."""
    hashed = {"VIGIA_ADMIN_PASSWORD_HASH": hash_password(_PASSWORD)}
    with open_ward(tmp_path, hurried=True, **hashed) as here:
        yield here


@pytest.fixture
def post(ward: Ward) -> Post:
    return Post(ward)


def _rings(ward: Ward, post: Post, *, at_once: bool = False) -> tuple[Callee, Escalation]:
    """Nobody took an emergency, or `at_once` nobody could be reached: the supervisor's phone
    rings."""
    with post.house.acting() as tx:
        enrol(
            tx,
            name="Sofía Lagos",
            role=Role.SUPERVISOR,
            language=Language.ES,
            phone=SUPERVISOR,
            slack_user="U0SUPERV",
            actor="test",
        )
    ward.nurse().sends_text("UCI-204 fiebre de 39 y confusa")
    post.sends_what_is_due()
    for _ in range(3):
        with post.house.store.snapshot() as snapshot:
            (escalation,) = open_escalations(snapshot)
        post.later(minutes=0 if at_once else 6)
        with post.house.acting() as tx:
            climb_ladder(tx, escalation.id, post.house.rules, unreachable=at_once)
        for _ in range(3):
            post.later(seconds=0 if at_once else 2)
            post.sends_what_is_due()
    sofia = ward.sandbox.callee(SUPERVISOR, "Sofía Lagos")
    sofia.hears_ringing()
    assert ward.sandbox.settle()
    return sofia, _escalation(post, escalation.id)


def _escalation(post: Post, id: str) -> Escalation:
    with post.house.store.snapshot() as snapshot:
        found = escalation_by_id(snapshot, id)
    assert found
    return found


def _states(post: Post) -> list[CallState]:
    """Newest first."""
    with post.house.store.snapshot() as snapshot:
        return [call.state for call in latest_calls(snapshot, 10)]


def _sweep(post: Post, **after: float) -> None:
    post.later(**after)
    ring_for_what_is_due(post.house)
    for _ in range(3):
        post.later(seconds=2)
        post.sends_what_is_due()


def test_the_supervisor_answers_and_presses_1(ward: Ward, post: Post) -> None:
    """She has the case; she hears so, the nurse reads who, and the card says how."""
    sofia, escalation = _rings(ward, post)
    read_out = sofia.answers()
    assert "pulse 1" in read_out
    said = sofia.presses("1")
    assert "Usted tiene ahora el caso" in said
    taken = _escalation(post, escalation.id)
    assert taken.status is EscalationStatus.ACKNOWLEDGED
    for _ in range(4):
        _sweep(post, seconds=2)
    ward.nurse().sees("Sofía Lagos (supervisora) tomó el caso por teléfono")
    ward.doctor().sees("por teléfono", in_channel="equipo-medico")
    assert _states(post) == [CallState.ANSWERED]
    for private in ("UCI-204", "fiebre", "confusa"):
        assert private not in read_out + said
    assert sofia.calls[-1].status == "completed"
    assert ward.sandbox.violations == []


def test_voicemail_then_busy_then_silence(ward: Ward, post: Post) -> None:
    """Three calls, and the admins are told that nobody took it; nothing passes for an answer."""
    sofia, escalation = _rings(ward, post)
    sofia.has_voicemail()
    assert _states(post) == [CallState.VOICEMAIL]
    _sweep(post, minutes=1, seconds=2)
    sofia.declines()
    _sweep(post, minutes=2, seconds=2)
    sofia.lets_it_ring()
    assert _states(post) == [CallState.NOT_ANSWERED, CallState.BUSY, CallState.VOICEMAIL]
    for _ in range(3):
        _sweep(post, minutes=3)
    assert len(sofia.calls) == 3
    ward.doctor().sees("por teléfono tampoco lo tomó nadie", in_channel="sistema-alertas")
    ward.doctor().sees("no contestó (llamada 3)", in_channel="equipo-medico")
    assert _escalation(post, escalation.id).status is EscalationStatus.EXHAUSTED
    assert ward.sandbox.violations == []


def test_another_key_is_asked_again_once_and_then_the_call_ends(ward: Ward, post: Post) -> None:
    """Politely, and a person who answered is written down as one."""
    sofia, _ = _rings(ward, post)
    sofia.answers()
    assert "Esa tecla no hace nada" in sofia.presses("7")
    assert "Adiós" in sofia.presses("7")
    assert sofia.calls[-1].status == "completed"
    assert _states(post) == [CallState.ANSWERED]
    assert ward.sandbox.violations == []


def test_a_late_key_hears_who_has_the_case(ward: Ward, post: Post) -> None:
    """The doctor pressed the button while the phone rang."""
    sofia, escalation = _rings(ward, post)
    sofia.answers()
    ward.doctor().sees("EMERGENCIA", in_channel="emergencias").presses("Tomar el caso")
    assert "Bruno Díaz ya tiene el caso" in sofia.presses("1")
    assert _escalation(post, escalation.id).acknowledged_by
    assert ward.sandbox.violations == []


def test_reports_may_come_before_the_call_is_known_and_in_disorder(ward: Ward, post: Post) -> None:
    """The answer to our own request is lost, and the phone rings all the same: once."""
    ward.sandbox.faults.next("calls.create", drop_after_commit=True)
    ward.sandbox.faults.next("calls.report", out_of_order=True)
    # Twilio's clock is the machine's: it must agree with ours for the call to be found again.
    sofia, _ = _rings(ward, post, at_once=True)
    assert _states(post) == [CallState.RINGING]
    sofia.answers()
    sofia.hangs_up()
    assert _states(post) == [CallState.ANSWERED]
    post.later(seconds=20)
    post.sends_what_is_due()
    assert len(sofia.calls) == 1


def test_a_call_whose_end_twilio_never_tells_is_made_again(ward: Ward, post: Post) -> None:
    """The sweep finds its deadline in the row."""
    sofia, _ = _rings(ward, post)
    ward.sandbox.faults.next("calls.report", silent=True)
    sofia.lets_it_ring()
    assert _states(post) == [CallState.RINGING]
    _sweep(post, minutes=7)
    _sweep(post, minutes=1, seconds=2)
    sofia.hears_ringing()
    assert ward.sandbox.settle()
    assert _states(post) == [CallState.RINGING, CallState.LOST]


@pytest.mark.parametrize("path", ["status", "keys", "keys/last"])
def test_only_twilio_may_report_a_call_or_bring_its_key(ward: Ward, post: Post, path: str) -> None:
    """A forged key takes nothing. A signed one of an unknown call is answered politely."""
    _, escalation = _rings(ward, post)
    with post.house.store.snapshot() as snapshot:
        (call,) = latest_calls(snapshot, 10)
    base = f"{post.house.settings.public_url}/webhooks/phone"
    form = {"CallSid": "CA1", "CallStatus": "completed", "Digits": "1"}
    forged = requests.post(
        f"{base}/{call.id}/{path}", form, headers={"X-Twilio-Signature": "x"}, timeout=60
    )
    assert forged.status_code == 403
    assert _states(post) == [CallState.RINGING]
    assert _escalation(post, escalation.id).status is EscalationStatus.EXHAUSTED
    unknown = f"{base}/{'0' * 32}/{path}"
    signed = RequestValidator(post.house.settings.twilio_auth_token).compute_signature(
        unknown, form
    )
    taken = requests.post(unknown, form, headers={"X-Twilio-Signature": signed}, timeout=60)
    assert taken.ok
    assert path == "status" or "no corresponde a ningún caso" in taken.text
    assert "0000" not in taken.text


def test_the_address_of_a_call_says_nothing(ward: Ward, post: Post) -> None:
    """An opaque id: neither the case, nor the person, nor the number is in it."""
    sofia, _ = _rings(ward, post)
    with post.house.store.snapshot() as snapshot:
        (call,) = latest_calls(snapshot, 10)
        code = str(message_by_id(snapshot, call.id).message.facts["code"])
    addresses = [sofia.calls[-1].reports_to, *(v.action for v in sofia.calls[-1].left if v.action)]
    assert len(addresses) == 3
    for one in addresses:
        assert one
        assert f"/webhooks/phone/{call.id}/" in one
        assert code not in one
        assert SUPERVISOR[1:] not in one


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", ("Sofía Lagos", "contestó, tomó el caso")), ("en", ("Phone calls", "answered, took"))],
)
def test_the_admin_sees_who_was_called_and_what_happened(
    ward: Ward, post: Post, language: str, said: tuple[str, str]
) -> None:
    """By name and in the site's time; the number is not shown."""
    sofia, _ = _rings(ward, post)
    sofia.answers()
    sofia.presses("1")
    with requests.Session() as admin:
        admin.headers.update({"Sec-Fetch-Site": "same-origin", "Accept-Language": language})
        base = post.house.settings.public_url
        admin.post(f"{base}/admin/login", {"password": _PASSWORD}, timeout=60)
        page = admin.get(f"{base}/admin", timeout=60).text
        nowhere = admin.get(f"{base}/admin/nothing", timeout=60)
    assert nowhere.status_code == 404
    assert {"es": "no hay ninguna página", "en": "no page here"}[language] in nowhere.text
    stranger = requests.get(f"{base}/admin/nothing", timeout=60, allow_redirects=False)
    assert stranger.headers["Location"].startswith("/admin/login")
    with post.house.store.snapshot() as snapshot:
        (call,) = latest_calls(snapshot, 10)
    assert all(words in page for words in said)
    assert f"{call.placed_at.astimezone(post.house.rules.site.zone):%H:%M}" in page
    assert SUPERVISOR[1:] not in page
