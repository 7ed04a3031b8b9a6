"""A case: one wound of one person, from the first photo to the last word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.inbound import Channel


class CaseStatus(StrEnum):
    READING = "reading"
    ANSWERED = "answered"
    AWAITING_PERSON = "awaiting_person"
    WITH_CLINICIAN = "with_clinician"
    CLOSED = "closed"


CASE_TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.READING: frozenset(
        {CaseStatus.ANSWERED, CaseStatus.AWAITING_PERSON, CaseStatus.WITH_CLINICIAN}
    ),
    CaseStatus.ANSWERED: frozenset(
        {CaseStatus.READING, CaseStatus.AWAITING_PERSON, CaseStatus.CLOSED}
    ),
    CaseStatus.AWAITING_PERSON: frozenset({CaseStatus.WITH_CLINICIAN}),
    CaseStatus.WITH_CLINICIAN: frozenset({CaseStatus.AWAITING_PERSON, CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset(),
}
OPEN_CASES = frozenset(CaseStatus) - {CaseStatus.CLOSED}


class PhotoStatus(StrEnum):
    """ANNOUNCED: named by the chat service. STORED: sealed here. READ: has an assessment.
    LOST: could not be had, and a person knows."""

    ANNOUNCED = "announced"
    STORED = "stored"
    READ = "read"
    LOST = "lost"


PHOTO_TRANSITIONS: dict[PhotoStatus, frozenset[PhotoStatus]] = {
    PhotoStatus.ANNOUNCED: frozenset({PhotoStatus.STORED, PhotoStatus.LOST}),
    PhotoStatus.STORED: frozenset({PhotoStatus.READ}),
    PhotoStatus.READ: frozenset(),
    PhotoStatus.LOST: frozenset(),
}
PENDING_PHOTOS = frozenset({PhotoStatus.ANNOUNCED, PhotoStatus.STORED})


READ_WITHIN = timedelta(seconds=240)
# Short: a colleague of a killed worker waits for it. A second reading does no harm.
READING_LEASE = timedelta(seconds=10)
FETCH_LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 3
MAX_FETCHES = 6
MAX_PHOTO_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Case:
    """`site` is a BodySite's value, or the nurse's own words for any other place. `follows` is
    the case that this one continues: the same wound, later."""

    id: str
    code: str
    status: CaseStatus
    thread_id: str
    nurse_id: str
    patient_id: str | None
    opened_at: datetime
    decide_by: datetime | None
    site: str | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """`source` is what the channel's messenger fetches. `attempts` counts claims since the last
    change of status."""

    id: str
    case_id: str
    channel: Channel
    source: str
    status: PhotoStatus
    attempts: int
    arrived_at: datetime
    lost_because: str | None = None
