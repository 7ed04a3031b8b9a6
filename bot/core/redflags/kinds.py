"""The danger signs that Vigia listens for."""

from dataclasses import dataclass
from enum import StrEnum


class RedFlagKind(StrEnum):
    """What each one means for the patient's urgency stands in decision_table.toml. The possible
    ones are words that no rule knows, and that sound like those of an emergency or a danger."""

    FEVER = "fever"
    CHILLS = "chills"
    SEPSIS = "sepsis"
    CONFUSION = "confusion"
    LOW_BLOOD_PRESSURE = "low_blood_pressure"
    FAST_BREATHING = "fast_breathing"
    NEWS2_HIGH = "news2_high"
    QSOFA = "qsofa"
    MOTTLED_SKIN = "mottled_skin"
    CREPITUS = "crepitus"
    SPREADING_ERYTHEMA = "spreading_erythema"
    DISPROPORTIONATE_PAIN = "disproportionate_pain"
    DUSKY_SKIN = "dusky_skin"
    HEAVY_BLEEDING = "heavy_bleeding"
    EVISCERATION = "evisceration"
    INFECTED_ESCHAR = "infected_eschar"
    PUS_AND_UNWELL = "pus_and_unwell"
    POSSIBLE_EMERGENCY = "possible_emergency"
    NEWS2_MEDIUM = "news2_medium"
    UNWELL = "unwell"
    LOW_TEMPERATURE = "low_temperature"
    LOW_OXYGEN = "low_oxygen"
    ABNORMAL_PULSE = "abnormal_pulse"
    ABNORMAL_GLUCOSE = "abnormal_glucose"
    CELLULITIS = "cellulitis"
    FLUCTUANT_ESCHAR = "fluctuant_eschar"
    COLD_LIMB = "cold_limb"
    POSSIBLE_DANGER = "possible_danger"
    BONE_EXPOSED = "bone_exposed"
    PUS = "pus"
    MAGGOTS = "maggots"
    STRONG_ODOUR = "strong_odour"
    NEW_BLACK_TISSUE = "new_black_tissue"
    RAPID_GROWTH = "rapid_growth"
    DEEP_TISSUE = "deep_tissue"
    LOCAL_INFECTION = "local_infection"
    NOT_HEALING = "not_healing"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`words` are the nurse's own."""

    kind: RedFlagKind
    words: str
