"""What earlier cases of the same patient say about the wound that is seen now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.case import Case

# Rank of the urgency, then the time to act: the smaller, the graver.
Gravity = tuple[int, timedelta]

HEALING_SHOWS_WITHIN = timedelta(days=14)


class HistoryMark(StrEnum):
    """What each one changes stands in decision_table.toml."""

    WORSE_THAN_LAST = "worse_than_last"
    NO_SIGN_OF_HEALING = "no_sign_of_healing"
    NEW_WOUND = "new_wound"
    SAME_WOUND = "same_wound"


@dataclass(frozen=True, slots=True)
class Look:
    """One case of the patient that has a reading. `site` is the body site where it was told;
    `follows` names the case that this one is stated to continue."""

    case_id: str
    at: datetime
    site: str | None
    gravity: Gravity
    follows: str | None = None


def is_same_wound(earlier: Case, now: Case) -> bool:
    """Named at the same site, or stated to be continued."""
    return (now.site is not None and earlier.site == now.site) or now.follows == earlier.id


def same_wound(now: Look, earlier: Iterable[Look]) -> tuple[Look, ...]:
    """The earlier looks at this very wound, oldest first: at the same site, or continued by it."""
    chain, following = set(), now.follows
    looks = sorted(earlier, key=lambda look: look.at)
    for look in reversed(looks):
        if look.case_id == following:
            chain.add(look.case_id)
            following = look.follows
    return tuple(
        look
        for look in looks
        if look.case_id in chain or (look.site is not None and look.site == now.site)
    )


def marks(now: Look, earlier: Iterable[Look]) -> frozenset[HistoryMark]:
    """`earlier` are all looks at this patient before this one. A wound that nobody stated to be
    the same counts as a new one."""
    before = tuple(earlier)
    same = same_wound(now, before)
    if not same:
        return frozenset({HistoryMark.NEW_WOUND} if before else ())
    found = {HistoryMark.SAME_WOUND}
    if now.gravity < same[-1].gravity:
        found.add(HistoryMark.WORSE_THAN_LAST)
    old = [look for look in same if now.at - look.at >= HEALING_SHOWS_WITHIN]
    if old and now.gravity <= old[-1].gravity:
        found.add(HistoryMark.NO_SIGN_OF_HEALING)
    return frozenset(found)
