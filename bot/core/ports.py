"""What the domain needs from outside, as small protocols."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.assessment import Reading
from bot.core.work import Work


class Doorbell(Protocol):
    """Wakes a worker. It may fail or forget: the sweep rings again for whatever is due."""

    def ring(self, work: Work, id: str) -> bool:
        """Whether the bell was heard. Never raises for an absent Redis."""
        ...


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A reading, and the overlay picture that goes back to the thread (JPEG), if one was drawn."""

    reading: Reading
    overlay: bytes | None = None


class PhotoReader(Protocol):
    def read(self, photo: bytes) -> ReadPhoto:
        """Reads one photo. Never raises for a bad photo: that is an outcome of the reading."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes. WhatsApp: `to` is E.164. Slack: `to` is a channel, DM or user id,
    `thread` the parent's timestamp, or None to start one."""

    to: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A Content template of the site's Twilio account, by its ContentSid, and what fills it."""

    sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Replies:
    """Answers to press in WhatsApp: `options` are payload and label, `opener` opens a list of
    them, `text` is the question without them, in one line: Twilio takes no break in a variable."""

    text: str
    options: tuple[tuple[str, str], ...]
    opener: str


@dataclass(frozen=True, slots=True)
class Words:
    """A message ready to send. `blocks` is Block Kit (Slack only); `text` its fallback.
    `approved` sends the same text outside WhatsApp's window; `replies` inside it, with answers to
    press where the site has what they need, for which `text` has numbered lines."""

    text: str
    blocks: Sequence[dict[str, object]] | None = None
    approved: Content | None = None
    replies: Replies | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or a voice note; the filename ends in what it is. `url` is where WhatsApp fetches
    it; Slack gets the bytes."""

    content: bytes
    filename: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The vendor took the message. `provider_id`: MessageSid or ts; `place`: Slack channel id."""

    provider_id: str
    place: str | None = None


# How the reason begins where the service will not rewrite this message, now or ever.
CANNOT_REPLACE = "cannot_replace"


class SendFailed(Exception):
    """The vendor did not take it. `reason` is a short code, never the vendor's free text.

    `permanent`: trying again cannot help. `unknown`: it may have arrived, so reconcile before
    trying again. `retry_after` in seconds, where the vendor named it.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        unknown: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after


class FetchFailed(Exception):
    """The photo could not be downloaded. `reason` is a short code."""

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


class Messenger(Protocol):
    """One chat service, outbound. `key` identifies the message for ever (the outbox row's id)."""

    def send(self, key: str, address: Address, words: Words, picture: Picture | None) -> Receipt:
        """Raises SendFailed."""
        ...

    def replace(self, key: str, address: Address, receipt: Receipt, words: Words) -> Receipt:
        """Rewrites a message that was sent, where the service can. Raises SendFailed."""
        ...

    def find(
        self,
        key: str,
        address: Address,
        words: Words,
        picture: Picture | None,
        since: datetime,
    ) -> Receipt | None:
        """Whether an earlier attempt with this key arrived after all. Raises SendFailed."""
        ...

    def fetch(self, source: str, *, limit: int) -> bytes:
        """Downloads a photo named by an inbound message, at most `limit` bytes.

        Raises FetchFailed."""
        ...

    def forget(self, source: str) -> None:
        """Deletes a photo at the vendor once it is stored here. Raises FetchFailed."""
        ...
