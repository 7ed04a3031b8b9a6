"""Hours as a ward says them: from one time of the day to another, on the clock on the wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """They end on the next day unless they end later in the day than they begin."""

    starts: time
    ends: time

    @property
    def length(self) -> timedelta:
        """By the wall; between 0 (not included) and 24 hours."""
        begin, end = (datetime.combine(date.min, one) for one in (self.starts, self.ends))
        return (end - begin) % timedelta(days=1) or timedelta(days=1)

    def of(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The instants between which they run, begun on this day. Whoever is relieved at a time
        goes at the same instant as whoever relieves them comes, also when clocks change."""
        last = day if self.ends > self.starts else day + timedelta(days=1)
        return instant(day, self.starts, zone), instant(last, self.ends, zone)

    def around(self, at: datetime, zone: ZoneInfo) -> Iterator[tuple[date, datetime]]:
        """The days on which those that hold `at` began, each with the instant of their end."""
        today = at.astimezone(zone).date()
        for day in (today, today - timedelta(days=1)):
            starts, ends = self.of(day, zone)
            if starts <= at < ends:
                yield day, ends


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC. A time that the clocks skip is the one an hour later; of a time that they show
    twice it is the first."""
    return datetime.combine(day, at, zone).astimezone(UTC)
