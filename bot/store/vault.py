"""What is sealed at rest, and how a sealed value is found again."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE_BYTES = 12
MIN_SECRET_LENGTH = 32


class SealBroken(Exception):
    """A sealed value does not open: another key, or it was altered."""


class Vault:
    """Seals bytes with AES-256-GCM, bound to the column they lie in (`place`)."""

    def __init__(self, secret: str) -> None:
        if len(secret) < MIN_SECRET_LENGTH:
            raise ValueError(f"the secret key is shorter than {MIN_SECRET_LENGTH} characters")
        self._secret = secret.encode()
        self._cipher = AESGCM(self.derive("seal"))
        self._index_key = self.derive("index")

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose; keys of different purposes tell nothing of each other."""
        return HKDF(SHA256(), 32, salt=None, info=b"vigia/" + purpose.encode()).derive(self._secret)

    def seal(self, plain: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises SealBroken."""
        head = 1 + _NONCE_BYTES
        if sealed[:1] != _VERSION:
            raise SealBroken(place)
        try:
            return self._cipher.decrypt(sealed[1:head], sealed[head:], place.encode())
        except InvalidTag:
            raise SealBroken(place) from None

    def seal_text(self, text: str, place: str) -> bytes:
        return self.seal(text.encode(), place)

    def open_text(self, sealed: bytes, place: str) -> str:
        return self.open(sealed, place).decode()

    def seal_facts(self, facts: Mapping[str, object], place: str) -> bytes:
        return self.seal(json.dumps(facts, ensure_ascii=False).encode(), place)

    def open_facts(self, sealed: bytes, place: str) -> dict[str, object]:
        facts = json.loads(self.open(sealed, place))
        assert isinstance(facts, dict)
        return facts

    def fingerprint(self, text: str, purpose: str) -> str:
        """The same for the same text, and useless to anyone without the key."""
        return hmac.new(
            self._index_key, f"{purpose}\x00{text}".encode(), hashlib.sha256
        ).hexdigest()
