"""The case beside the patient's earlier ones."""

from bot.core.assessment import Reading
from bot.core.body_site import find_site
from bot.core.case import Case
from bot.core.decision import DecisionTable, gravity
from bot.core.history import HistoryMark, Look, marks
from bot.store.history_rows import earlier_cases
from bot.store.inbound_rows import texts_of_case
from bot.store.transaction import Snapshot


def history_marks(
    snapshot: Snapshot, case: Case, reading: Reading, table: DecisionTable
) -> frozenset[HistoryMark]:
    """None where this case has no reading: nothing can be compared then."""
    if reading.categories is None:
        return frozenset()
    earlier = [
        Look(one.id, one.opened_at, _site(snapshot, one.id), gravity(one.reading, table))
        for one in earlier_cases(snapshot, case)
    ]
    now = Look(case.id, case.opened_at, _site(snapshot, case.id), gravity(reading, table))
    return marks(now, earlier)


def _site(snapshot: Snapshot, case_id: str) -> str | None:
    """The body site that the nurse named last in this case."""
    named = [find_site(text) for _, text in texts_of_case(snapshot, case_id)]
    return next((site for site in reversed(named) if site), None)
