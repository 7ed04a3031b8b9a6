"""The home tab: who sees what on it, in which order, and when it is published anew."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.models.views import View
from sqlalchemy import select

from bot.actions.escalating import climb_ladder
from bot.actions.home import MOST_WAITING, home_facts
from bot.actions.respond import press
from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.audit import AuditEvent, AuditKind, ChainIntact, verify_chain
from bot.core.deed import Deed
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Channel, Press
from bot.core.message import MessageKind
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.core.watch import Late
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.escalation_rows import escalation_by_id, open_escalations
from bot.store.home_rows import claim_home, home_failed, home_shown, homes_due, open_home
from bot.store.late_rows import oldest_due
from bot.store.said_rows import message_by_id
from bot.store.staff_rows import enrol, remove_staff, staff_by_sender
from tests.actions.conftest import QuietWard

SCHEMA = Path(os.environ.get("VENDOR_SCHEMAS", "nowhere")) / "HomeView.schema.json"
WORKSPACE = "https://hospital.slack.com/"
_WORDING = Wording(CHECKOUT / "templates")


def home(ward: QuietWard, user: str, language: Language = Language.ES) -> dict[str, Any]:
    """The view as it is published, held to Slack's own models, limits and schema."""
    with ward.transaction() as tx:
        facts = home_facts(tx, user, ward.rules)
    view = _WORDING.home(facts, language, WORKSPACE)
    View(**view).validate_json()  # type: ignore[arg-type]
    assert len(view["blocks"]) <= 100  # type: ignore[arg-type]
    assert len(json.dumps(view)) <= 250 * 1024
    if SCHEMA.exists():
        jsonschema.validate(view, json.loads(SCHEMA.read_text()))
    return view


def words(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]


def emergency(ward: QuietWard, text: str = "fiebre de 39 y confuso") -> str:
    """The id of a new escalation."""
    ward.says(text)
    with ward.store.snapshot() as snapshot:
        query = select(t.escalations.c.id).order_by(t.escalations.c.raised_at.desc())
        return str(snapshot.value(query))


def presses_home(
    ward: QuietWard, user: str, value: str, action: str = "vigia_take", id: str = ""
) -> None:
    ward._count += 1
    pressed = Press(id or f"homepress{ward._count}", user, action, value, "", "")
    with ward.transaction() as tx:
        assert press(tx, pressed, ward.rules) is None


def due(ward: QuietWard) -> list[str]:
    with ward.store.snapshot() as snapshot:
        return homes_due(snapshot, ward.now)


def opens(ward: QuietWard, user: str) -> str:
    """The id of that person's home, opened and published."""
    with ward.transaction() as tx:
        open_home(tx, user)
    (id,) = due(ward)
    publishes(ward, id)
    return id


def publishes(ward: QuietWard, id: str) -> None:
    with ward.transaction() as tx:
        claimed = claim_home(tx, id)
        assert claimed
        home_shown(tx, claimed, None)


def status_of(ward: QuietWard, escalation_id: str) -> EscalationStatus:
    with ward.store.snapshot() as snapshot:
        found = escalation_by_id(snapshot, escalation_id)
    assert found
    return found.status


def test_a_doctor_sees_what_waits_and_takes_it_there(ward: QuietWard) -> None:
    """The case stands first under what waits, then under what the doctor has."""
    escalation = emergency(ward)
    ward.post_everything()
    before = home(ward, "U0DOCTOR")
    assert "Esperan a quien los tome (1)" in words(before)
    assert "Emergencia" in words(before)
    take, look = buttons(before)
    assert (take["action_id"], take["value"]) == ("vigia_take", f"{escalation}/{Urgency.EMERGENCY}")
    assert look["url"].startswith(f"{WORKSPACE}archives/C1/p")
    presses_home(ward, "U0DOCTOR", f"{escalation}/{Urgency.ROUTINE}", id="late")
    assert status_of(ward, escalation) is EscalationStatus.WAITING
    presses_home(ward, "U0DOCTOR", take["value"])
    assert status_of(ward, escalation) is EscalationStatus.ACKNOWLEDGED
    after = words(home(ward, "U0DOCTOR"))
    assert "Esperan a quien los tome (0)" in after
    assert "Los tiene usted (1)" in after
    assert "Bruno" in ward.read(MessageKind.TAKEN)
    assert "Lo tiene" in ward.card()


