"""Photos through every process: where they stand, how many, and what becomes of bad ones."""

import io
import signal
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.core.assessment import Outcome
from bot.core.case import MAX_PHOTO_BYTES
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.web.sandbox.clinician import Clinician, SeenPost
from bot.web.sandbox.nurse import Nurse
from tests.journeys.conftest import Ward, eventually

_PATIENCE = 60


def _cases(ward: Ward, user: str = "", phone: str = "") -> list[str]:
    """The ids of the cases of a nurse, by the last digits of her number or her Slack user."""
    name = f"Inés Mora {int((user or phone)[-3:])}"
    with ward.house.store.snapshot() as snapshot:
        rows = snapshot.all(select(t.cases.c.id, t.staff.c.name_sealed).join(t.staff))
        opened = [(row.id, snapshot.vault.open_text(row.name_sealed, "staff.name")) for row in rows]
    return [id for id, of in opened if of == name]


def _assessed(ward: Ward, case_id: str) -> int:
    query = select(func.count()).where(
        t.assessments.c.case_id == case_id, t.assessments.c.outcome == Outcome.ASSESSED
    )
    with ward.house.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _count(nurse: Nurse, fragment: str) -> int:
    return sum(fragment in seen.text for seen in nurse.received)


def _answers(nurse: Clinician, channel: str, thread: str | None, fragment: str) -> list[SeenPost]:
    shown = [SeenPost(nurse, post) for post in nurse.screen(channel)]
    return [one for one in shown if fragment in one.text and one.post.thread_ts == thread]


def test_case_07_one_upload_announced_twice_is_one_case_with_one_answer(busy_ward: Ward) -> None:
    """Slack tells of the message and of the file: one case, one receipt, one result."""
    _, nurse = busy_ward.another_nurse(7)
    post = nurse.uploads_photo(draw_wound(), "heridas", text="Sacro")
    nurse.sees("contorno", in_channel="heridas", thread=post.ts, within=_PATIENCE)
    assert busy_ward.sandbox.settle()
    events = busy_ward.sandbox.record.deliveries("slack.event")
    assert all(event.taken for event in events)
    assert len({event.identity for event in events}) >= 2
    assert len(_cases(busy_ward, user=nurse.user_id)) == 1
    assert len(_answers(nurse, "heridas", post.ts, "Recibido")) == 1
    assert len(_answers(nurse, "heridas", post.ts, "lo más probable")) == 1


def test_case_08_a_photo_is_answered_where_it_stands_to_the_end(busy_ward: Ward) -> None:
    """In a channel under it, in a thread in that thread, in a direct message there."""
    _, nurse = busy_ward.another_nurse(8)
    talk = nurse.types("¿Alguien tiene una regla?", "heridas")
    alone = nurse.uploads_photo(draw_wound(), "heridas", text="Sacro")
    within = nurse.uploads_photo(draw_wound(), "heridas", thread=talk.ts, text="Sacro")
    direct = nurse.tells_vigia("Sacro", picture=draw_wound())
    places = [("heridas", alone.ts), ("heridas", talk.ts), (direct.channel, None)]
    for channel, thread in places:
        for said in ("Recibido", "lo más probable", "contorno"):
            assert eventually(
                lambda c=channel, t=thread, s=said: _answers(nurse, c, t, s), within=_PATIENCE
            ), (channel, thread, said)
            assert len(_answers(nurse, channel, thread, said)) == 1
    assert within.thread_ts == talk.ts
    assert len(_cases(busy_ward, user=nurse.user_id)) == 3


@pytest.mark.parametrize("number", [91, 92], ids=["whatsapp", "slack"])
def test_case_09_several_photos_of_one_message_end_in_one_result(
    busy_ward: Ward, number: int
) -> None:
    """One case, one receipt that counts them, one result from all of them."""
    nurse, in_slack = busy_ward.another_nurse(number)
    pictures: list[bytes | str] = [draw_wound(), draw_wound(), draw_wound()]
    if number == 91:
        nurse.sends_photos(pictures, "Sacro")  # type: ignore[arg-type]
        nurse.sees("3 fotos", within=_PATIENCE)
        nurse.sees("contorno", within=_PATIENCE)
        assert (_count(nurse, "Recibido"), _count(nurse, "lo más probable")) == (1, 1)
    else:
        post = in_slack.uploads_photos(pictures, "heridas", text="Sacro")  # type: ignore[arg-type]
        in_slack.sees("3 fotos", in_channel="heridas", thread=post.ts, within=_PATIENCE)
        in_slack.sees("contorno", in_channel="heridas", thread=post.ts, within=_PATIENCE)
        assert len(_answers(in_slack, "heridas", post.ts, "lo más probable")) == 1
    (case,) = _cases(busy_ward, user=in_slack.user_id)
    assert _assessed(busy_ward, case) == 3


