"""What measured vital signs mean: single limits, and the scores that they add up to."""

from collections.abc import Sequence

from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.limits import Limits
from bot.core.redflags.scores import Measured, Vital, news2, qsofa

Where = tuple[int, int]


def flags_of_numbers(
    measured: Sequence[Measured], limits: Limits, *, altered: bool, oxygen: bool
) -> dict[RedFlagKind, Where]:
    """The offsets of the number that raised each flag; of a sum, those of its first number."""
    found: dict[RedFlagKind, Where] = {}
    worst: dict[Vital, Measured] = {}
    for one in measured:
        if kind := limits.means(one.vital, one.value):
            found.setdefault(kind, (one.start, one.end))
        known = worst.get(one.vital)
        if known is None or _is_worse(one, known):
            worst[one.vital] = one
    altered = altered or RedFlagKind.CONFUSION in found
    values = {vital: one.value for vital, one in worst.items()}
    scored = sorted((one.start, one.end) for one in worst.values())
    if not scored:
        return found
    whole = (scored[0][0], scored[-1][1])
    total = max(news2(values, altered=altered, oxygen=oxygen), int(values.get(Vital.NEWS2, 0)))
    if total >= 7:
        found[RedFlagKind.NEWS2_HIGH] = whole
    elif total >= 5:
        found[RedFlagKind.NEWS2_MEDIUM] = whole
    if max(qsofa(values, altered=altered), values.get(Vital.QSOFA, 0)) >= 2:
        found[RedFlagKind.QSOFA] = whole
    return found


def _is_worse(one: Measured, known: Measured) -> bool:
    """Of two values of one vital sign, which counts."""
    values = {one.vital: one.value}, {known.vital: known.value}
    first, second = (news2(v, altered=False, oxygen=False) for v in values)
    if first != second:
        return first > second
    return one.vital in {Vital.NEWS2, Vital.QSOFA} and one.value > known.value
