"""A protocol question through real processes, in the middle of an open case."""

from bot.demo.drawn_wound import draw_wound
from tests.journeys.conftest import Ward


def test_a_nurse_asks_in_the_middle_of_an_open_case(ward: Ward) -> None:
    """She reads the rule, its key and where sources disagree; the case stays as it was."""
    ward.start("delivery", "sweep")
    nurse = ward.nurse()
    nurse.sends_photo(draw_wound(), caption="Sacro")
    nurse.sees("Recibido")
    nurse.sends_text("cada cuanto lo giro? es un paciente en riesgo")
    nurse.sees("R7")
    nurse.sends_text("cuantos mg de tramadol le doy antes de curar?")
    nurse.sees("No respondo sobre fármacos")
    with ward.house.store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar() == 1
        placed = "select count(*) from inbound where case_id is not null"
        # The photo, and the words that a clinician should see; not the general question.
        assert connection.exec_driver_sql(placed).scalar() == 2
    assert ward.sandbox.violations == []
