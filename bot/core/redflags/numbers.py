"""What measured vital signs mean: single limits, and the scores that they add up to."""

from collections.abc import Sequence

from bot.core.redflags.kinds import RedFlagKind
from bot.core.redflags.scores import Measured, Vital, news2, qsofa

# From 37.8 degrees: an old person's fever is low, and a doubt goes towards the flag.
_FEVER = 37.8
_LOW_TEMPERATURE = 35.0
# The limits of qSOFA, each by itself.
_LOW_SYSTOLIC = 100
_FAST_BREATHS = 22
_LOW_MEAN_PRESSURE = 65
_LOW_SATURATION = 91
_SLOW_PULSE, _FAST_PULSE = 40, 131
_FULL_COMA_SCALE = 15
_SLOW_BREATHS = 8
# Half a millilitre a kilogram an hour, of an adult of 60 kg.
_LITTLE_URINE = 30
_HIGH_LACTATE = 2

Where = tuple[int, int]


def flags_of_numbers(
    measured: Sequence[Measured], *, altered: bool, oxygen: bool
) -> dict[RedFlagKind, Where]:
    """The offsets of the number that raised each flag; of a sum, those of its first number."""
    found: dict[RedFlagKind, Where] = {}
    worst: dict[Vital, Measured] = {}
    for one in measured:
        for kind in _alone(one):
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


def _alone(one: Measured) -> list[RedFlagKind]:
    value = one.value
    match one.vital:
        case Vital.TEMPERATURE if value >= _FEVER:
            return [RedFlagKind.FEVER]
        case Vital.TEMPERATURE if value <= _LOW_TEMPERATURE:
            return [RedFlagKind.LOW_TEMPERATURE]
        case Vital.SYSTOLIC if value <= _LOW_SYSTOLIC:
            return [RedFlagKind.LOW_BLOOD_PRESSURE]
        case Vital.SYSTOLIC if value >= 220:
            return [RedFlagKind.NEWS2_MEDIUM]
        case Vital.MEAN_PRESSURE if value < _LOW_MEAN_PRESSURE:
            return [RedFlagKind.LOW_BLOOD_PRESSURE]
        case Vital.BREATHS if value >= _FAST_BREATHS:
            return [RedFlagKind.FAST_BREATHING]
        case Vital.BREATHS if value <= _SLOW_BREATHS:
            return [RedFlagKind.NEWS2_MEDIUM]
        case Vital.SATURATION if value <= _LOW_SATURATION:
            return [RedFlagKind.LOW_OXYGEN]
        case Vital.PULSE if value <= _SLOW_PULSE or value >= _FAST_PULSE:
            return [RedFlagKind.ABNORMAL_PULSE]
        case Vital.URINE if value < _LITTLE_URINE:
            return [RedFlagKind.SEPSIS]
        case Vital.LACTATE if value > _HIGH_LACTATE:
            return [RedFlagKind.SEPSIS]
        case Vital.COMA_SCALE if value < _FULL_COMA_SCALE:
            return [RedFlagKind.CONFUSION]
        case _:
            return []


def _is_worse(one: Measured, known: Measured) -> bool:
    """Of two values of one vital sign, which counts."""
    values = {one.vital: one.value}, {known.vital: known.value}
    first, second = (news2(v, altered=False, oxygen=False) for v in values)
    if first != second:
        return first > second
    return one.vital in {Vital.NEWS2, Vital.QSOFA} and one.value > known.value
