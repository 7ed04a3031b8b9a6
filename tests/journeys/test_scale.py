"""A scale in the chat, through real processes."""

from tests.journeys.conftest import Ward


def test_a_nurse_follows_a_wound_by_its_push(ward: Ward) -> None:
    """Scored twice for the same patient, it comes back as a total and as a chart."""
    ward.start("delivery", "routine", "sweep")
    nurse = ward.nurse()
    for area, tissue, total in (("4 x 3 cm", "4", "13"), ("6", "3", "11")):
        nurse.sends_text("push PAC-1001")
        nurse.sees("1 de 3")
        nurse.sends_text(area)
        nurse.sees("2 de 3")
        nurse.sends_text("moderado")
        nurse.sees("3 de 3")
        nurse.sends_text(tissue)
        nurse.sees(f"PUSH 3.0: {total}")
    nurse.sees("13 → 11")
    assert ward.sandbox.violations == []
