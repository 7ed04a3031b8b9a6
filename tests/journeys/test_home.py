"""The rest of Slack, with real processes: the home tab, /vigia, and the shortcut."""

from pathlib import Path

import requests

from bot.core.audit import ChainIntact, verify_chain
from bot.store.audit_rows import audit_records
from bot.web.sandbox.slack.desk import PostButton, buttons_of
from tests.channels.reception import JPEG
from tests.journeys.conftest import Ward, eventually
from tests.promptness import within_promise


def _nurse_in_slack(ward: Ward):  # type: ignore[no-untyped-def]
    return ward.sandbox.clinician("U0NURSE1", "Ana Rojas")


def _buttons_at_home(ward: Ward) -> list[PostButton]:
    return buttons_of(ward.doctor().sees_home().content["blocks"])


def test_a_case_is_taken_on_the_home_tab_and_every_home_follows(ward: Ward) -> None:
    """The doctor takes it there; the card, the nurse and both homes show it, and the link leads
    to the card."""
    ward.start("critical", "delivery", "routine", "sweep")
    doctor, nurse = ward.doctor(), _nurse_in_slack(ward)
    doctor.opens_home()
    doctor.sees_home("Nadie espera ahora")
    nurse.opens_home()
    nurse.sees_home("Usted no tiene casos abiertos")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    card = doctor.sees("Emergencia", in_channel="emergencias")
    doctor.sees_home("Esperan a quien los tome (1)")
    # The link comes once the house knows where Slack shows the card.
    assert eventually(lambda: len(_buttons_at_home(ward)) == 2)
    nurse.sees_home("Los envió usted (1)")
    take, look = _buttons_at_home(ward)
    assert look.element["url"].endswith(
        f"/archives/{card.post.channel}/p{card.ts.replace('.', '')}"
    )
    assert take.text == "Tomar el caso"
    assert doctor.presses_home("Tomar el caso", of="Emergencia").ok
    doctor.sees_home("Usted lo tiene desde")
    nurse.sees_home("Lo tiene Dr. Bruno Díaz")
    ward.nurse().sees("tomó el caso")
    assert eventually(lambda: "Lo tiene" in card.now.text)
    assert ward.sandbox.violations == []
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)


def test_a_press_on_an_old_home_is_refused_in_the_direct_messages(ward: Ward) -> None:
    """A colleague was faster, and this home has not followed: that person learns who has it."""
    ward.start("critical", "delivery", "routine")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    ward.doctor().sees("Emergencia", in_channel="emergencias")
    carla = ward.wound_nurse()
    carla.opens_home()
    old = carla.sees_home("Tomar el caso")
    ward.doctor().presses("Tomar el caso")
    ward.nurse().sees("tomó el caso")
    take = next(b for b in buttons_of(old.content["blocks"]) if b.action_id == "vigia_take")
    assert ward.sandbox.desk.press_home(carla.user_id, take).ok
    carla.sees("Dr. Bruno Díaz ya tiene este caso", in_channel="D0WOUND1")
    carla.sees_home("Esperan a quien los tome (0)")


def test_a_home_that_slack_would_not_take_is_published_later(ward: Ward) -> None:
    """Slack asks to wait; the row waits as long, and nothing else is held up."""
    ward.start("critical", "delivery", "routine", "sweep")
    ward.sandbox.faults.next("views.publish", error="not_enabled")
    ward.doctor().opens_home()
    ward.sandbox.clinician("U0ADMIN1", "Olga Paz").sees(
        "Slack no acepta las páginas de inicio", in_channel="sistema-alertas", within=60
    )
    assert ward.sandbox.desk.home("U0DOCTOR") is None
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    ward.doctor().sees_home("Emergencia")


def test_a_stranger_opens_the_home_tab(ward: Ward) -> None:
    """A kind word in both languages, and no case."""
    ward.start("routine")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    stranger = ward.sandbox.clinician("U0STRANGER", "Iván Paz")
    stranger.opens_home()
    stranger.sees_home("aún no está inscrito", without="Esperan a quien")
    answer = stranger.commands("/vigia", "estado", "heridas")
    assert answer.ok
    stranger.sees_only_me("no está inscrito")


