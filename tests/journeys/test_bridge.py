"""What a nurse and a clinician send each other about a case, through real processes and peers."""

import io
from dataclasses import replace
from datetime import timedelta

import requests
from PIL import Image
from sqlalchemy import select

from bot.core.audit import ChainIntact, verify_chain
from bot.core.case import FETCH_LEASE, MAX_FETCHES
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.passed_file import FileKind
from bot.core.ports import Address
from bot.core.staff import Role
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.passed_file_rows import Sender, announce_file, claim_file, due_files
from bot.store.said_rows import message_sent_as
from bot.store.staff_rows import all_staff
from bot.store.thread_rows import thread_at
from bot.web.sandbox.clinician import SeenPost
from bot.web.sandbox.contents import specimen
from jobs import carry_file
from tests.journeys.conftest import DOCTOR, Ward, eventually

CANARY = b"canary in the metadata"


def _drawing(format: str) -> bytes:
    """A picture that carries a word about its sender beside its pixels."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, format, exif=exif)
    return out.getvalue()


def _card(ward: Ward) -> SeenPost:
    """The card of an emergency without a photo, once the house knows what Slack called it."""
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    return _posted(ward)


def _posted(ward: Ward) -> SeenPost:
    card = ward.doctor().sees("Emergencia", in_channel="emergencias")
    assert ward.knows(Channel.SLACK, card.ts)
    return card


def _kept(ward: Ward) -> int:
    """Replies that wait for the message above them to be known."""
    with ward.house.store.snapshot() as snapshot:
        return len(snapshot.all(select(t.early_replies.c.id)))


def test_words_and_pictures_cross_in_both_directions(ward: Ward) -> None:
    """Slack fails once; both pictures arrive all the same, and without their metadata."""
    ward.start("critical", "delivery", "routine", "sweep")
    card, nurse, doctor = _card(ward), ward.nurse(), ward.doctor()
    ward.sandbox.faults.next("slack.download", status=503)
    pictures = [_drawing("JPEG"), _drawing("PNG")]
    assert all(CANARY in one for one in pictures)
    doctor.uploads_photos(pictures, "emergencias", card.ts, "Colóquelo así")
    nurse.sees("*Dr. Bruno Díaz* escribe:\nColóquelo así")
    shown = [nurse.sees(f"envía una imagen (n.º {n})", picture=True) for n in (1, 2)]
    assert {one.message.media[0].content_type for one in shown} == {"image/jpeg", "image/png"}
    for one in shown:
        assert CANARY not in one.picture
        with Image.open(io.BytesIO(one.picture)) as opened:
            assert opened.size == (320, 240)
    assert ward.knows(Channel.WHATSAPP, shown[0].message.sid)
    nurse.replies_to(shown[0], "Hecho, doctor")
    doctor.sees("Hecho, doctor", in_channel="emergencias", thread=card.ts)
    assert ward.sandbox.violations == []
    with ward.house.store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from photos").scalar() == 0
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)


def test_a_nurse_in_slack_gets_the_picture_in_her_thread(ward: Ward) -> None:
    """She works in Slack alone."""
    ward.start("critical", "delivery", "routine", "sweep")
    nurse = ward.sandbox.clinician("U0NURSE1", "Ana Rojas")
    asked = nurse.mentions_vigia("paciente con fiebre 39 y confuso", "heridas")
    card = _posted(ward)
    ward.doctor().uploads_photo(_drawing("JPEG"), "emergencias", card.ts)
    seen = nurse.sees("envía una imagen", "heridas", 60, thread=asked.ts, picture=True)
    assert CANARY not in seen.picture
    assert ward.sandbox.violations == []


def test_a_reply_that_is_faster_than_the_note_of_its_card_finds_its_case(ward: Ward) -> None:
    """Slack shows the card, and its answer to the house takes a while: what is written and drawn
    meanwhile reaches the nurse in order, once, and opens no case of its own."""
    ward.start("critical", "delivery", "routine", "sweep")
    ward.sandbox.faults.next("chat.postMessage", delay_after_commit=9, subject="emergencias")
    nurse, doctor = ward.nurse(), ward.doctor()
    nurse.sends_text("paciente con fiebre 39 y confuso")
    card = doctor.sees("Emergencia", in_channel="emergencias")
    card.replies("Con fiebre de 39 y confuso va a la UTI")
    # Slack tells of each by itself: the first must have come before the second is sent.
    assert eventually(lambda: _kept(ward) == 1)
    doctor.uploads_photo(_drawing("JPEG"), "emergencias", card.ts, "Colóquelo así")
    with ward.house.store.snapshot() as snapshot:
        assert message_sent_as(snapshot, Channel.SLACK, card.ts) is None
    nurse.sees("envía una imagen (n.º 1)", picture=True)
    said = [seen.text for seen in nurse.received]
    asked = [n for n, text in enumerate(said) if "va a la UTI" in text]
    told = [n for n, text in enumerate(said) if "Colóquelo así" in text]
    assert len(asked) == len(told) == 1
    assert asked < told
    with ward.house.store.snapshot() as snapshot:
        assert len(snapshot.all(select(t.cases.c.id))) == 1
        assert snapshot.all(select(t.photos.c.id)) == []
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
    assert ward.sandbox.violations == []


def test_a_private_picture_stays_among_clinicians(ward: Ward) -> None:
    """Its author is told so, and what is posted next reaches the nurse."""
    ward.start("critical", "delivery", "routine", "sweep")
    card, doctor = _card(ward), ward.doctor()
    doctor.uploads_photo(_drawing("JPEG"), "emergencias", card.ts, "// ¿lo ve igual?")
    doctor.sees_only_me("Queda entre profesionales")
    doctor.uploads_photo(_drawing("JPEG"), "emergencias", card.ts, "Así")
    ward.nurse().sees("envía una imagen (n.º 1)", picture=True)
    assert sum(len(seen.pictures) for seen in ward.nurse().received) == 1
    assert "lo ve igual" not in ward.nurse().conversation()


def test_a_voice_note_is_played_under_the_card_and_deleted_at_twilio(ward: Ward) -> None:
    """The clinicians hear the very bytes; the nurse knows that perhaps nobody has yet."""
    ward.start("critical", "delivery", "routine", "sweep")
    card = _card(ward)
    line = ward.nurse().sends("voice")
    ward.nurse().sees("Puede que aún nadie lo haya oído")
    heard = ward.doctor().sees(
        "*Ana Rojas* envía un audio", "emergencias", 60, thread=card.ts, picture=True
    )
    (file,) = heard.files
    assert (file.content, file.mimetype) == (specimen("voice")[0], "audio/ogg")
    assert file.name.endswith(".ogg")
    played = requests.get(f"{ward.sandbox.base_url}/sandbox/api/pictures/{file.id}", timeout=60)
    assert (played.content, played.headers["Content-Type"]) == (file.content, "audio/ogg")

    def is_deleted() -> bool:
        kept = ward.sandbox.whatsapp.get(line.sid)
        return kept is None or not kept.media

    assert eventually(is_deleted)
    assert ward.sandbox.violations == []


def test_a_card_that_comes_late_has_the_voice_note_in_its_thread(ward: Ward) -> None:
    """It was sent while nobody had been called: nobody had heard it, and the nurse knew."""
    ward.start("critical", "delivery", "routine", "sweep")
    nurse = ward.nurse()
    nurse.sends_photo(draw_wound(), caption="Sacro")
    nurse.sees("Recibido")
    nurse.sends("voice")
    nurse.sees("nadie lo ha oído")
    nurse.sends_text("ahora tiene fiebre 39 y está confusa")
    card = ward.doctor().sees("Emergencia", in_channel="emergencias")
    ward.doctor().sees("envía un audio", "emergencias", 60, thread=card.ts, picture=True)
    assert ward.sandbox.violations == []


def test_a_sound_that_is_none_is_told_to_the_nurse(ward: Ward) -> None:
    """Whatever it calls itself: a film under an audio's name goes nowhere."""
    ward.start("critical", "delivery", "routine", "sweep")
    _card(ward)
    nurse = ward.nurse()
    film = nurse.phones.write(nurse.phone, contents=((specimen("video")[0], "audio/mp4"),))
    nurse.phones.announce(film)
    nurse.sees("no es un audio que se pueda pasar. *Nadie lo ha oído.*")


