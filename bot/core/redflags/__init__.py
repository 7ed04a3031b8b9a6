"""Danger signs in what a nurse writes, in Spanish and English."""

from bot.core.redflags.finding import find_red_flags, flags_by_rule, vitals_given
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.redflags.urgencies import urgency_of

__all__ = [
    "RedFlag",
    "RedFlagKind",
    "find_red_flags",
    "flags_by_rule",
    "urgency_of",
    "vitals_given",
]