def test_what_is_overdue_stands_first_in_red(ward: QuietWard) -> None:
    """A rung that let its time pass goes before what is due sooner."""
    ward.sends_seen_as("sacro", Category.III)
    with ward.store.snapshot() as snapshot:
        (late,) = open_escalations(snapshot)
    ward.now = late.rung_due_at
    with ward.transaction() as tx:
        climb_ladder(tx, late.id, ward.rules)
    ward.says("talón, fiebre de 39 y confusa", photos=1)
    shown = words(home(ward, "U0DOCTOR"))
    assert shown.count(":red_circle:") == 1
    assert shown.index(":red_circle:") < shown.index("Emergencia")
    assert "Atrasado." in shown


def test_a_nurse_sees_her_own_cases_and_takes_none(ward: QuietWard) -> None:
    """How each stands and who has it, without the clinicians' buttons or anybody else's cases."""
    escalation = emergency(ward)
    ward.post_everything()
    shown = home(ward, "U0NURSE1")
    assert "Los envió usted (1)" in words(shown)
    assert "Se espera respuesta (médico de turno, enfermera jefe de turno)" in words(shown)
    assert buttons(shown) == []
    presses_home(ward, "U0NURSE1", escalation)
    assert status_of(ward, escalation) is EscalationStatus.WAITING
    assert "Su rol no permite" in ward.read(MessageKind.PRESS_REFUSED)


def test_a_case_without_a_photo_shows_what_was_written(ward: QuietWard) -> None:
    """A call for a person says why; a photo's case shows none of its words."""
    ward.says("quiero hablar con una persona")
    assert "Sin foto: «quiero hablar con una persona»" in words(home(ward, "U0DOCTOR"))
    ward.says("Sacro con olor", photos=1)
    assert "olor" not in words(home(ward, "U0DOCTOR"))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_runs_the_house_sees_counts_and_no_case(ward: QuietWard, role: Role) -> None:
    """How many wait and how many are overdue, of whom nothing."""
    emergency(ward)
    ward.advance(hours=1)
    with ward.transaction() as tx:
        enrol(
            tx,
            name="Olga",
            role=role,
            language=Language.ES,
            phone=None,
            slack_user="U0OLGA",
            actor="test",
        )
    shown = words(home(ward, "U0OLGA"))
    assert "*Sin tomar:* 1 (1 con atraso)" in shown
    assert "*Mensajes sin enviar:*" in shown
    assert "Paciente" not in shown
    assert "caso" not in shown.replace("casos", "")


def test_a_stranger_is_told_kindly_in_both_languages(ward: QuietWard) -> None:
    """No case, no count, and whom to ask."""
    emergency(ward)
    shown = words(home(ward, "U0STRANGER"))
    assert "aún no está inscrito" in shown
    assert "You are not enrolled" in shown
    assert "caso 1" not in shown
    assert "Esperan" not in shown


def test_a_place_in_the_nurses_own_words_is_not_shown(ward: QuietWard) -> None:
    """Free words may name a person; a home tab shows codes and known places."""
    ward.says("paciente 12345-6, talón izquierdo, fiebre de 39 y confuso")
    assert "Talón izquierdo".lower() in words(home(ward, "U0DOCTOR")).lower()
    with ward.transaction() as tx:
        tx.write(
            t.cases.update().values(
                site_sealed=tx.vault.seal_text("pie de Juan Soto", "cases.site")
            ),
            AuditEvent(AuditKind.CASE_LEARNED, "test", "case"),
        )
    assert "Juan" not in words(home(ward, "U0DOCTOR"))


