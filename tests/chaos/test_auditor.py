"""The auditor trusts neither the sweep nor the workers."""

from dataclasses import replace
from datetime import timedelta

from bot.core.watch import Late
from jobs.auditor import audit_once
from jobs.sweep import tick
from tests.journeys.conftest import Ward


def test_an_emergency_reaches_the_ward_with_the_sweep_and_every_worker_dead(ward: Ward) -> None:
    """The bell sounds and nobody comes: after a minute the auditor posts the card and an alert."""
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    began = ward.house.clock()
    assert audit_once(ward.house, began) == {}
    later = replace(ward.house, clock=lambda: began + timedelta(seconds=70))
    assert Late.SWEEP in audit_once(later, began)
    ward.doctor().sees("EMERGENCIA", in_channel="#emergencias")
    ward.doctor().sees("El barrido no responde", in_channel="#sistema-alertas")


def test_a_house_in_good_order_is_left_alone(ward: Ward) -> None:
    """Where the sweep has just ticked and nothing waits, nothing is late."""
    tick(ward.house)
    assert audit_once(ward.house, ward.house.clock()) == {}
