"""The last look at the same wound, beside this one."""

from bot.actions.evidence import Gathered
from bot.actions.history import last_of_wound
from bot.core.case import Case
from bot.core.rules import Rules
from bot.store.comparison_rows import Comparison, ask_for_comparison
from bot.store.transaction import Transaction


def compare(tx: Transaction, case: Case, known: Gathered, rules: Rules) -> None:
    """Once for each case that shows a wound which was photographed before."""
    now, reading = known.assessment, known.evidence.reading
    if now is None or reading is None or reading.categories is None:
        return
    last = last_of_wound(tx, case, reading, rules.table)
    if last:
        asked = Comparison(case.id, last.photo_id, now.photo_id)
        ask_for_comparison(tx, asked, "system:compare")
