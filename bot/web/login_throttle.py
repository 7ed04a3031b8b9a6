"""How often a password may be tried, from one address and from all together."""

import hashlib
import hmac
import ipaddress
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TryLimits:
    """Tries within `window` seconds."""

    from_one_address: int = 5
    from_all: int = 100
    window: int = 900


class LoginThrottle(Protocol):
    def may_try(self, address: str) -> bool:
        """Counts a try, and says whether the password may be looked at."""
        ...

    def succeeded(self, address: str) -> None:
        """Forgets the tries from this address."""
        ...


class MemoryLoginThrottle:
    """Counts within this process."""

    def __init__(self, limits: TryLimits) -> None:
        self._limits = limits
        self._tries: defaultdict[str, int] = defaultdict(int)
        self._until = 0.0

    def may_try(self, address: str) -> bool:
        now = time.monotonic()
        if now >= self._until:
            self._tries.clear()
            self._until = now + self._limits.window
        self._tries["all"] += 1
        if self._tries["all"] > self._limits.from_all:
            return False
        here = network_of(address)
        self._tries[here] += 1
        return self._tries[here] <= self._limits.from_one_address

    def succeeded(self, address: str) -> None:
        self._tries.pop(network_of(address), None)


class RedisLoginThrottle:
    """Counts for every web process, and over restarts. Redis never sees the address itself."""

    def __init__(self, connection: Redis, secret: str, limits: TryLimits) -> None:
        self._connection = connection
        self._secret = secret.encode()
        self._limits = limits
        self._without_redis = MemoryLoginThrottle(limits)

    def may_try(self, address: str) -> bool:
        try:
            pipeline = self._connection.pipeline()
            for key in (self._key(address), "vigia:login:all"):
                pipeline.incr(key)
                pipeline.expire(key, self._limits.window, nx=True)
            here, _, everywhere, _ = pipeline.execute()
        except RedisError as error:
            log.warning("login_throttle_alone", extra={"error": type(error).__name__})
            return self._without_redis.may_try(address)
        within: bool = everywhere <= self._limits.from_all
        return within and here <= self._limits.from_one_address

    def succeeded(self, address: str) -> None:
        self._without_redis.succeeded(address)
        try:
            self._connection.delete(self._key(address))
        except RedisError as error:
            log.warning("login_throttle_alone", extra={"error": type(error).__name__})

    def _key(self, address: str) -> str:
        digest = hmac.new(self._secret, network_of(address).encode(), hashlib.sha256)
        return f"vigia:login:{digest.hexdigest()[:32]}"


def network_of(address: str) -> str:
    """The address, or its /64 where one subscriber has them all (IPv6)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
