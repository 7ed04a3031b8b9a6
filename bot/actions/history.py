"""The case beside the patient's earlier ones."""

from bot.core.assessment import Reading
from bot.core.case import Case
from bot.core.decision import DecisionTable, gravity
from bot.core.history import HistoryMark, Look, marks
from bot.store.history_rows import earlier_cases
from bot.store.transaction import Snapshot


def history_marks(
    snapshot: Snapshot, case: Case, reading: Reading, table: DecisionTable
) -> frozenset[HistoryMark]:
    """None where this case has no reading: nothing can be compared then."""
    if reading.categories is None:
        return frozenset()
    earlier = [
        Look(one.id, one.opened_at, one.site, gravity(one.reading, table))
        for one in earlier_cases(snapshot, case)
    ]
    return marks(Look(case.id, case.opened_at, case.site, gravity(reading, table)), earlier)
