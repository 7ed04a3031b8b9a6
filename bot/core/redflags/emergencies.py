"""The flags that the shipped decision table calls an emergency: so were the phrases judged that the
models of resemblance learned from."""

import tomllib
from functools import cache
from pathlib import Path

from bot.core.redflags.kinds import RedFlagKind
from bot.core.urgency import Urgency

SHIPPED_TABLE = Path(__file__).parents[1] / "decision_table.toml"


@cache
def learned_emergencies() -> frozenset[RedFlagKind]:
    rows = tomllib.loads(SHIPPED_TABLE.read_text("utf-8"))["rows"]
    grave = (row for row in rows if row["urgency"] == Urgency.EMERGENCY)
    return frozenset(RedFlagKind(flag) for row in grave for flag in row.get("flags", ()))
