"""Who may do what: the table is asked for every role, deed and state there is."""

from itertools import product

import pytest

from bot.core.case import CaseStatus
from bot.core.deed import Deed
from bot.core.permissions import MAY_TAKE, RULES, SIGHTS, Refusal, Sight, offered, refusal
from bot.core.staff import Role

ALL = list(product(Deed, Role, CaseStatus, (True, False)))


def test_the_table_is_complete():
    """Every deed has its rule, and every combination an answer."""
    assert set(RULES) == set(Deed)
    for deed, role, status, holds in ALL:
        assert refusal(deed, role, status, holds=holds) in {None, *Refusal}


@pytest.mark.parametrize("role", [Role.NURSE, Role.ADMIN, Role.AUDITOR])
def test_who_is_no_clinician_of_the_ladder_does_nothing_to_a_case(role):
    """A nurse sends, an admin and an auditor look on."""
    for deed, status, holds in product(Deed, CaseStatus, (True, False)):
        assert refusal(deed, role, status, holds=holds) is Refusal.ROLE


def test_a_closed_case_stays_as_it_is():
    """Nobody does anything to it, and its card has no button."""
    for deed, role in product(Deed, Role):
        assert refusal(deed, role, CaseStatus.CLOSED, holds=True) is not None
    assert offered(CaseStatus.CLOSED, taken=True, has_category=True) == ()


def test_every_deed_can_be_done_by_somebody():
    """No rule locks everybody out."""
    open_to = {d for d, role, status, holds in ALL if refusal(d, role, status, holds=holds) is None}
    assert open_to == set(Deed)


def test_only_who_has_the_case_or_who_stands_above_ends_it():
    """A colleague neither closes nor hands over another's case; a supervisor may."""
    taken = CaseStatus.WITH_CLINICIAN
    for deed in (Deed.CLOSE, Deed.HAND_OVER):
        assert refusal(deed, Role.PHYSICIAN, taken, holds=False) is Refusal.NOT_HOLDER
        assert refusal(deed, Role.PHYSICIAN, taken, holds=True) is None
        assert refusal(deed, Role.SUPERVISOR, taken, holds=False) is None


def test_a_card_offers_what_can_be_done():
    """Each button that a card shows can be pressed by somebody in that state."""
    for status, taken, known in product(CaseStatus, (True, False), (True, False)):
        for deed in offered(status, taken=taken, has_category=known):
            state = CaseStatus.WITH_CLINICIAN if taken else status
            assert any(refusal(deed, role, state, holds=True) is None for role in Role)


def test_every_role_has_something_to_look_at():
    """The table is complete; who may take a case sees those that wait, and nobody else does."""
    assert set(SIGHTS) == set(Role)
    assert all(SIGHTS.values())
    assert {role for role in Role if Sight.WARD in SIGHTS[role]} == MAY_TAKE


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_runs_the_house_sees_counts_alone(role):
    """Neither whose wound it is nor who sent it."""
    assert SIGHTS[role] == {Sight.QUEUES}
