"""The next photo that a decision asked for: when it is asked for again, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.label import Closing


class ReminderStatus(StrEnum):
    """PLANNED: for a time to come. ASKED: the nurse was reminded. MISSED: nothing came, and the
    wound nurse was told."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    MISSED = "missed"
    STOPPED = "stopped"


REMINDER_TRANSITIONS: Mapping[ReminderStatus, frozenset[ReminderStatus]] = {
    ReminderStatus.PLANNED: frozenset(
        {
            ReminderStatus.PLANNED,
            ReminderStatus.ASKED,
            ReminderStatus.ANSWERED,
            ReminderStatus.STOPPED,
        }
    ),
    ReminderStatus.ASKED: frozenset(
        {
            ReminderStatus.PLANNED,
            ReminderStatus.ANSWERED,
            ReminderStatus.MISSED,
            ReminderStatus.STOPPED,
        }
    ),
    ReminderStatus.MISSED: frozenset(
        {ReminderStatus.PLANNED, ReminderStatus.ANSWERED, ReminderStatus.STOPPED}
    ),
    # A newer decision of the same case asks for a photo of its own.
    ReminderStatus.ANSWERED: frozenset({ReminderStatus.PLANNED}),
    # Whoever said stop is not asked again about this wound.
    ReminderStatus.STOPPED: frozenset(),
}
WAITING = frozenset({ReminderStatus.PLANNED, ReminderStatus.ASKED})
ANSWERABLE = frozenset({ReminderStatus.ASKED, ReminderStatus.MISSED})

ANSWERED_WITHIN = timedelta(hours=8)
# An answer that postpones it, by the key of its label.
SNOOZES: Mapping[str, timedelta] = {
    "in_two_hours": timedelta(hours=2),
    "tomorrow": timedelta(hours=24),
}
STOP = "stop_reminder"

# A case that ended so has no next photo here.
NEEDS_NO_PHOTO = frozenset(
    {Closing.HEALED, Closing.REFERRED, Closing.NOT_A_WOUND, Closing.DUPLICATE}
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """`due_at` is when the photo is asked for, `answer_by` until when it is waited for."""

    id: str
    case_id: str
    status: ReminderStatus
    due_at: datetime
    answer_by: datetime | None
    asked: int
