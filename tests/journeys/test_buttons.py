"""A nurse with one hand free answers by pressing, through real processes."""

from bot.demo.drawn_wound import draw_wound
from bot.web.sandbox.nurse import Nurse, SeenMessage
from tests.journeys.conftest import ALL, Ward, eventually


def test_what_is_missing_is_answered_with_one_thumb(ward: Ward) -> None:
    """A list for the place, buttons for the fever, and the fever calls a person at once."""
    ward.start(*ALL)
    nurse, doctor = ward.nurse(), ward.doctor()
    nurse.sends_photo(draw_wound())
    place = nurse.sees("¿Dónde está la herida?")
    assert place.message.opener == "Elegir"
    place.presses("Talón derecho")
    nurse.sees("Anotado: Talón derecho")
    answered = {place.message.sid}
    while not (asked := _asked_beside(nurse, answered)).text.endswith(
        "¿Tiene fiebre o escalofríos?"
    ):
        answered.add(asked.message.sid)
        asked.presses("Omitir")
    asked.presses("Sí")
    assert doctor.sees("EMERGENCIA", in_channel="emergencias")
    nurse.sees("fiebre (su respuesta)")
    place.presses("Sacro")
    nurse.sees("ya estaba respondida")
    assert ward.sandbox.violations == []


def _asked_beside(nurse: Nurse, answered: set[str]) -> SeenMessage:
    """The question that may be left out and was not answered: it comes a while after the last."""

    def asked() -> list[SeenMessage]:
        open = [one for one in nurse.received if one.message.sid not in answered]
        return [
            one for one in open if "Omitir" in [offered.text for offered in one.message.buttons]
        ]

    assert eventually(asked), nurse.conversation()
    return asked()[-1]
