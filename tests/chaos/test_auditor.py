"""The auditor trusts neither the sweep nor the workers."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.core.watch import Late
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.photo_rows import photos_of_case
from bot.store.second_opinion_rows import ask_for_second
from jobs.auditor import audit_once
from jobs.sweep import tick
from tests.journeys.conftest import Ward


def test_an_emergency_reaches_the_ward_with_the_sweep_and_every_worker_dead(ward: Ward) -> None:
    """The bell sounds and nobody comes: after a minute the auditor posts the card and an alert."""
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    began = ward.house.clock()
    at_once = replace(ward.house, clock=lambda: began)
    assert audit_once(at_once, began) == {}
    later = replace(ward.house, clock=lambda: began + timedelta(seconds=70))
    assert Late.SWEEP in audit_once(later, began)
    ward.doctor().sees("EMERGENCIA", in_channel="#emergencias")
    ward.doctor().sees("El barrido no responde", in_channel="#sistema-alertas")


def test_a_house_in_good_order_is_left_alone(ward: Ward) -> None:
    """Where the sweep has just ticked and nothing waits, nothing is late."""
    tick(ward.house)
    assert audit_once(ward.house, ward.house.clock()) == {}


def test_one_row_that_cannot_be_worked_on_does_not_hold_up_an_alarm(ward: Ward) -> None:
    """Redis is away, and a second opinion is overdue of a photo that has no first one."""
    ward.nurse().sends_photo(draw_wound(), caption="paciente con fiebre 39 y confuso")
    with ward.house.acting() as tx:
        (photo,) = photos_of_case(tx, str(tx.value(select(t.cases.c.id))))
        ask_for_second(tx, photo, timedelta(seconds=-1), "system:test")
    ward.redis.kill()
    tick(ward.house)
    ward.doctor().sees("EMERGENCIA", in_channel="#emergencias")
