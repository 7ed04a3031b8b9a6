"""A nurse asks for a person in plain words, through real processes."""

from tests.journeys.conftest import Ward


def test_a_nurse_asks_for_a_person_and_one_comes(ward: Ward) -> None:
    """No photo is sent: the wound nurse sees the card, takes it, and the nurse is told who."""
    ward.start("critical", "delivery", "sweep")
    nurse, carla = ward.nurse(), ward.wound_nurse()
    nurse.sends_text("hola, quiero hablar con una persona por favor")
    nurse.sees("avisado: enfermera de heridas")
    carla.sees("quiero hablar con una persona")
    carla.sees("No se envió foto.")
    carla.presses("Tomar el caso")
    nurse.sees("Carla Soto")
    nurse.sends_text("English, please")
    nurse.sees("From now on Vigia writes to you in English")
    nurse.sends_text("my cases")
    nurse.sees("a clinician has it (Carla Soto)")
    assert ward.sandbox.violations == []
