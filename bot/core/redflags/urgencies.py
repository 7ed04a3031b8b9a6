"""How urgent flags are by themselves, as the shipped decision table has it."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.urgency import Urgency, most_urgent

SHIPPED_TABLE = Path(__file__).parents[1] / "decision_table.toml"


@cache
def _urgencies() -> Mapping[RedFlagKind, Urgency]:
    rows = tomllib.loads(SHIPPED_TABLE.read_text())["rows"]
    return {
        RedFlagKind(flag): Urgency(row["urgency"])
        for row in reversed(rows)
        for flag in row.get("flags", ())
    }


def urgency_of(flags: Iterable[RedFlag]) -> Urgency:
    """The most urgent of the flags, ROUTINE where there is none."""
    return most_urgent(Urgency.ROUTINE, *(_urgencies()[flag.kind] for flag in flags))
