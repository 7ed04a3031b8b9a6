"""`vigia decide`: the decisions of a case, and why each was made."""

from collections.abc import Iterable
from typing import TextIO

from bot.actions.replaying import Replayed


def print_decisions(decisions: Iterable[Replayed], *, explain: bool, out: TextIO) -> int:
    """Returns 0, 1 where a replay differs from what was recorded, 2 where there is none."""
    shown = list(decisions)
    if not shown:
        out.write("No decision was made yet for this case.\n")
        return 2
    for one in shown:
        state = "signed" if one.signed else "proposal"
        out.write(
            f"{one.number}. {one.made_at:%Y-%m-%d %H:%M} UTC  row {one.row}, {one.urgency}, "
            f"table {one.table_version} ({state})\n"
        )
        if explain:
            _explain(one, out)
    return 0 if all(one.is_same for one in shown) else 1


def _explain(one: Replayed, out: TextIO) -> None:
    out.writelines(f"   why: {code}\n" for code in one.now.why)
    for flag in one.flags:
        out.write(f"   words: {flag.kind} from {flag.words!r}\n" if flag.words else "")
        out.write("" if flag.words else f"   answer: {flag.kind}\n")
    if one.is_same:
        out.write(f"   replayed with table {one.now.table_version}: the same\n")
    else:
        out.write(
            f"   replayed with table {one.now.table_version}: DIFFERS, "
            f"row {one.now.row}, {one.now.urgency}\n"
        )
