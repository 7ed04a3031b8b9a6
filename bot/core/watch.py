"""What the auditor takes for late: whatever the sweep should have moved long ago."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Late(StrEnum):
    SWEEP = "sweep"
    ESCALATION = "escalation"
    MESSAGE = "message"
    CALL = "call"
    PHOTO = "photo"
    FILE = "file"
    CASE = "case"
    REMINDER = "reminder"
    HOME = "home"
    REPLY = "reply"


# The sweep ticks every two seconds, and a worker takes a rung job within one.
GRACE: dict[Late, timedelta] = {
    Late.SWEEP: timedelta(seconds=15),
    Late.ESCALATION: timedelta(seconds=30),
    Late.MESSAGE: timedelta(seconds=60),
    Late.CALL: timedelta(seconds=30),
    Late.PHOTO: timedelta(seconds=60),
    Late.FILE: timedelta(seconds=60),
    Late.CASE: timedelta(seconds=30),
    Late.REMINDER: timedelta(minutes=5),
    Late.HOME: timedelta(minutes=2),
    Late.REPLY: timedelta(seconds=60),
}


def find_late(due: Mapping[Late, datetime | None], now: datetime) -> dict[Late, datetime]:
    """Since when each thing is late. `due` is when the oldest of each fell due, or None where
    nothing waits; for the sweep, its last tick."""
    return {late: at for late, at in due.items() if at is not None and now - at > GRACE[late]}
