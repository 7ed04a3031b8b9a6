"""A file that crosses between the nurse's thread and the clinicians'."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.assessment import NotAssessed
from bot.core.inbound import Channel


class FileKind(StrEnum):
    """PICTURE: from a clinician to the nurse, never analysed. VOICE: from a nurse to the
    clinicians, never transcribed."""

    PICTURE = "picture"
    VOICE = "voice"


class FileStatus(StrEnum):
    """ANNOUNCED: named by the chat service. STORED: sealed here and on its way. LOST: could not
    be passed on, and its author is told."""

    ANNOUNCED = "announced"
    STORED = "stored"
    LOST = "lost"


FILE_TRANSITIONS: dict[FileStatus, frozenset[FileStatus]] = {
    FileStatus.ANNOUNCED: frozenset({FileStatus.STORED, FileStatus.LOST}),
    FileStatus.STORED: frozenset(),
    FileStatus.LOST: frozenset(),
}


class NotPassed(StrEnum):
    """Why a file stays where it is. Each has its own words for the author."""

    OTHER_KIND = "other_kind"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    GONE = "gone"
    OUT_OF_REACH = "out_of_reach"


LARGEST_FILE = 16 * 1024 * 1024

_WHY: dict[str, NotPassed] = {
    NotAssessed.NOT_AN_IMAGE: NotPassed.OTHER_KIND,
    NotAssessed.UNSUPPORTED_IMAGE: NotPassed.OTHER_KIND,
    NotAssessed.DAMAGED_IMAGE: NotPassed.DAMAGED,
    NotAssessed.IMAGE_TOO_LARGE: NotPassed.TOO_LARGE,
    NotAssessed.PHOTO_MISSING: NotPassed.GONE,
}


def why_not(reason: str) -> NotPassed:
    """`reason` is the code of a download or of a decoder."""
    return _WHY.get(reason, NotPassed.OUT_OF_REACH)


@dataclass(frozen=True, slots=True)
class PassedFile:
    """`number` counts this kind in the case from 1. `thread_id` is where its author, `staff_id`,
    is told what became of it. `source` is what the channel's messenger fetches."""

    id: str
    case_id: str
    kind: FileKind
    number: int
    staff_id: str
    thread_id: str
    channel: Channel
    source: str
    status: FileStatus
    attempts: int
    arrived_at: datetime
