"""The whole journey of one photo, through real processes and peers that check signatures."""

import io

from PIL import Image

from bot.core.audit import ChainIntact, verify_chain
from bot.demo.drawn_wound import draw_wound
from bot.store.audit_rows import audit_records
from bot.web.sandbox.clinician import SeenPost
from tests.journeys.conftest import ALL, Ward, eventually


def test_a_feverish_wound_is_answered_escalated_taken_and_the_nurse_is_told(ward: Ward) -> None:
    """From the nurse's photo to the doctor's word, and nothing private left lying about."""
    ward.start(*ALL)
    nurse, doctor = ward.nurse(), ward.doctor()
    nurse.sends_photo(draw_wound(), caption="Paciente ZZ-778899 con fiebre 39 y confusión canario")
    nurse.sees("Recibido")
    nurse.sees("Señal de alarma")
    card = doctor.sees("EMERGENCIA", in_channel="emergencias")
    nurse.sees("Caso")
    nurse.sees("contorno", picture=True)
    doctor.presses("vigia_take", on=card)
    nurse.sees("Dr. Bruno Díaz")
    assert eventually(lambda: "vigia_take" not in str(card.now))
    _shown_under(card)
    assert ward.sandbox.violations == []
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
    _nothing_private_outside(ward)


def test_a_photo_posted_in_slack_is_answered_in_its_thread(ward: Ward) -> None:
    """The same journey for a nurse who works in Slack."""
    ward.start(*ALL)
    nurse = ward.sandbox.clinician("U0NURSE1", "Ana Rojas")
    nurse.uploads_photo(draw_wound(), "heridas", text="Sacro")
    received = nurse.sees("Recibido", in_channel="heridas")
    assert received
    nurse.sees("contorno", in_channel="heridas")
    assert ward.sandbox.violations == []


def test_case_40_a_stranger_is_refused_and_nothing_clinical_is_kept(ward: Ward) -> None:
    """Someone who is not enrolled learns so, and their photo is not even fetched."""
    ward.start("delivery", "sweep")
    stranger = ward.sandbox.nurse("+56911119999", "Nadie")
    stranger.sends_photo(draw_wound(), caption="fiebre")
    stranger.sees("no está inscrito")
    with ward.house.store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from photos").scalar() == 0
        assert connection.exec_driver_sql("select count(*) from cases").scalar() == 0


def _shown_under(card: SeenPost) -> None:
    """The untouched photo, and the outline with the likely categories in words and as bars."""
    doctor = card.clinician
    untouched = doctor.sees("foto original", "emergencias", 60, thread=card.ts, picture=True)
    read = doctor.sees("leyó el programa", "emergencias", 60, thread=card.ts, picture=True)
    assert "contorno" in read.text
    assert "categoría" in read.files[0].alt_txt
    assert read.picture != untouched.picture
    with Image.open(io.BytesIO(read.picture)) as seen:
        below = seen.convert("L").crop((0, seen.height - 20, seen.width, seen.height))
    assert below.getextrema()[0] > 230


def _nothing_private_outside(ward: Ward) -> None:
    """Neither Redis nor a log holds the phone number, the caption or the patient's code."""
    logs = "".join(path.read_text(errors="replace") for path in ward.logs.iterdir())
    redis = (ward.redis.directory).rglob("*")
    kept = b"".join(path.read_bytes() for path in redis if path.is_file())
    for canary in ("911110001", "778899", "canario"):
        assert canary not in logs
        assert canary.encode() not in kept
