"""Nothing private in what any process prints, nor in anything that Redis ever held."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from redis import Redis
from sqlalchemy import select

from bot.core.inbound import Channel
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.photo_rows import picture
from tests.journeys.conftest import ALL, DOCTOR, NURSE, Ward, eventually, open_ward
from tests.ports import hold_port, port_of
from tests.redis_contents import everything_in, everything_written

CAPTION = "Paciente ZZ-778899 canario, con fiebre de 39 y confusión"
ORDER = "Hemocultivos a la señora canaria, por favor"
REPLY = "La familia golondrina está avisada"


@pytest.fixture
def whole_house(tmp_path: Path) -> Iterator[Ward]:
    """The web server too is a process of its own, as in the Procfile."""
    with hold_port() as held:
        address = f"127.0.0.1:{port_of(held)}"
        yield from _served(tmp_path, address)


def _served(folder: Path, address: str) -> Iterator[Ward]:
    with open_ward(folder, PUBLIC_URL=f"http://{address}") as ward:
        ward.sandbox.points_at(f"http://{address}")
        served = [
            "--bind",
            address,
            "--workers",
            "2",
            "--threads",
            "4",
            "--worker-class",
            "gthread",
        ]
        ward.run("web", "gunicorn", *served, "bot.web.app:from_environment()")
        ward.run("auditor", "jobs", "auditor")
        ward.start(*ALL)
        assert eventually(lambda: _is_up(f"http://{address}/healthz"), within=120)
        yield ward


def _is_up(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def test_case_51_a_journey_with_failures_leaves_nothing_private_in_a_log_or_in_redis(
    whole_house: Ward,
) -> None:
    """Vendors fail, a photo is bad, a signature is wrong, words cross: eight processes tell of
    it by ids and reasons alone."""
    ward = whole_house
    nurse, doctor, faults = ward.nurse(), ward.doctor(), ward.sandbox.faults
    photo = draw_wound()
    faults.next("messages.create", status=500, times=2)
    faults.next("media.fetch", status=503)
    faults.next("chat.postMessage", status=503)
    faults.next("chat.postMessage", html=True)
    faults.next("messages.create", error=21610)
    nurse.sends_photo(photo, caption=CAPTION)
    _knocks_falsely(ward)
    line = nurse.phones.write(NURSE, CAPTION, contents=((photo[:9000], "image/jpeg"),))
    nurse.phones.announce(line)
    nurse.redelivers(line)
    card = doctor.sees("EMERGENCIA", in_channel="emergencias", within=90)
    nurse.sees("contorno", within=90)
    doctor.presses("Tomar el caso", on=card)
    nurse.sees("tomó el caso")
    doctor.types(ORDER, "emergencias", thread=card.ts)
    note = nurse.sees(ORDER)
    assert ward.knows(Channel.WHATSAPP, note.message.sid)
    nurse.replies_to(note, REPLY)
    doctor.sees(REPLY, in_channel="emergencias")
    nurse.sees("foto no evaluada")

    private = _private_things(ward, photo)
    _finds_what_it_looks_for(private)
    for log in ward.logs.iterdir():
        assert _found(private, log.read_bytes()) == [], log.name
    with Redis.from_url(ward.redis.url) as client:
        held = [*everything_in(client), *everything_written(ward.redis.directory)]
    assert any(b"jobs.fetch.fetch_photo" in value for value in held)
    assert _found(private, b"\n".join(held)) == []
    logged = "".join(log.read_text() for log in ward.logs.iterdir())
    assert "signature_refused" in logged


def _knocks_falsely(ward: Ward) -> None:
    """Forged knocks at both doors, full of what must not be repeated; and one that is no form."""
    form = {"MessageSid": "SM" + "0" * 32, "From": f"whatsapp:{NURSE}", "Body": CAPTION}
    url = f"{ward.environ['PUBLIC_URL']}/webhooks"
    headers = {"X-Twilio-Signature": "wrong"}
    assert requests.post(f"{url}/whatsapp", form, headers=headers, timeout=60).status_code == 403
    event = {"type": "message", "user": DOCTOR, "text": ORDER, "channel": "D1", "ts": "1.1"}
    stamped = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=wrong"}
    body = {"type": "event_callback", "event": event}
    answer = requests.post(f"{url}/slack", json=body, headers=stamped, timeout=60)
    assert answer.status_code == 401
    forged = requests.get(f"{ward.environ['PUBLIC_URL']}/media/{NURSE}", timeout=60)
    assert forged.status_code in (403, 404)


def _private_things(ward: Ward, photo: bytes) -> Mapping[str, list[bytes]]:
    """By name, each as it could be written."""
    environ = ward.environ
    names = ("TWILIO_AUTH_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "VIGIA_SECRET_KEY")
    words = {name: environ[name] for name in names}
    words |= {"phone": NURSE.removeprefix("+"), "patient": "778899", "nurse": "Ana Rojas"}
    words |= {"caption": "canario", "order": "canaria", "reply": "golondrina", "family": "familia"}
    words["clinician"] = "Bruno Díaz"
    found = {name: _written(word.encode()) for name, word in words.items()}
    with ward.house.store.snapshot() as snapshot:
        kept = [row.id for row in snapshot.all(select(t.photos.c.id))]
        pictures = [picture(snapshot, f"photo:{id}") for id in kept]
        drawn = [
            picture(snapshot, f"overlay:{row.id}")
            for row in snapshot.all(select(t.assessments.c.id))
        ]
    for number, content in enumerate(filter(None, [photo, *pictures, *drawn])):
        found[f"picture {number}"] = _pieces(content)
    return found


def _written(word: bytes) -> list[bytes]:
    """Plain, in a URL, in JSON, in hexadecimal, in Base64 at any offset, and its plain hashes."""
    text = word.decode()
    shifted = [base64.b64encode(bytes(pad) + word)[4:-4] for pad in range(3)]
    hashes = [getattr(hashlib, name)(word).hexdigest().encode() for name in _HASHES]
    plain = [word, quote(text).encode(), json.dumps(text)[1:-1].encode(), word.hex().encode()]
    return [*plain, *(part for part in shifted if len(part) >= 8), *hashes]


def _pieces(content: bytes) -> list[bytes]:
    """Any of a few stretches of a picture, encoded or not, and its plain hashes."""
    middles = (len(content) // 3, len(content) // 2, len(content) - 200)
    stretches = [content[at : at + 48] for at in middles]
    encoded = [base64.b64encode(content[at + n : at + n + 48]) for at in middles for n in range(3)]
    hashes = [getattr(hashlib, name)(content).hexdigest().encode() for name in _HASHES]
    return [*stretches, *encoded, *(one.hex().encode() for one in stretches), *hashes]


_HASHES = ("md5", "sha1", "sha256")


def _found(private: Mapping[str, list[bytes]], text: bytes) -> list[str]:
    return [name for name, forms in private.items() if any(form in text for form in forms)]


def _finds_what_it_looks_for(private: Mapping[str, list[bytes]]) -> None:
    """Each of them, alone in a line of a log, would have been seen."""
    for name, forms in private.items():
        assert name in _found(private, b'{"event": "x", "text": "' + forms[0] + b'"}')
