"""What only a hand at the bedside can tell of the skin: no photo shows it."""

from enum import StrEnum


class Bedside(StrEnum):
    """What each one changes stands in decision_table.toml."""

    NOT_BLANCHING = "not_blanching"
    WARM_OR_HARD = "warm_or_hard"
    WARM_AND_HARD = "warm_and_hard"
    PAINFUL = "painful"
