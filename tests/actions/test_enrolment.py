"""Who is enrolled: changed, removed, and back again."""

import pytest

from bot.core.inbound import Channel
from bot.core.staff import Language, Role, Staff
from bot.store.staff_rows import AddressTaken, enrol, remove_staff, staff_by_id, staff_by_sender
from tests.actions.conftest import NURSE, QuietWard

SLACK = "U0ANAANA"


def _add(ward: QuietWard, name: str, phone: str | None, slack: str | None = None) -> Staff:
    with ward.transaction() as tx:
        return enrol(
            tx,
            name=name,
            role=Role.NURSE,
            language=Language.ES,
            phone=phone,
            slack_user=slack,
            actor="admin:test",
        )


def _ana(ward: QuietWard) -> Staff:
    with ward.store.snapshot() as snapshot:
        found = staff_by_sender(snapshot, Channel.WHATSAPP, NURSE)
    assert found
    return found


def test_a_nurse_who_comes_back_is_the_same_person(ward: QuietWard) -> None:
    """She is answered again, and her earlier cases are still hers."""
    before = _ana(ward)
    with ward.transaction() as tx:
        assert remove_staff(tx, before.id, "admin:test")
        assert staff_by_sender(tx, Channel.WHATSAPP, NURSE) is None
    assert _add(ward, "ana", NURSE).id == before.id
    assert _ana(ward).active


def test_the_number_of_a_nurse_who_left_is_nobody_elses(ward: QuietWard) -> None:
    """Whoever has it now must not become the sender of her cases."""
    before = _ana(ward)
    with ward.transaction() as tx:
        remove_staff(tx, before.id, "admin:test")
    with pytest.raises(AddressTaken) as taken:
        _add(ward, "Berta", NURSE)
    assert taken.value.id == before.id
    with ward.store.snapshot() as snapshot:
        kept = staff_by_id(snapshot, before.id)
    assert (kept.name, kept.active) == ("Ana", False)


def test_an_address_that_is_not_given_stays(ward: QuietWard) -> None:
    """Enrolled by her Slack account, a nurse can still write from her phone."""
    ana = _add(ward, "Ana", NURSE, SLACK)
    changed = _add(ward, "Ana Rojas", None, SLACK)
    assert (changed.id, changed.phone, changed.slack_user) == (ana.id, NURSE, SLACK)
    assert _ana(ward).name == "Ana Rojas"


def test_two_people_do_not_become_one(ward: QuietWard) -> None:
    """The phone of one and the Slack account of another: nothing is changed."""
    _add(ward, "Berta", None, SLACK)
    with pytest.raises(AddressTaken):
        _add(ward, "Ana", NURSE, SLACK)
    assert _ana(ward).slack_user == "U0NURSE1"