def _png_bomb() -> bytes:
    """A valid PNG of 40,000 by 40,000 pixels that weighs little."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(200_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def _half_png() -> bytes:
    whole = io.BytesIO()
    Image.open(io.BytesIO(draw_wound())).save(whole, "PNG")
    return whole.getvalue()[: whole.tell() // 2]


_BAD = {
    "page": (b"<!DOCTYPE html><title>Iniciar sesion</title>", "no es una foto"),
    "wrong_magic": (b"MZ\x90\x00" + bytes(4000), "no es una foto"),
    "truncated": (draw_wound()[:9000], "llegó dañada"),
    "truncated_png": (_half_png(), "llegó dañada"),
    "bomb": (_png_bomb(), "demasiado grande"),
    "only_a_beginning": (b"\xff\xd8\xff\xe0", "no es una foto"),
}


@pytest.mark.parametrize("kind", _BAD)
def test_case_12_what_is_no_photo_is_never_read_and_the_nurse_is_told_what_to_do(
    busy_ward: Ward, kind: str
) -> None:
    """Called a JPEG by the vendor, and none: what happened, and to send another."""
    content, said = _BAD[kind]
    number = 120 + list(_BAD).index(kind)
    nurse, _ = busy_ward.another_nurse(number)
    line = nurse.phones.write(nurse.phone, "Sacro", contents=((content, "image/jpeg"),))
    nurse.phones.announce(line)
    told = nurse.sees("foto no evaluada", within=_PATIENCE)
    assert said in told.text
    assert "No se perdió nada" in told.text
    (case,) = _cases(busy_ward, phone=nurse.phone)
    assert _assessed(busy_ward, case) == 0
    assert _count(nurse, "lo más probable") == 0


def test_case_12_a_login_page_from_slack_is_told_as_a_photo_not_received(busy_ward: Ward) -> None:
    """The scope is missing: the nurse learns that nobody has her photo, a person is called, and the
    admins read what to mend."""
    _, nurse = busy_ward.another_nurse(129)
    reading = busy_ward.processes["reading"]
    reading.send_signal(signal.SIGSTOP)
    post = nurse.uploads_photo(draw_wound(), "heridas", text="Sacro")
    busy_ward.sandbox.faults.next("slack.download", html=True)
    reading.send_signal(signal.SIGCONT)
    told = nurse.sees("no evaluada", in_channel="heridas", thread=post.ts, within=_PATIENCE)
    assert "No pudimos recibir la foto" in told.text
    busy_ward.doctor().sees(
        "una foto no se pudo descargar", in_channel="sistema-alertas", within=_PATIENCE
    )


def test_case_13_a_photo_deleted_before_the_download_is_told_to_the_nurse(busy_ward: Ward) -> None:
    """She deleted it while the reader was busy: she is asked to send it again."""
    _, nurse = busy_ward.another_nurse(13)
    reading = busy_ward.processes["reading"]
    reading.send_signal(signal.SIGSTOP)
    post = nurse.uploads_photo(draw_wound(), "heridas", text="Sacro")
    workspace = busy_ward.sandbox.workspace
    file = workspace.file(post.files[0])
    assert file
    workspace.put_file(replace(file, deleted=True, content=b""))
    reading.send_signal(signal.SIGCONT)
    told = nurse.sees("no evaluada", in_channel="heridas", thread=post.ts, within=_PATIENCE)
    assert "No pudimos recibir la foto" in told.text
    assert "envíela otra vez" in told.text
    assert len(_cases(busy_ward, user=nurse.user_id)) == 1


def test_case_35_a_failed_download_does_not_block_a_redelivery(busy_ward: Ward) -> None:
    """Twilio knocks again while its own media fail: one case, and it ends in one result."""
    nurse, _ = busy_ward.another_nurse(35)
    busy_ward.sandbox.faults.next("media.fetch", status=503, times=2)
    line = nurse.sends_photo(draw_wound(), caption="Sacro")
    nurse.redelivers(line)
    assert eventually(lambda: busy_ward.sandbox.faults.pending("media.fetch") < 2)
    nurse.redelivers(line)
    nurse.sees("contorno", within=_PATIENCE)
    nurse.redelivers(line)
    assert len(_cases(busy_ward, phone=nurse.phone)) == 1
    assert (_count(nurse, "Recibido"), _count(nurse, "lo más probable")) == (1, 1)


_TOO_LARGE = "big_photo"
_KINDS = {
    "voice": "Llegó un audio",
    "video": "Llegó un video",
    "pdf": "Llegó un documento",
    "location": "Llegó una ubicación",
    "contact": "Llegó un contacto",
    "sticker": "Llegó un sticker",
    _TOO_LARGE: "La foto es demasiado grande",
}


def test_case_36_each_kind_of_attachment_is_answered_in_the_thread(busy_ward: Ward) -> None:
    """Also a file that is too large; words alone get help, and nothing but photos opens a case."""
    nurses = {}
    for number, kind in enumerate(_KINDS):
        nurses[kind], _ = busy_ward.another_nurse(360 + number)
        if kind == _TOO_LARGE:
            content = b"\xff\xd8\xff\xe0" + bytes(MAX_PHOTO_BYTES)
            line = nurses[kind].phones.write(
                nurses[kind].phone, contents=((content, "image/jpeg"),)
            )
            nurses[kind].phones.announce(line)
        else:
            nurses[kind].sends(kind)  # type: ignore[arg-type]
    silent, _ = busy_ward.another_nurse(369)
    silent.sends_text("hola")
    silent.sees("Envíe una foto de la herida", within=_PATIENCE)
    for kind, said in _KINDS.items():
        nurses[kind].sees(said, within=_PATIENCE)
        opened = _cases(busy_ward, phone=nurses[kind].phone)
        assert len(opened) == (1 if kind == _TOO_LARGE else 0)


def test_nothing_here_broke_a_vendors_rule(busy_ward: Ward) -> None:
    """Runs last in this file."""
    assert busy_ward.sandbox.violations == []
