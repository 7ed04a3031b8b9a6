"""docs/states.md: what may become of a case, a photo, an escalation, a call, a message, a reminder
and a passed file, drawn from the tables that the code obeys.
`python -m bot.channels.state_page > docs/states.md`"""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from bot.core.call import CALL_TRANSITIONS, CallState
from bot.core.case import CASE_TRANSITIONS, PHOTO_TRANSITIONS, CaseStatus, PhotoStatus
from bot.core.escalation import ESCALATION_TRANSITIONS, EscalationStatus
from bot.core.message import OUTBOX_TRANSITIONS, OutboxStatus
from bot.core.passed_file import FILE_TRANSITIONS, FileStatus
from bot.core.reminder import REMINDER_TRANSITIONS, ReminderStatus

_TABLES: tuple[tuple[str, StrEnum, Mapping[Any, frozenset[Any]]], ...] = (
    ("Case", CaseStatus.READING, CASE_TRANSITIONS),
    ("Photo", PhotoStatus.ANNOUNCED, PHOTO_TRANSITIONS),
    ("Escalation", EscalationStatus.WAITING, ESCALATION_TRANSITIONS),
    ("Call", CallState.PLACED, CALL_TRANSITIONS),
    ("Message", OutboxStatus.QUEUED, OUTBOX_TRANSITIONS),
    ("Reminder", ReminderStatus.PLANNED, REMINDER_TRANSITIONS),
    ("Passed file", FileStatus.ANNOUNCED, FILE_TRANSITIONS),
)


def state_page() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# States"
    yield ""
    yield "Drawn from the tables in `bot/core` by `python -m bot.channels.state_page`; a test keeps"
    yield "this page true to them. What is not drawn here cannot happen."
    for name, first, table in _TABLES:
        yield ""
        yield f"## {name}"
        yield ""
        yield "```mermaid"
        yield "stateDiagram-v2"
        yield f"    [*] --> {first}"
        for state, following in table.items():
            yield from (f"    {state} --> {then}" for then in sorted(following))
            if not following:
                yield f"    {state} --> [*]"
        yield "```"


if __name__ == "__main__":
    sys.stdout.write(state_page())
