"""All that is known of a case when it is decided: its photos, words, answers and history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.actions.history import history_marks
from bot.core.assessment import NotAssessed, Reading, depth, not_assessed
from bot.core.bedside import Bedside
from bot.core.case import PENDING_PHOTOS, Case, Photo, PhotoStatus
from bot.core.decision import DecisionTable, History
from bot.core.questions import Evidence, meaning_of
from bot.core.redflags import Limits, RedFlag, find_red_flags
from bot.core.scales.sitting import Sitting, danger_of
from bot.core.wound_kinds import wound_kinds
from bot.store.answer_rows import Asked, answers_of_case
from bot.store.inbound_rows import texts_of_case
from bot.store.photo_rows import Assessment, assessments_of_case, photos_of_case
from bot.store.scale_rows import scores_of_case
from bot.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Gathered:
    """`texts` are (inbound id, words), oldest first. `assessment` is that of the photo that
    decides, where one was read; `unread` are the ids of photos without a result. `evidence` has
    no reading where the case has no photo."""

    photos: Sequence[Photo]
    unread: frozenset[str]
    texts: Sequence[tuple[str, str]]
    answers: Sequence[Asked]
    scores: Sequence[Sitting]
    assessment: Assessment | None
    evidence: Evidence

    @property
    def flags(self) -> tuple[RedFlag, ...]:
        return self.evidence.flags


def gather(snapshot: Snapshot, case: Case, table: DecisionTable) -> Gathered:
    photos = photos_of_case(snapshot, case.id)
    read = assessments_of_case(snapshot, case.id)
    texts, answers = texts_of_case(snapshot, case.id), answers_of_case(snapshot, case.id)
    scores = scores_of_case(snapshot, case.id)
    reading, assessment = worst_reading(photos, read) if photos else (None, None)
    marks = history_marks(snapshot, case, reading, table) if reading else frozenset()
    evidence = Evidence(
        reading,
        flags_of(texts, answers, scores, table.limits),
        History(failed_photos(photos, read), marks, bedside_of(answers)),
        wound_kinds(text for _, text in texts),
    )
    has_result = {one.photo_id for one in read if one.reading.categories is not None}
    unread = frozenset(photo.id for photo in photos) - has_result
    return Gathered(photos, unread, texts, answers, scores, assessment, evidence)


def flags_of(
    texts: Sequence[tuple[str, str]],
    answers: Iterable[Asked],
    scores: Iterable[Sitting],
    limits: Limits,
) -> tuple[RedFlag, ...]:
    """Those in the nurse's words, those that an answer means, which has no words, and those that
    a scale of the case came to."""
    said = [flag for _, text in texts for flag in find_red_flags(text, limits)]
    known = {flag.kind for flag in said}
    meant = [meaning_of(one.question, one.answer or "").flag for one in answers]
    answered = (RedFlag(kind, "") for kind in meant if kind and kind not in known)
    return (*said, *answered, *filter(None, map(danger_of, scores)))


def bedside_of(answers: Iterable[Asked]) -> frozenset[Bedside]:
    found = (meaning_of(one.question, one.answer or "").found for one in answers)
    return frozenset(one for one in found if one)


def worst_reading(
    photos: Sequence[Photo], assessments: Sequence[Assessment]
) -> tuple[Reading, Assessment | None]:
    """The deepest of the photos that were read; else why none was."""
    read = [a for a in assessments if a.reading.categories is not None]
    if read:
        deepest = max(read, key=lambda one: depth(one.reading))
        return deepest.reading, deepest
    if assessments:
        return assessments[-1].reading, assessments[-1]
    lost = [photo.lost_because for photo in photos if photo.status is PhotoStatus.LOST]
    known = {reason.value for reason in NotAssessed}
    if lost and lost[-1] in known:
        return not_assessed(NotAssessed(lost[-1])), None
    unread = any(photo.status is PhotoStatus.STORED for photo in photos)
    return not_assessed(NotAssessed.MODEL_FAILED if unread else NotAssessed.PHOTO_MISSING), None


def failed_photos(photos: Sequence[Photo], assessments: Sequence[Assessment]) -> int:
    unread = sum(one.reading.categories is None for one in assessments)
    return unread + sum(photo.status is PhotoStatus.LOST for photo in photos)


def is_being_read(photos: Iterable[Photo]) -> bool:
    return any(photo.status in PENDING_PHOTOS for photo in photos)
