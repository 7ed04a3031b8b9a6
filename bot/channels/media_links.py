"""Short-lived links to a picture, for the vendor that fetches what it sends."""

from itsdangerous import BadSignature, URLSafeTimedSerializer

_VALID_SECONDS = 3600


class MediaLinks:
    """A link names a row by its random id, under a signature; it says nothing of a patient."""

    def __init__(self, public_url: str, key: bytes) -> None:
        self._public_url = public_url
        self._serializer = URLSafeTimedSerializer(key, salt="vigia.media")

    def link(self, reference: str) -> str:
        return f"{self._public_url}/media/{self._serializer.dumps(reference)}"

    def reference(self, token: str) -> str | None:
        """None for a forged or expired token."""
        try:
            return str(self._serializer.loads(token, max_age=_VALID_SECONDS))
        except BadSignature:
            return None