def test_a_file_that_is_no_picture_or_is_gone_is_told_to_its_author_alone(ward: Ward) -> None:
    """Each with what to do; the nurse is sent nothing."""
    ward.start("critical", "delivery", "sweep")
    card, doctor = _card(ward), ward.doctor()
    pdf, _ = specimen("pdf")
    doctor.uploads_photo(pdf, "emergencias", card.ts, connect=True)
    deleted = doctor.uploads_photo(_drawing("JPEG"), "emergencias", card.ts)

    def are_kept() -> bool:
        with ward.house.store.engine.connect() as connection:
            return connection.exec_driver_sql("select count(*) from passed_files").scalar() == 2

    assert eventually(are_kept)
    file = ward.sandbox.workspace.file(deleted.files[0])
    assert file
    ward.sandbox.workspace.put_file(replace(file, deleted=True, content=b""))
    ward.start("routine")
    doctor.sees_only_me("no es una imagen que se pueda abrir. Envíelo como JPEG")
    gone = doctor.sees_only_me("ya no está en Slack. Vuelva a subirlo")
    assert gone.post.seen_by == DOCTOR
    assert not any(seen.pictures for seen in ward.nurse().received)


def test_a_file_whose_worker_dies_every_time_is_given_up(ward: Ward) -> None:
    """Its bytes may be the cause: after six tries they are left alone, once, and that is said."""
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    with ward.house.acting() as tx:
        case_id = str(tx.value(select(t.cases.c.id)))
        (doctor,) = all_staff(tx, Role.PHYSICIAN)
        sender = Sender(doctor.id, thread_at(tx, Channel.SLACK, Address("C0EMERGENCIAS")).id)
        announce_file(tx, case_id, FileKind.PICTURE, Channel.SLACK, "slack-file:F1", sender)
    now = ward.house.clock()
    for _ in range(MAX_FETCHES):
        now += FETCH_LEASE + timedelta(seconds=1)
        with ward.house.store.transaction(now) as tx:
            (id,) = due_files(tx, now)
            assert claim_file(tx, id, FETCH_LEASE, "system:dies")
    later = replace(ward.house, clock=lambda: now + timedelta(minutes=1))
    for _ in range(2):
        carry_file.run(later, id)
    with ward.house.store.snapshot() as snapshot:
        assert due_files(snapshot, now + timedelta(hours=1)) == []
        told = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.NOT_PASSED)
        assert len(snapshot.all(told)) == 1
