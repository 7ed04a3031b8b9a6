"""About one post a second per channel, with a small burst."""

import time
from dataclasses import dataclass
from threading import Lock


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    shut_until: float = 0.0


@dataclass(frozen=True, slots=True)
class TooFast:
    """`ignored` when the caller came back before the wait it was given had passed."""

    retry_after: int
    ignored: bool


class Pacing:
    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, channel: str) -> TooFast | None:
        now = time.monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(channel, _Bucket(self._burst, now))
            gained = (now - bucket.filled_at) * self._per_second
            bucket.tokens = min(float(self._burst), bucket.tokens + gained)
            bucket.filled_at = now
            if now < bucket.shut_until:
                return TooFast(max(1, round(bucket.shut_until - now)), ignored=True)
            if bucket.tokens < 1:
                wait = max(1, round((1 - bucket.tokens) / self._per_second))
                bucket.shut_until = now + wait
                return TooFast(wait, ignored=False)
            bucket.tokens -= 1
            return None
