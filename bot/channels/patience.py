"""How long a vendor asks us to wait."""

from collections.abc import Mapping
from math import isfinite

_SHORTEST = 1.0
_LONGEST = 600.0


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds from a Retry-After header; one second where it says nothing we can read."""
    named = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        seconds = float(named)
    except ValueError:
        return _SHORTEST
    return min(max(seconds, _SHORTEST), _LONGEST) if isfinite(seconds) else _SHORTEST
