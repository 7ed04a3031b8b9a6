"""Processes die, Redis forgets: the case still ends, and each message arrives once."""

from collections import Counter

import pytest
from redis import Redis

from bot.core.audit import ChainIntact, verify_chain
from bot.demo.drawn_wound import draw_wound
from bot.dispatch import RqDoorbell
from bot.store.audit_rows import audit_records
from tests.journeys.conftest import ALL, Ward, eventually

# Five processes start at once and load the model, on two cores beside other tests.
LONG = 240


def _texts(ward: Ward) -> Counter[str]:
    return Counter(message.text for message in ward.nurse().received)


def _finished(ward: Ward) -> None:
    for words in ("Recibido", "lo más probable", "contorno"):
        ward.nurse().sees(words, within=LONG)
    assert max(_texts(ward).values()) == 1
    assert ward.sandbox.violations == []
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)


@pytest.mark.parametrize("victim", ["critical", "reading", "delivery", "sweep"])
def test_case_49_a_killed_process_loses_nothing(ward: Ward, victim: str) -> None:
    """Whoever is killed in the middle of a case, its successor finishes it, once."""
    ward.start(*ALL)
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    ward.nurse().sees("Recibido", within=LONG)
    ward.kill(victim)
    ward.start(victim)
    _finished(ward)


def test_case_50_an_emptied_redis_loses_nothing(ward: Ward) -> None:
    """Redis is a doorbell: what it forgets, the sweep rings for again."""
    ward.start("sweep")
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    with Redis.from_url(ward.redis.url) as client:
        client.flushall()
    ward.start(*(name for name in ALL if name != "sweep"))
    _finished(ward)


def test_a_house_that_was_down_takes_up_where_it_stopped(ward: Ward) -> None:
    """Everything stops after the photo was accepted; hours later the case goes on."""
    ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    ward.start(*ALL)
    _finished(ward)


def test_case_04_the_webhook_accepts_while_redis_is_away(ward: Ward) -> None:
    """No bell is heard, and the message is kept all the same."""
    assert isinstance(ward.house.doorbell, RqDoorbell)
    ward.redis.kill()
    ward.nurse().sends_photo(draw_wound(), caption="fiebre 39 y confusión")
    ward.redis.start()
    ward.start(*ALL)
    ward.doctor().sees("EMERGENCIA", in_channel="emergencias", within=LONG)
    assert eventually(lambda: any("Recibido" in text for text in _texts(ward)), within=LONG)
