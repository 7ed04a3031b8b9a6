"""A phone call to a person of the last rung: what is known of it, until its end is, and when it is
made again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.staff import Language
from bot.core.urgency import Urgency


class CallState(StrEnum):
    """PICKED_UP: by whom is not known. ANSWERED: by a person, which a machine never is. LOST: its
    end was not told in time."""

    PLACED = "placed"
    RINGING = "ringing"
    PICKED_UP = "picked_up"
    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    NOT_ANSWERED = "not_answered"
    BUSY = "busy"
    FAILED = "failed"
    LOST = "lost"


_LEARNED = frozenset(
    {
        CallState.PICKED_UP,
        CallState.ANSWERED,
        CallState.VOICEMAIL,
        CallState.NOT_ANSWERED,
        CallState.BUSY,
        CallState.FAILED,
    }
)
# A key is pressed by a person only: it outweighs whatever was reported before.
_ONLY_A_KEY = frozenset({CallState.ANSWERED})
CALL_TRANSITIONS: Mapping[CallState, frozenset[CallState]] = {
    CallState.PLACED: _LEARNED | {CallState.RINGING, CallState.LOST},
    CallState.RINGING: _LEARNED | {CallState.LOST},
    CallState.PICKED_UP: frozenset({CallState.ANSWERED, CallState.VOICEMAIL}),
    CallState.VOICEMAIL: _ONLY_A_KEY,
    CallState.NOT_ANSWERED: _ONLY_A_KEY,
    CallState.BUSY: _ONLY_A_KEY,
    CallState.FAILED: _ONLY_A_KEY,
    CallState.LOST: _LEARNED,
    CallState.ANSWERED: frozenset(),
}


class LineStatus(StrEnum):
    """What Twilio says of a call."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class Voice(StrEnum):
    """Who answered, by its sound."""

    PERSON = "person"
    MACHINE = "machine"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`over`: nothing more is to come."""

    state: CallState
    over: bool = False


MEANS: Mapping[LineStatus, Meaning] = {
    LineStatus.QUEUED: Meaning(CallState.PLACED),
    LineStatus.INITIATED: Meaning(CallState.PLACED),
    LineStatus.RINGING: Meaning(CallState.RINGING),
    LineStatus.IN_PROGRESS: Meaning(CallState.PICKED_UP),
    # A voicemail's call is completed as well.
    LineStatus.COMPLETED: Meaning(CallState.PICKED_UP, over=True),
    LineStatus.BUSY: Meaning(CallState.BUSY, over=True),
    LineStatus.NO_ANSWER: Meaning(CallState.NOT_ANSWERED, over=True),
    LineStatus.FAILED: Meaning(CallState.FAILED, over=True),
    LineStatus.CANCELED: Meaning(CallState.FAILED, over=True),
}
SOUNDS: Mapping[Voice, CallState] = {
    Voice.PERSON: CallState.ANSWERED,
    Voice.MACHINE: CallState.VOICEMAIL,
    Voice.UNSURE: CallState.PICKED_UP,
}

# Before the second call and before the third. Many phones that are silenced for the night ring
# when the same number calls twice within three minutes.
PAUSES = (timedelta(minutes=1), timedelta(minutes=2))
# An alarm is tried for two minutes, rings for one, and is said twice.
ENDS_WITHIN = timedelta(minutes=6)
TAKE_KEY = "1"


@dataclass(frozen=True, slots=True)
class Call:
    """`id` is that of its message. `number` counts the calls to this person for this alarm, from
    1. `end_by`: until then its end must be known, None once it is over. `again_at`: then the next
    one is made, if nobody has the case. `took_at`: when a key took the case."""

    id: str
    escalation_id: str
    staff_id: str
    urgency: Urgency
    number: int
    state: CallState
    placed_at: datetime
    end_by: datetime | None
    again_at: datetime | None = None
    took_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.end_by is not None or self.again_at is not None


@dataclass(frozen=True, slots=True)
class CallReport:
    """`seconds`: how long it lasted, where that is told."""

    status: LineStatus | None
    voice: Voice | None
    seconds: int | None = None


class Reply(StrEnum):
    """What is said to a person who pressed a key."""

    TAKEN = "taken"
    ALREADY_TAKEN = "already_taken"
    REFUSED = "refused"
    AGAIN = "again"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Spoken:
    """`facts` are for the template of replies."""

    reply: Reply
    language: Language
    facts: Mapping[str, object] = field(default_factory=dict)


def hear(call: Call, report: CallReport, now: datetime) -> Call:
    """The call after this report, whichever order reports come in; the same one where the report
    says nothing new."""
    meaning = MEANS[report.status] if report.status else None
    for state in (meaning and meaning.state, report.voice and SOUNDS[report.voice]):
        call = _moved(call, state) if state else call
    return _ended(call, now) if meaning and meaning.over else call


def fail(call: Call, now: datetime) -> Call:
    """It could not be placed."""
    return _ended(_moved(call, CallState.FAILED), now)


def lose(call: Call, now: datetime) -> Call:
    return _ended(_moved(call, CallState.LOST), now)


def press(call: Call) -> Call:
    """A key was pressed, whichever."""
    return _moved(call, CallState.ANSWERED)


def _moved(call: Call, state: CallState) -> Call:
    return replace(call, state=state) if state in CALL_TRANSITIONS[call.state] else call


def _ended(call: Call, now: datetime) -> Call:
    """Only the first end plans the next call."""
    if call.end_by is None:
        return call
    following = PAUSES[call.number - 1 : call.number]
    again_at = now + following[0] if following and call.took_at is None else None
    return replace(call, end_by=None, again_at=again_at)