def test_a_long_list_ends_with_how_many_more(ward: QuietWard) -> None:
    """Slack takes a hundred blocks; nothing is dropped without saying so."""
    for _ in range(MOST_WAITING + 7):
        ward.says("fiebre de 39 y confuso")
        ward.advance(hours=13)
    ward.post_everything()
    shown = home(ward, "U0DOCTOR")
    assert f"Esperan a quien los tome ({MOST_WAITING + 7})" in words(shown)
    assert "Y 7 más" in words(shown)
    assert "And 7 more" in words(home(ward, "U0DOCTOR", Language.EN))


def test_a_second_press_learns_who_has_it_and_a_repeated_one_nothing(ward: QuietWard) -> None:
    """The colleague is told in the direct messages; the same press twice is one."""
    escalation = emergency(ward)
    presses_home(ward, "U0DOCTOR", escalation, id="same")
    presses_home(ward, "U0DOCTOR", escalation, id="same")
    presses_home(ward, "U0WOUND1", escalation)
    assert "Bruno ya tiene este caso" in ward.read(MessageKind.ALREADY_TAKEN)
    with ward.store.snapshot() as snapshot:
        query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.ALREADY_TAKEN)
        told = message_by_id(snapshot, snapshot.value(query))
    assert (told.thread.address.to, told.message.only_to) == ("U0WOUND1", None)


@pytest.mark.parametrize("action", ["vigia_close", "vigia_confirm", "vigia_hand_over"])
def test_the_home_tab_takes_and_does_nothing_else(ward: QuietWard, action: str) -> None:
    """No other deed was offered there: a forged one is refused, in the direct messages."""
    escalation = emergency(ward)
    presses_home(ward, "U0DOCTOR", escalation, action)
    assert status_of(ward, escalation) is EscalationStatus.WAITING
    assert "no corresponde" in ward.read(MessageKind.PRESS_REFUSED)


def test_a_burst_of_changes_is_published_once(ward: QuietWard) -> None:
    """Homes that were opened come due together, a moment after the first change."""
    doctor, nurse = opens(ward, "U0DOCTOR"), opens(ward, "U0NURSE1")
    assert due(ward) == []
    emergency(ward)
    emergency(ward)
    assert due(ward) == []
    ward.advance(seconds=1)
    assert sorted(due(ward)) == sorted([doctor, nurse])
    for id in (doctor, nurse):
        publishes(ward, id)
    assert due(ward) == []


def test_a_home_that_was_faster_than_its_card_gets_the_link_to_it(ward: QuietWard) -> None:
    """Slack took a while for the card: the home is published again once it stands."""
    id = opens(ward, "U0DOCTOR")
    ward.says("UCI-204 con fiebre de 39 y confusa")
    ward.advance(seconds=1)
    publishes(ward, id)
    assert not any("url" in button for button in buttons(home(ward, "U0DOCTOR")))
    ward.post_everything()
    ward.advance(seconds=1)
    assert due(ward) == [id]
    assert any("url" in button for button in buttons(home(ward, "U0DOCTOR")))


def test_a_change_while_it_is_published_is_published_too(ward: QuietWard) -> None:
    """What came after the claim is not lost with its release, and nobody publishes beside."""
    id = opens(ward, "U0DOCTOR")
    with ward.transaction() as tx:
        open_home(tx, "U0DOCTOR")
    with ward.transaction() as tx:
        claimed = claim_home(tx, id)
    emergency(ward)
    ward.advance(seconds=5)
    with ward.transaction() as tx:
        assert claim_home(tx, id) is None
        assert claimed
        home_shown(tx, claimed, None)
    assert due(ward) == [id]


def test_a_killed_publisher_is_followed_by_another(ward: QuietWard) -> None:
    """The lease runs out, and the sweep finds the home due."""
    with ward.transaction() as tx:
        open_home(tx, "U0DOCTOR")
    (id,) = due(ward)
    with ward.transaction() as tx:
        dead = claim_home(tx, id)
    assert dead
    assert due(ward) == []
    ward.advance(seconds=31)
    assert due(ward) == [id]
    with ward.transaction() as tx:
        alive = claim_home(tx, id)
        assert alive
        home_shown(tx, dead, None)
        assert claim_home(tx, id) is None


