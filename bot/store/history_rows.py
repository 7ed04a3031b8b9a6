"""Earlier cases of the same patient, as far as their photos were read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.core.assessment import Outcome, Reading
from bot.core.case import Case
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.photo_rows import assessments_of_case
from bot.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """`reading` is that of its deepest photo."""

    id: str
    opened_at: datetime
    site: str | None
    reading: Reading


def earlier_cases(snapshot: Snapshot, case: Case) -> list[EarlierCase]:
    """Oldest first; none where the patient is not known."""
    if case.patient_id is None:
        return []
    cases = t.cases
    read = select(t.assessments.c.case_id).where(t.assessments.c.outcome == Outcome.ASSESSED)
    query = (
        select(cases.c.id, cases.c.opened_at)
        .where(
            cases.c.patient_id == case.patient_id,
            cases.c.id != case.id,
            cases.c.opened_at < case.opened_at,
            cases.c.id.in_(read),
        )
        .order_by(cases.c.opened_at, cases.c.id)
    )
    return [
        EarlierCase(
            row.id, row.opened_at, case_by_id(snapshot, row.id).site, _deepest(snapshot, row.id)
        )
        for row in snapshot.all(query)
    ]


def _deepest(snapshot: Snapshot, case_id: str) -> Reading:
    readings = [one.reading for one in assessments_of_case(snapshot, case_id)]
    return max(readings, key=lambda reading: -1.0 if reading.p_deep is None else reading.p_deep)
