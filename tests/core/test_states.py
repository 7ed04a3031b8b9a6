"""The tables of states: complete, and drawn as they are."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from bot.channels.state_page import state_page
from bot.core.call import CALL_TRANSITIONS, CallState
from bot.core.case import CASE_TRANSITIONS, PHOTO_TRANSITIONS, CaseStatus, PhotoStatus
from bot.core.escalation import ESCALATION_TRANSITIONS, EscalationStatus
from bot.core.message import OUTBOX_TRANSITIONS, OutboxStatus
from bot.core.passed_file import FILE_TRANSITIONS, FileStatus
from bot.core.reminder import REMINDER_TRANSITIONS, ReminderStatus
from bot.settings import CHECKOUT


def test_the_page_shows_the_tables_as_they_are() -> None:
    """`python -m bot.channels.state_page > docs/states.md` writes it again."""
    assert (CHECKOUT / "docs" / "states.md").read_text("utf-8") == state_page()


@pytest.mark.parametrize(
    ("states", "first", "table"),
    [
        (CaseStatus, CaseStatus.READING, CASE_TRANSITIONS),
        (PhotoStatus, PhotoStatus.ANNOUNCED, PHOTO_TRANSITIONS),
        (EscalationStatus, EscalationStatus.WAITING, ESCALATION_TRANSITIONS),
        (CallState, CallState.PLACED, CALL_TRANSITIONS),
        (OutboxStatus, OutboxStatus.QUEUED, OUTBOX_TRANSITIONS),
        (ReminderStatus, ReminderStatus.PLANNED, REMINDER_TRANSITIONS),
        (FileStatus, FileStatus.ANNOUNCED, FILE_TRANSITIONS),
    ],
)
def test_every_state_has_its_row_and_can_be_reached(
    states: type[StrEnum], first: StrEnum, table: Mapping[StrEnum, frozenset[StrEnum]]
) -> None:
    """From where each begins."""
    assert set(table) == set(states)
    reached, new = {first}, {first}
    while new:
        new = {then for state in new for then in table[state]} - reached
        reached |= new
    assert reached == set(states)
