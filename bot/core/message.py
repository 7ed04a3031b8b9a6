"""What Vigia says, and the life of a message on its way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.inbound import DeliveryState


class MessageKind(StrEnum):
    """Each kind has a template in every language: templates/messages/<language>/<kind>."""

    RECEIVED = "received"
    LINKED = "linked"
    RESULT = "result"
    SECOND_OPINION = "second_opinion"
    OVERLAY = "overlay"
    NOT_ASSESSED = "not_assessed"
    RED_FLAG = "red_flag"
    TAKEN = "taken"
    NOBODY_ANSWERED = "nobody_answered"
    CLINICIAN_DID = "clinician_did"
    PHOTO_ASKED = "photo_asked"
    FROM_CLINICIAN = "from_clinician"
    CLINICIAN_PICTURE = "clinician_picture"
    TEXT_ADDED = "text_added"
    WHICH_CASE = "which_case"
    COURTESY = "courtesy"
    HELP = "help"
    LANGUAGE = "language"
    CASES = "cases"
    STEPS = "steps"
    PERSON_CALLED = "person_called"
    NEXT_CALLED = "next_called"
    ANSWER = "answer"
    CANNOT_READ = "cannot_read"
    VOICE_PASSED = "voice_passed"
    NOT_PASSED = "not_passed"
    SCALE_QUESTION = "scale_question"
    SCALE_RESULT = "scale_result"
    SCALE_STOPPED = "scale_stopped"
    SCALE_CHART = "scale_chart"
    NOT_A_CHOICE = "not_a_choice"
    ALREADY_ANSWERED = "already_answered"
    QUESTION = "question"
    ANSWER_NOTED = "answer_noted"
    REFINED = "refined"
    KNOCK = "knock"
    REMINDER = "reminder"
    REMINDER_SET = "reminder_set"
    REMINDER_MISSED = "reminder_missed"
    NURSE_GONE = "nurse_gone"
    HOLDER_GONE = "holder_gone"
    COMPARISON = "comparison"
    NOT_ENROLLED = "not_enrolled"
    CARD = "card"
    CARD_PHOTO = "card_photo"
    FROM_NURSE = "from_nurse"
    NURSE_VOICE = "nurse_voice"
    DONE_UNDER_CARD = "done_under_card"
    STAYED_HERE = "stayed_here"
    PRESS_REFUSED = "press_refused"
    ALREADY_TAKEN = "already_taken"
    FORM_NOT_OPENED = "form_not_opened"
    SLASH_HELP = "slash_help"
    SLASH_STATUS = "slash_status"
    SLASH_DANGER = "slash_danger"
    SLASH_ASKED = "slash_asked"
    ON_CALL = "on_call"
    DUTY_TAKEN = "duty_taken"
    RELIEVED = "relieved"
    ROLE_SEES_COUNTS = "role_sees_counts"
    NO_PHOTO_THERE = "no_photo_there"
    PHOTO_KNOWN = "photo_known"
    ALERT = "alert"
    CALLED_OUT = "called_out"


class OutboxStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


OUTBOX_TRANSITIONS: dict[OutboxStatus, frozenset[OutboxStatus]] = {
    OutboxStatus.QUEUED: frozenset({OutboxStatus.SENDING}),
    OutboxStatus.SENDING: frozenset({OutboxStatus.QUEUED, OutboxStatus.SENT, OutboxStatus.FAILED}),
    OutboxStatus.SENT: frozenset({OutboxStatus.DELIVERED, OutboxStatus.READ, OutboxStatus.FAILED}),
    OutboxStatus.DELIVERED: frozenset({OutboxStatus.READ}),
    OutboxStatus.READ: frozenset(),
    OutboxStatus.FAILED: frozenset(),
}
UNSENT = frozenset({OutboxStatus.QUEUED, OutboxStatus.SENDING})

_STATE_AFTER: dict[DeliveryState, OutboxStatus] = {
    DeliveryState.SENT: OutboxStatus.SENT,
    DeliveryState.DELIVERED: OutboxStatus.DELIVERED,
    DeliveryState.READ: OutboxStatus.READ,
    DeliveryState.FAILED: OutboxStatus.FAILED,
    DeliveryState.UNDELIVERED: OutboxStatus.FAILED,
}


def after_report(status: OutboxStatus, report: DeliveryState) -> OutboxStatus | None:
    """The state that a vendor's report leads to, or None where it would move backwards."""
    then = _STATE_AFTER[report]
    return then if then in OUTBOX_TRANSITIONS[status] else None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Waits that double from `first` to `longest`, until `give_up` has passed since queueing."""

    first: timedelta
    longest: timedelta
    give_up: timedelta

    def next_attempt(
        self,
        *,
        queued_at: datetime,
        attempts: int,
        now: datetime,
        retry_after: float | None,
    ) -> datetime | None:
        """When to try again after `attempts` failures, or None to give up."""
        wait = min(self.first * 2 ** min(attempts - 1, 16), self.longest)
        if retry_after is not None:
            wait = max(wait, timedelta(seconds=retry_after))
        at = now + wait
        return None if at - queued_at > self.give_up else at


@dataclass(frozen=True, slots=True)
class Message:
    """A message to queue. `key` makes it unique for ever: the same key is queued once.

    `facts` are keys and values that the templates put into words. `picture` names the picture or
    voice note that goes with it, as "photo:ID" or "file:ID". `replaces` names the outbox
    row that this one rewrites, `under` the one in whose thread it goes, `only_to` the Slack user
    who alone may see it. An `alarm` travels on the critical queue.
    """

    kind: MessageKind
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    picture: str | None = None
    replaces: str | None = None
    under: str | None = None
    only_to: str | None = None
    alarm: bool = False


ALARM_RETRIES = RetryPolicy(timedelta(seconds=1), timedelta(seconds=15), timedelta(minutes=2))
# What is still worth knowing when the chat is back: who waits for whom, and what went wrong.
LASTING_RETRIES = RetryPolicy(timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=6))
MESSAGE_RETRIES = RetryPolicy(timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=6))
SEND_LEASE = timedelta(seconds=45)
_LASTING = frozenset({MessageKind.CARD, MessageKind.ALERT})


def retries_of(message: Message) -> RetryPolicy:
    if message.kind in _LASTING:
        return LASTING_RETRIES
    return ALARM_RETRIES if message.alarm else MESSAGE_RETRIES
