"""The doctor who has the duty is named, through real processes and Slack's stand-in."""

from datetime import timedelta

from bot.actions.on_call import take_over
from bot.core.staff import Language, Role
from bot.store.on_call_rows import add_override
from bot.store.staff_rows import all_staff, enrol
from tests.journeys.conftest import DOCTOR, Ward


def test_who_takes_the_duty_over_is_named_in_place_of_a_colleague(ward: Ward) -> None:
    """An emergency at whatever hour this test runs: one doctor is named, and takes it."""
    with ward.house.acting() as tx:
        (bruno,) = all_staff(tx, Role.PHYSICIAN)
        dora = enrol(
            tx,
            name="Dra. Dora Vega",
            role=Role.PHYSICIAN,
            language=Language.ES,
            phone=None,
            slack_user="U0DORA01",
            actor="test",
        )
        add_override(tx, dora, tx.now, tx.now + timedelta(days=1), "test")
    with ward.house.acting() as tx:
        take_over(tx, bruno, 8, ward.house.rules.site.zone)
    ward.start("critical", "delivery", "sweep")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    card = ward.doctor().sees("Emergencia", in_channel="emergencias")
    assert f"<@{DOCTOR}>" in card.text
    assert "<@U0DORA01>" not in card.text
    ward.doctor().presses("Tomar el caso", on=card)
    ward.nurse().sees("tomó el caso")
    assert ward.sandbox.violations == []
