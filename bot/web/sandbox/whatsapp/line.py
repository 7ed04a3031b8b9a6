"""The messages on the line, as Twilio keeps them and as the phones show them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import RLock

from bot.web.sandbox.bell import Bell

WINDOW = timedelta(hours=24)
SHOWN = frozenset({"sent", "delivered", "read"})


@dataclass(frozen=True, slots=True)
class Media:
    sid: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class Template:
    """A Content template; {{1}} stands for its first variable. `opener` opens a list of its
    buttons; None shows them as quick replies. `samples` stand for what a message leaves out."""

    body: str
    buttons: tuple[Button, ...] = ()
    opener: str | None = None
    approved: bool = True
    samples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `phone` is the person's number, whichever the direction; `heard` says whether
    the product took an inbound one, None while Twilio is still knocking. `media` is what Twilio
    keeps; `own_media` stays on the phone that sent it, whatever is deleted there."""

    sid: str
    phone: str
    inbound: bool
    body: str
    status: str
    created_at: datetime
    media: tuple[Media, ...] = ()
    own_media: tuple[Media, ...] = ()
    media_urls: tuple[str, ...] = ()
    replied_to: str | None = None
    location: tuple[float, float] | None = None
    buttons: tuple[Button, ...] = ()
    opener: str | None = None
    error_code: int | None = None
    status_callback: str | None = None
    num_media: int = 0
    heard: bool | None = None
    sms: bool = False


class WindowClock:
    """The clock of the 24-hour window alone; a test moves it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, **by: float) -> None:
        self._ahead += timedelta(**by)


class Exchange:
    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._lock = RLock()
        self._messages: dict[str, Line] = {}
        self._last_heard: dict[str, datetime] = {}
        self.window = WindowClock()
        self.templates: dict[str, Template] = {}
        self.invalid_numbers: set[str] = set()

    def add(self, message: Line) -> None:
        with self._lock:
            self._messages[message.sid] = message
            if message.inbound:
                self._last_heard[message.phone] = self.window.now()
        self._bell.ring()

    def change(self, sid: str, **to: object) -> Line | None:
        """None when the message was deleted meanwhile."""
        with self._lock:
            if sid not in self._messages:
                return None
            self._messages[sid] = replace(self._messages[sid], **to)  # type: ignore[arg-type]
            changed = self._messages[sid]
        self._bell.ring()
        return changed

    def delete(self, sid: str) -> bool:
        with self._lock:
            found = self._messages.pop(sid, None)
        return found is not None

    def get(self, sid: str) -> Line | None:
        with self._lock:
            return self._messages.get(sid)

    def all(self) -> list[Line]:
        """Oldest first."""
        with self._lock:
            return list(self._messages.values())

    def on_phone(self, phone: str) -> list[Line]:
        """What the person's phone shows, oldest first."""
        return [m for m in self.all() if m.phone == phone and (m.inbound or m.status in SHOWN)]

    def window_open(self, phone: str) -> bool:
        with self._lock:
            heard = self._last_heard.get(phone)
        return heard is not None and self.window.now() - heard < WINDOW


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def media_of(contents: Iterable[tuple[bytes, str]]) -> tuple[Media, ...]:
    return tuple(Media(new_sid("ME"), kind, content) for content, kind in contents)
