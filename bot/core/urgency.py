"""How soon somebody must act."""

from enum import StrEnum


class Urgency(StrEnum):
    """Most urgent first: the order of definition is the order of urgency."""

    EMERGENCY = "emergency"
    VERY_URGENT = "very_urgent"
    URGENT = "urgent"
    PRIORITY = "priority"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(Urgency).index(self)


def most_urgent(first: Urgency, *others: Urgency) -> Urgency:
    return min((first, *others), key=lambda urgency: urgency.rank)
