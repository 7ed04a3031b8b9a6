"""Clinicians work on a case from its card; real modals open, and the nurse learns each step."""

from typing import Any

from bot.core.audit import ChainIntact, verify_chain
from bot.core.inbound import Channel
from bot.store.audit_rows import audit_records
from tests.journeys.conftest import Ward, eventually


def _chosen(value: str) -> dict[str, Any]:
    return {"value": {"type": "static_select", "selected_option": {"value": value}}}


def _written(text: str | None) -> dict[str, Any]:
    return {"value": {"type": "plain_text_input", "value": text}}


def _taken(ward: Ward):  # type: ignore[no-untyped-def]
    ward.start("critical", "delivery", "sweep")
    ward.nurse().sends_text("paciente con fiebre 39 y confuso")
    card = ward.doctor().sees("Emergencia", in_channel="emergencias")
    assert ward.knows(Channel.SLACK, card.ts)
    ward.doctor().presses("Tomar el caso", on=card)
    ward.nurse().sees("tomó el caso")
    assert eventually(lambda: "vigia_correct" in str(card.now))
    return card


def test_a_case_is_taken_corrected_and_closed_from_its_card(ward: Ward) -> None:
    """Each form opens, is sent and changes the card, its thread and the nurse's."""
    card, doctor, nurse = _taken(ward), ward.doctor(), ward.nurse()
    doctor.presses("Corregir", on=card.now)
    form = doctor.sees_modal("Categoría, a su juicio")
    doctor.submits(
        form, {"category": _chosen("III"), "tissue": _chosen("slough"), "note": _written(None)}
    )
    nurse.sees("corrigió el resultado: categoría III")
    doctor.sees("corrigió", in_channel="emergencias", thread=card.ts)
    doctor.presses("Cerrar", on=card.now)
    form = doctor.sees_modal("Cómo termina")
    nothing = doctor.submits(form, {"outcome": {"value": {"selected_option": None}}})
    assert "Falta este dato" in nothing.body.decode()
    doctor.submits(form, {"outcome": _chosen("referred"), "note": _written("A cirugía")})
    nurse.sees("derivada")
    assert eventually(lambda: "cerró el caso" in str(card.now))
    assert "vigia_" not in str([b.action_id for b in card.now.buttons])
    assert ward.sandbox.violations == []
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)


def test_a_case_is_handed_to_a_colleague_who_takes_it(ward: Ward) -> None:
    """The colleague is named under the card, and the nurse hears who has it now."""
    card, doctor = _taken(ward), ward.doctor()
    doctor.presses("Traspasar", on=card.now)
    form = doctor.sees_modal("A quién")
    (choices,) = [b for b in form.content["blocks"] if b.get("block_id") == "to"]
    (nurses, *_) = choices["element"]["option_groups"]
    assert nurses["label"]["text"] == "enfermera de heridas"
    carla = nurses["options"][0]
    assert "Carla Soto" in carla["text"]["text"]
    doctor.submits(form, {"to": _chosen(carla["value"]), "note": _written("Salgo de turno")})
    ward.wound_nurse().sees("le traspasa el caso", in_channel="emergencias")
    assert eventually(lambda: "vigia_take" in str(card.now))
    ward.wound_nurse().presses("Tomar el caso", on=card.now)
    ward.nurse().sees("Carla Soto (enfermera de heridas) tomó el caso")


def test_case_26_a_form_that_slack_will_not_open_is_said_so(ward: Ward) -> None:
    """The trigger had expired: that person alone is told to press again, and nothing changed."""
    card = _taken(ward)
    ward.sandbox.faults.next("views.open", error="expired_trigger_id")
    ward.doctor().presses("Escribir a enfermería", on=card.now)
    ward.doctor().sees_only_me("El formulario no se abrió")
    ward.doctor().presses("Escribir a enfermería", on=card.now)
    form = ward.doctor().sees_modal("Lo que leerá enfermería")
    ward.doctor().submits(form, {"text": _written("Voy en camino")})
    ward.nurse().sees("Voy en camino")
