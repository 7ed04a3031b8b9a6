"""A scale that somebody is being asked, or was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.scales.scale import ScaleName

# Answers that stop coming leave the scale unfinished; the next day's number is no answer to it.
ANSWERED_WITHIN = timedelta(hours=12)

# What a total means for the case that it belongs to, by meaning.
_DANGERS: Mapping[ScaleName, Mapping[str, RedFlagKind]] = {
    ScaleName.BRADEN: {},
    ScaleName.PUSH: {},
    ScaleName.NEWS2: {
        "single_three": RedFlagKind.NEWS2_MEDIUM,
        "moderate": RedFlagKind.NEWS2_MEDIUM,
        "high": RedFlagKind.NEWS2_HIGH,
    },
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """`offer_id` is the outbox row of the question that waits. `total` and `meaning` come with the
    last answer; a sitting that ended without them was stopped."""

    id: str
    scale: ScaleName
    thread_id: str
    staff_id: str | None
    case_id: str | None
    patient_id: str | None
    answers: Mapping[str, str]
    offer_id: str | None
    asked_at: datetime
    ended_at: datetime | None = None
    total: int | None = None
    meaning: str | None = None


def danger_of(sitting: Sitting) -> RedFlag | None:
    kind = _DANGERS[sitting.scale].get(sitting.meaning or "")
    return RedFlag(kind, f"NEWS2 {sitting.total}") if kind else None
