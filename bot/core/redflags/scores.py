"""NEWS2 and qSOFA from whatever vital signs a message gives.

NEWS2: Royal College of Physicians 2017, SpO2 scale 1. qSOFA: Sepsis-3, 2016. A vital sign that
was not given adds nothing, so both are lower bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Vital(StrEnum):
    TEMPERATURE = "temperature"
    SYSTOLIC = "systolic"
    MEAN_PRESSURE = "mean_pressure"
    BREATHS = "breaths"
    PULSE = "pulse"
    SATURATION = "saturation"
    COMA_SCALE = "coma_scale"
    URINE = "urine"
    LACTATE = "lactate"
    GLUCOSE = "glucose"
    NEWS2 = "news2"
    QSOFA = "qsofa"


@dataclass(frozen=True, slots=True)
class Measured:
    """Celsius, mmHg, per minute, percent, ml an hour, lactate in mmol/l, glucose in
    mg/dl, points. `start` and `end` are offsets
    in the text."""

    vital: Vital
    value: float
    start: int
    end: int


# Each band is (from this value upwards, points), from the highest down.
_BANDS: Mapping[Vital, tuple[tuple[float, int], ...]] = {
    Vital.BREATHS: ((25, 3), (21, 2), (12, 0), (9, 1), (0, 3)),
    Vital.SATURATION: ((96, 0), (94, 1), (92, 2), (0, 3)),
    Vital.SYSTOLIC: ((220, 3), (111, 0), (101, 1), (91, 2), (0, 3)),
    Vital.PULSE: ((131, 3), (111, 2), (91, 1), (51, 0), (41, 1), (0, 3)),
    Vital.TEMPERATURE: ((39.1, 2), (38.1, 1), (36.1, 0), (35.1, 1), (0, 3)),
}
NEWS2_VITALS = tuple(_BANDS)
QSOFA_VITALS = (Vital.BREATHS, Vital.SYSTOLIC)
_OXYGEN = 2
_ALTERED = 3


def points(vital: Vital, value: float) -> int:
    return next((given for least, given in _BANDS.get(vital, ()) if value >= least), 0)


def news2(values: Mapping[Vital, float], *, altered: bool, oxygen: bool) -> int:
    total = sum(points(vital, value) for vital, value in values.items())
    return total + _ALTERED * altered + _OXYGEN * oxygen


def qsofa(values: Mapping[Vital, float], *, altered: bool) -> int:
    fast = values.get(Vital.BREATHS, 0) >= 22
    low = values.get(Vital.SYSTOLIC, 999) <= 100
    return fast + low + altered