def test_the_command_answers_at_once_with_every_worker_stopped(ward: Ward) -> None:
    """Help, status, a question and a danger, which is triaged. What was asked is answered where it
    was typed as soon as somebody is at work; where Slack takes no answer there any more, in the
    direct messages."""
    nurse = _nurse_in_slack(ward)
    with within_promise(3):
        assert nurse.commands("/vigia", "ayuda", "heridas").ok
    nurse.sees_only_me("/vigia preguntar")
    for question in ("cada cuánto giro a un paciente", "puedo masajear el eritema"):
        with within_promise(3):
            assert nurse.commands("/vigia", f"preguntar {question}", "heridas").ok
    nurse.sees_only_me("Busco en los protocolos")
    asked = "preguntar paciente con fiebre 39 y confuso, a cuántos grados la cabecera?"
    with within_promise(3):
        assert nurse.commands("/vigia", asked, "heridas").ok
    nurse.sees_only_me("suena a peligro")
    ward.sandbox.faults.next("response_url", status=404)
    ward.start("critical", "delivery", "sweep")
    nurse.sees("[R7", in_channel="D0NURSE1")
    nurse.sees_only_me("CG179 1.1.10")
    nurse.sees_only_me("[R11")
    ward.doctor().sees("Emergencia", in_channel="emergencias")
    nurse.sees("médico de turno", in_channel="D0NURSE1")
    assert ward.doctor().commands("/vigia", "status", "heridas").ok
    ward.doctor().sees_only_me("Sin tomar")
    assert ward.sandbox.violations == []


def test_a_broken_library_costs_an_answer_and_stops_nothing(ward: Ward, tmp_path: Path) -> None:
    """A site's file cannot be read, nor what was reckoned from it: whoever asked is told, and the
    worker that answers delivers alarms all the same."""
    (tmp_path / "protocolo.pdf.json").write_text('{"name": "protocolo.pdf", "vers')
    (tmp_path / "vectors.npz").write_bytes(b"")
    ward.environ["VIGIA_PROTOCOLS_DIR"] = str(tmp_path)
    nurse = _nurse_in_slack(ward)
    nurse.commands("/vigia", "preguntar cada cuánto giro a un paciente", "heridas")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    ward.start("critical", "delivery", "sweep")
    ward.doctor().sees("Emergencia", in_channel="emergencias")
    nurse.sees_only_me("No puedo leer los protocolos")
    (tmp_path / "protocolo.pdf.json").unlink()
    nurse.commands("/vigia", "preguntar cada cuánto giro a un paciente", "heridas")
    nurse.sees_only_me("[R7")


def test_a_command_with_a_forged_signature_is_refused(ward: Ward) -> None:
    """Nothing is answered, and nothing is kept."""
    form = {"command": "/vigia", "text": "estado", "user_id": "U0DOCTOR", "trigger_id": "1.2.3"}
    url = f"{ward.house.settings.public_url}/webhooks/slack"
    assert requests.post(url, data=form, timeout=60).status_code == 401


def test_a_photo_is_read_where_somebody_points_at_it(ward: Ward) -> None:
    """A stranger posted it; the nurse's shortcut opens the case in its thread, once."""
    ward.start("critical", "delivery", "sweep")
    stranger, nurse = ward.sandbox.clinician("U0STRANGER", "Iván Paz"), _nurse_in_slack(ward)
    post = stranger.uploads_photo(JPEG, "heridas", text="sacro, mal olor")
    assert nurse.points_at(post).ok
    nurse.sees("Recibido: *caso", in_channel="heridas", thread=post.ts)
    assert ward.wound_nurse().points_at(post).ok
    ward.wound_nurse().sees("ya está en el *caso", in_channel="D0WOUND1")
    words = nurse.types("¿quién cubre la noche?", "heridas")
    assert nurse.points_at(words).ok
    nurse.sees("no trae una foto", in_channel="D0NURSE1")
    assert ward.sandbox.violations == []
