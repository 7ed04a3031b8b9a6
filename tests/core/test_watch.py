from datetime import UTC, datetime, timedelta

import pytest

from bot.core.watch import GRACE, Late, find_late

DUE = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_whatever_can_be_late_has_its_grace():
    """The table is complete."""
    assert set(GRACE) == set(Late)


@pytest.mark.parametrize("late", Late)
def test_late_begins_when_the_grace_has_passed(late):
    """What fell due is late after its grace, not before, and what does not wait never is."""
    assert not find_late({late: DUE}, DUE + GRACE[late])
    assert find_late({late: DUE}, DUE + GRACE[late] + timedelta(seconds=1)) == {late: DUE}
    assert not find_late({late: None}, DUE + timedelta(days=1))
