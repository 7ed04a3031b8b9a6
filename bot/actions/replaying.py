"""A decision made again from the inputs that were stored with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.evidence import bedside_of, failed_photos, flags_of, worst_reading
from bot.core.case import Case, Photo, PhotoStatus
from bot.core.decision import Decision, DecisionTable, History, decide
from bot.core.history import HistoryMark
from bot.core.redflags import RedFlag
from bot.core.wound_kinds import WoundKind, wound_kinds
from bot.store.answer_rows import answers_of_case
from bot.store.case_rows import decisions_of
from bot.store.inbound_rows import texts_of_case
from bot.store.photo_rows import Assessment, assessments_of_case, photos_of_case
from bot.store.scale_rows import scores_of_case
from bot.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Replayed:
    """`row` to `signed` as they were recorded; `now` and `flags` as today's rules have them."""

    number: int
    made_at: datetime
    row: str
    urgency: str
    table_version: str
    signed: bool
    flags: tuple[RedFlag, ...]
    now: Decision

    @property
    def is_same(self) -> bool:
        return (self.row, self.urgency) == (self.now.row, self.now.urgency)


def replay(snapshot: Snapshot, case: Case, table: DecisionTable) -> Iterator[Replayed]:
    """Every decision of the case, oldest first."""
    texts = dict(texts_of_case(snapshot, case.id))
    photos = {photo.id: photo for photo in photos_of_case(snapshot, case.id)}
    read = assessments_of_case(snapshot, case.id)
    scores = scores_of_case(snapshot, case.id)
    answered = {one.id: one for one in answers_of_case(snapshot, case.id)}
    for made in decisions_of(snapshot, case.id):
        words = [(id, texts.get(id, "")) for id in made.inputs["texts"]]
        answers = [answered[id] for id in made.inputs.get("answers", ())]
        known_scores = set(made.inputs.get("scores", ()))
        counted = [one for one in scores if one.id in known_scores]
        flags = flags_of(words, answers, counted, table.limits)
        marks = frozenset(HistoryMark(mark) for mark in made.inputs.get("history", ()))
        known = History(0, marks, bedside_of(answers))
        kinds = wound_kinds(text for _, text in words)
        now = _again(made.inputs["photos"], photos, read, flags, known, kinds, table)
        yield Replayed(
            made.number,
            made.made_at,
            made.row,
            made.urgency,
            made.table_version,
            made.signed,
            flags,
            now,
        )


def _again(
    statuses: dict[str, str],
    photos: dict[str, Photo],
    read: list[Assessment],
    flags: tuple[RedFlag, ...],
    told: History,
    kinds: frozenset[WoundKind],
    table: DecisionTable,
) -> Decision:
    """A photo may have gone on since: it counts as it stood when the decision was made."""
    if not statuses:
        return decide(None, flags, History(), table)
    then = [replace(photos[id], status=PhotoStatus(status)) for id, status in statuses.items()]
    known = {photo.id for photo in then if photo.status is PhotoStatus.READ}
    assessments = [one for one in read if one.photo_id in known]
    reading, _ = worst_reading(then, assessments)
    history = replace(told, failed_photos=failed_photos(then, assessments))
    return decide(reading, flags, history, table, kinds)
