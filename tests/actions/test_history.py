"""A patient whose wounds were seen before."""

from collections.abc import Mapping

from bot.actions.deciding import decide_case
from bot.actions.replaying import replay
from bot.core.assessment import Category, CategoryDistribution, Quality, assessed
from bot.core.case import FETCH_LEASE, READING_LEASE, PhotoStatus
from bot.core.ports import ReadPhoto
from bot.core.staff import Role
from bot.store.case_rows import case_by_id, latest_decision, open_cases_of
from bot.store.photo_rows import claim_photo, photos_of_case, save_reading, store_photo
from bot.store.staff_rows import all_staff
from tests.actions.conftest import QuietWard


def _sends(ward: QuietWard, text: str, category: Category) -> str:
    """The id of the case whose photo was read and decided."""
    ward.says(text, photos=1)
    shares = {other: 0.95 if other is category else 0.01 for other in Category}
    reading = assessed(
        CategoryDistribution(shares), model="t", p_wound=0.99, quality=Quality(900, 900, 0.5, 99)
    )
    with ward.transaction() as tx:
        nurse = next(person for person in all_staff(tx, Role.NURSE))
        case = open_cases_of(tx, nurse.id)[0]
        photo_id = photos_of_case(tx, case.id)[-1].id
        fetched = claim_photo(tx, photo_id, PhotoStatus.ANNOUNCED, FETCH_LEASE, "system:test")
        assert fetched
        store_photo(tx, fetched, b"a photo", False, "system:test")
    with ward.transaction() as tx:
        stored = claim_photo(tx, photo_id, PhotoStatus.STORED, READING_LEASE, "system:test")
        assert stored
        save_reading(tx, stored, ReadPhoto(reading), "system:test")
    with ward.transaction() as tx:
        decide_case(tx, case.id, ward.rules)
    return case.id


def _decided(ward: QuietWard, case_id: str) -> Mapping[str, object]:
    with ward.store.snapshot() as snapshot:
        made = latest_decision(snapshot, case_id)
        assert made
        return {"row": made.row, "history": made.inputs["history"]}


def test_a_first_wound_has_no_history(ward: QuietWard) -> None:
    """Without an earlier case, or without the patient's code, nothing is compared."""
    assert _decided(ward, _sends(ward, "PAC-1001 sacro", Category.I))["history"] == []
    ward.advance(days=1)
    assert _decided(ward, _sends(ward, "sacro", Category.I))["history"] == []
    ward.advance(days=1)
    assert _decided(ward, _sends(ward, "PAC-1002 sacro", Category.I))["history"] == []


def test_a_second_wound_on_a_known_patient_takes_its_own_row(ward: QuietWard) -> None:
    """A category I is routine the first time; the next wound of the same patient is not."""
    first = _sends(ward, "PAC-1001 sacro", Category.I)
    ward.advance(days=3)
    second = _sends(ward, "PAC-1001 talón", Category.I)
    assert _decided(ward, first)["row"] == "8"
    assert _decided(ward, second) == {"row": "7b", "history": ["new_wound"]}


def test_a_replay_remembers_the_history(ward: QuietWard) -> None:
    """Made again later, the decision is the same, and says what earlier cases told."""
    _sends(ward, "PAC-1001 sacro", Category.I)
    ward.advance(days=3)
    id = _sends(ward, "PAC-1001 talón", Category.I)
    with ward.store.snapshot() as snapshot:
        (again,) = replay(snapshot, case_by_id(snapshot, id), ward.rules.table)
    assert again.is_same
    assert "history:new_wound" in again.now.why
