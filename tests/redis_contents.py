"""Everything that a Redis holds, and everything that was ever written to it."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from redis import Redis

_BULK = re.compile(rb"\$(\d+)\r\n")


def everything_in(client: Redis) -> Iterator[bytes]:
    """Every key and value, also unpacked where RQ has packed it."""
    for key in client.scan_iter():
        yield key
        for value in _values(client, key):
            yield from _unpacked(value)


def everything_written(directory: Path) -> Iterator[bytes]:
    """Every word of every command in the append-only file."""
    for file in directory.rglob("*.aof"):
        written = file.read_bytes()
        for found in _BULK.finditer(written):
            yield from _unpacked(written[found.end() : found.end() + int(found[1])])


def _unpacked(value: bytes) -> Iterator[bytes]:
    yield value
    try:
        packed = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        packed = value
    try:
        yield zlib.decompress(packed)
    except zlib.error:
        return


def _values(client: Redis, key: bytes) -> list[bytes]:
    match client.type(key):
        case b"hash":
            return list(client.hgetall(key).values())
        case b"stream":
            return [value for _, entry in client.xrange(key) for value in entry.values()]
        case b"string":
            return [client.get(key)]
        case b"list":
            return list(client.lrange(key, 0, -1))
        case b"set":
            return list(client.smembers(key))
        case b"zset":
            return list(client.zrange(key, 0, -1))
        case b"none":
            return []
        case other:
            raise AssertionError(other)
