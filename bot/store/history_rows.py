"""Earlier cases of the same patient or wound, as far as their photos were read."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from bot.core.assessment import Outcome, Reading, depth
from bot.core.case import Case
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.photo_rows import assessments_of_case
from bot.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """`reading` is that of its deepest photo, `photo_id`."""

    case: Case
    reading: Reading
    photo_id: str


def earlier_cases(snapshot: Snapshot, case: Case) -> list[EarlierCase]:
    """Oldest first: those of the patient, and those that this one is stated to continue."""
    cases = t.cases
    read = select(t.assessments.c.case_id).where(t.assessments.c.outcome == Outcome.ASSESSED)
    known = or_(
        cases.c.id.in_(_continued(snapshot, case)),
        (cases.c.patient_id == case.patient_id) & cases.c.patient_id.is_not(None),
    )
    query = (
        select(cases.c.id)
        .where(
            known,
            cases.c.id != case.id,
            cases.c.opened_at < case.opened_at,
            cases.c.id.in_(read),
        )
        .order_by(cases.c.opened_at, cases.c.id)
    )
    return [_earlier(snapshot, row.id) for row in snapshot.all(query)]


def _continued(snapshot: Snapshot, case: Case) -> list[str]:
    chain: list[str] = []
    while case.follows and case.follows not in chain:
        chain.append(case.follows)
        case = case_by_id(snapshot, case.follows)
    return chain


def _earlier(snapshot: Snapshot, case_id: str) -> EarlierCase:
    deepest = max(assessments_of_case(snapshot, case_id), key=lambda one: depth(one.reading))
    return EarlierCase(case_by_id(snapshot, case_id), deepest.reading, deepest.photo_id)