def test_the_auditor_finds_a_home_that_nobody_publishes(ward: QuietWard) -> None:
    """From when it was due, or from the end of a dead publisher's lease; not once it is shown."""
    with ward.transaction() as tx:
        open_home(tx, "U0DOCTOR")
    (id,) = due(ward)

    def late_since() -> datetime | None:
        with ward.store.snapshot() as snapshot:
            return oldest_due(snapshot, ward.now)[Late.HOME]

    assert late_since() == ward.now
    with ward.transaction() as tx:
        claimed = claim_home(tx, id)
    assert claimed
    assert late_since() == claimed.lease_until
    with ward.transaction() as tx:
        home_shown(tx, claimed, None)
    assert late_since() is None


def test_what_slack_did_not_take_is_tried_again(ward: QuietWard) -> None:
    """At the time that was set, or for good, at the next change."""
    id = opens(ward, "U0DOCTOR")
    for again in (ward.now + timedelta(minutes=1), None):
        with ward.transaction() as tx:
            open_home(tx, "U0DOCTOR")
            claimed = claim_home(tx, id)
            assert claimed
            home_failed(tx, claimed, again, "rate_limited" if again else "not_enabled")
        assert due(ward) == []
        ward.advance(minutes=1)
        assert due(ward) == ([id] if again else [])
    emergency(ward)
    ward.advance(seconds=1)
    assert due(ward) == [id]


def test_who_leaves_sees_the_ward_no_longer(ward: QuietWard) -> None:
    """Removed from the staff, a person's home is published at once as a stranger's."""
    emergency(ward)
    id = opens(ward, "U0DOCTOR")
    with ward.transaction() as tx:
        doctor = staff_by_sender(tx, Channel.SLACK, "U0DOCTOR")
        assert doctor
        remove_staff(tx, doctor.id, "test")
    ward.advance(seconds=1)
    assert due(ward) == [id]
    assert "aún no está inscrito" in words(home(ward, "U0DOCTOR"))


def test_every_change_leaves_its_event(ward: QuietWard) -> None:
    """Opened, claimed and shown stand on the chain."""
    opens(ward, "U0DOCTOR")
    with ward.store.snapshot() as snapshot:
        records = list(audit_records(snapshot))
    assert isinstance(verify_chain(records), ChainIntact)
    kinds = [record.event.kind for record in records if record.event.kind.startswith("home.")]
    assert kinds == ["home.opened", "home.claimed", "home.shown"]


def test_everybody_who_was_told_is_named_until_one_colleague_is(ward: QuietWard) -> None:
    """An emergency is told to two roles at once; once it is handed over, that colleague's answer
    is awaited, and when they are silent the next rung's."""
    escalation = emergency(ward)
    ward.post_everything()
    awaited = "(médico de turno, enfermera jefe de turno) hasta las"
    assert awaited in words(home(ward, "U0DOCTOR"))
    assert "luego, otra vez, enfermera jefe de turno" in words(home(ward, "U0DOCTOR"))
    assert "luego, otra vez, enfermera jefe de turno" in ward.card()
    presses_home(ward, "U0DOCTOR", escalation)
    with ward.transaction() as tx:
        case_id = escalation_by_id(tx, escalation).case_id  # type: ignore[union-attr]
        carla = staff_by_sender(tx, Channel.SLACK, "U0WOUND1")
        form = ward.presses("U0DOCTOR", tx, case_id, escalation, Deed.HAND_OVER)
        assert carla
        assert form
        assert ward.fills("U0DOCTOR", tx, case_id, form, to=carla.id) == {}
    assert "(Carla) hasta las" in words(home(ward, "U0WOUND1"))
    ward.advance(minutes=6)
    with ward.transaction() as tx:
        climb_ladder(tx, escalation, ward.rules)
    assert "(enfermera jefe de turno) hasta las" in words(home(ward, "U0WOUND1"))
