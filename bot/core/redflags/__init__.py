"""Danger signs in what a nurse writes, in Spanish and English."""

from bot.core.redflags.finding import find_red_flags, flags_by_rule, vitals_given
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.redflags.limits import Limits

__all__ = [
    "Limits",
    "RedFlag",
    "RedFlagKind",
    "find_red_flags",
    "flags_by_rule",
    "vitals_given",
]
