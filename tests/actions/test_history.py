"""A patient whose wounds were seen before."""

from collections.abc import Mapping

from bot.actions.replaying import replay
from bot.core.assessment import Category
from bot.store.case_rows import case_by_id, latest_decision
from bot.store.escalation_rows import escalation_of
from tests.actions.conftest import QuietWard


def _decided(ward: QuietWard, case_id: str) -> Mapping[str, object]:
    with ward.store.snapshot() as snapshot:
        made = latest_decision(snapshot, case_id)
        assert made
        return {"row": made.row, "history": made.inputs["history"]}


def test_a_first_wound_has_no_history(ward: QuietWard) -> None:
    """Without an earlier case, or without the patient's code, nothing is compared."""
    assert _decided(ward, ward.sends_seen_as("PAC-1001 sacro", Category.I))["history"] == []
    ward.advance(days=1)
    assert _decided(ward, ward.sends_seen_as("sacro", Category.I))["history"] == []
    ward.advance(days=1)
    assert _decided(ward, ward.sends_seen_as("PAC-1002 sacro", Category.I))["history"] == []


def test_a_second_wound_on_a_known_patient_takes_its_own_row(ward: QuietWard) -> None:
    """A category I is routine the first time; the next wound of the same patient is not."""
    first = ward.sends_seen_as("PAC-1001 sacro", Category.I)
    ward.advance(days=3)
    second = ward.sends_seen_as("PAC-1001 talón", Category.I)
    assert _decided(ward, first)["row"] == "8"
    assert _decided(ward, second) == {"row": "7b", "history": ["new_wound"]}


def test_a_replay_remembers_the_history(ward: QuietWard) -> None:
    """Made again later, the decision is the same, and says what earlier cases told."""
    ward.sends_seen_as("PAC-1001 sacro", Category.I)
    ward.advance(days=3)
    id = ward.sends_seen_as("PAC-1001 talón", Category.I)
    with ward.store.snapshot() as snapshot:
        (again,) = replay(snapshot, case_by_id(snapshot, id), ward.rules.table)
    assert again.is_same
    assert "history:new_wound" in again.now.why


def test_the_same_wound_is_known_by_its_site(ward: QuietWard) -> None:
    """Worse than the last time calls a person; unchanged after two weeks does too."""
    _ = ward.sends_seen_as("PAC-1001 talón derecho", Category.I)
    ward.advance(days=3)
    worse = ward.sends_seen_as("PAC-1001 úlcera en talon der", Category.II)
    ward.advance(days=14)
    stalled = ward.sends_seen_as("PAC-1001 heel, right side", Category.II)
    ward.advance(hours=1)
    other = ward.sends_seen_as("PAC-1001 talón izquierdo", Category.II)
    assert _decided(ward, worse) == {"row": "6b", "history": ["same_wound", "worse_than_last"]}
    assert _decided(ward, stalled) == {"row": "6", "history": ["no_sign_of_healing", "same_wound"]}
    assert _decided(ward, other) == {"row": "7", "history": ["new_wound"]}
    with ward.store.snapshot() as snapshot:
        assert escalation_of(snapshot, worse)
        assert escalation_of(snapshot, stalled)
        assert escalation_of(snapshot, other) is None


def test_a_wound_that_heals_is_the_same_and_calls_nobody(ward: QuietWard) -> None:
    """Better than two weeks ago: it is compared, and stays routine."""
    ward.sends_seen_as("PAC-1001 sacro", Category.II)
    ward.advance(days=20)
    healing = ward.sends_seen_as("PAC-1001 sacro", Category.I)
    assert _decided(ward, healing) == {"row": "8", "history": ["same_wound"]}
