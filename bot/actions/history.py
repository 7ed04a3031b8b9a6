"""The case beside the earlier ones of its patient."""

from bot.core.assessment import Reading
from bot.core.case import Case
from bot.core.decision import DecisionTable, gravity
from bot.core.history import HistoryMark, Look, marks, same_wound
from bot.store.history_rows import EarlierCase, earlier_cases
from bot.store.transaction import Snapshot


def history_marks(
    snapshot: Snapshot, case: Case, reading: Reading, table: DecisionTable
) -> frozenset[HistoryMark]:
    """None where this case has no reading: nothing can be compared then."""
    if reading.categories is None:
        return frozenset()
    earlier = earlier_cases(snapshot, case)
    return marks(
        _look(case, reading, table), [_look(one.case, one.reading, table) for one in earlier]
    )


def last_of_wound(
    snapshot: Snapshot, case: Case, reading: Reading, table: DecisionTable
) -> EarlierCase | None:
    """The last case before this one that shows the very same wound."""
    earlier = {one.case.id: one for one in earlier_cases(snapshot, case)}
    looks = [_look(one.case, one.reading, table) for one in earlier.values()]
    same = same_wound(_look(case, reading, table), looks)
    return earlier[same[-1].case_id] if same else None


def _look(case: Case, reading: Reading, table: DecisionTable) -> Look:
    return Look(case.id, case.opened_at, case.site, gravity(reading, table), case.follows)
