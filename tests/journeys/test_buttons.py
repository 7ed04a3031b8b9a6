"""A nurse with one hand free answers by pressing, through real processes."""

from bot.demo.drawn_wound import draw_wound
from tests.journeys.conftest import ALL, Ward


def test_what_is_missing_is_answered_with_one_thumb(ward: Ward) -> None:
    """A list for the place, buttons for the fever, and the fever calls a person at once."""
    ward.start(*ALL)
    nurse, doctor = ward.nurse(), ward.doctor()
    nurse.sends_photo(draw_wound())
    place = nurse.sees("¿Dónde está la herida?", within=60)
    assert place.message.opener == "Elegir"
    place.presses("Talón derecho")
    nurse.sees("Anotado: Talón derecho", within=20)
    while not nurse.sees("*Caso", within=30).text.endswith("¿Tiene fiebre o escalofríos?"):
        nurse.presses("Omitir")
    nurse.presses("Sí")
    assert doctor.sees("EMERGENCIA", in_channel="emergencias", within=30)
    nurse.sees("fiebre (su respuesta)", within=20)
    place.presses("Sacro")
    nurse.sees("ya estaba respondida", within=20)
    assert ward.sandbox.violations == []
