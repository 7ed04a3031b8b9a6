"""A clinical lead's signature under a file, bound to what the file says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

_SIGNATURE = re.compile(r"^\[signature\]$.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Signature:
    """`content_hash` is the one that the lead signed; it binds the signature to these rows."""

    name: str
    role: str
    date: str
    content_hash: str

    def holds_for(self, content_hash: str) -> bool:
        return all((self.name, self.role, self.date)) and self.content_hash == content_hash


def load_signature(data: Mapping[str, Any]) -> Signature:
    """The [signature] of a parsed file. Raises KeyError."""
    block = data["signature"]
    return Signature(
        name=block["name"].strip(),
        role=block["role"].strip(),
        date=block["date"].strip(),
        content_hash=block["sha256"].strip().lower(),
    )


def content_hash(text: str) -> str:
    """SHA-256 in hex of all but the signature, whichever way lines end."""
    content = _SIGNATURE.sub("", text.replace("\r\n", "\n"))
    return sha256(content.encode()).hexdigest()
