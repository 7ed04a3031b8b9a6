"""At night nobody is named for what can wait until morning; what cannot is never held back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.urgency import Urgency
from bot.core.wall_clock import Hours

_LONGEST = timedelta(hours=12)
NEVER_HELD_BACK = frozenset({Urgency.EMERGENCY, Urgency.VERY_URGENT, Urgency.URGENT})


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Raises ValueError where they would silence an urgent case, or more than a night."""

    hours: Hours
    holds_back: frozenset[Urgency]

    def __post_init__(self) -> None:
        if self.holds_back & NEVER_HELD_BACK:
            raise ValueError("quiet hours never hold back what is urgent or worse")
        if self.hours.length > _LONGEST:
            raise ValueError("quiet hours last 12 hours at most")

    def until(self, urgency: Urgency, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When those that hold this back at this time end, or None where nothing does."""
        if urgency not in self.holds_back:
            return None
        return max((ends for _, ends in self.hours.around(at, zone)), default=None)
