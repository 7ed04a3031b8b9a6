"""What Twilio says of a call, whichever order it says it in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.channels.phone.inbound import parse_report
from bot.core.call import (
    ENDS_WITHIN,
    MEANS,
    PAUSES,
    SOUNDS,
    Call,
    CallReport,
    CallState,
    LineStatus,
    Voice,
    fail,
    hear,
    lose,
    press,
)
from bot.core.urgency import Urgency

NOW = datetime(2026, 11, 24, 6, 12, tzinfo=UTC)
PLACED = Call("c", "e", "s", Urgency.EMERGENCY, 1, CallState.PLACED, NOW, NOW + ENDS_WITHIN)


def _said(status: LineStatus | None = None, voice: Voice | None = None) -> CallReport:
    return CallReport(status, voice)


RING, UP, DONE = LineStatus.RINGING, LineStatus.IN_PROGRESS, LineStatus.COMPLETED


def test_the_tables_are_complete() -> None:
    """Every word of Twilio's has its meaning."""
    assert set(MEANS) == set(LineStatus)
    assert set(SOUNDS) == set(Voice)


@pytest.mark.parametrize(
    ("reports", "end"),
    [
        ([_said(RING), _said(UP), _said(None, Voice.PERSON), _said(DONE)], CallState.ANSWERED),
        ([_said(RING), _said(UP), _said(None, Voice.MACHINE), _said(DONE)], CallState.VOICEMAIL),
        ([_said(RING), _said(UP), _said(None, Voice.UNSURE), _said(DONE)], CallState.PICKED_UP),
        ([_said(LineStatus.INITIATED), _said(RING), _said(UP), _said(DONE)], CallState.PICKED_UP),
        ([_said(RING), _said(LineStatus.NO_ANSWER)], CallState.NOT_ANSWERED),
        ([_said(RING), _said(LineStatus.BUSY)], CallState.BUSY),
        ([_said(LineStatus.INITIATED), _said(LineStatus.FAILED)], CallState.FAILED),
        ([_said(LineStatus.QUEUED), _said(LineStatus.CANCELED)], CallState.FAILED),
    ],
)
def test_the_end_is_the_same_in_every_order(reports: list[CallReport], end: CallState) -> None:
    """And when each report comes twice; nothing but a person's voice counts as answered."""
    for order in permutations(reports):
        call = PLACED
        for report in order + order:
            call = hear(call, report, NOW)
        assert (call.state, call.end_by) == (end, None)
        assert call.again_at == NOW + PAUSES[0]


def test_a_key_is_a_persons_whatever_was_reported() -> None:
    """Voicemail presses nothing; and no later report takes it back."""
    for state in CallState:
        answered = press(replace(PLACED, state=state))
        assert answered.state is CallState.ANSWERED
        assert hear(answered, _said(LineStatus.NO_ANSWER), NOW).state is CallState.ANSWERED
        assert hear(answered, _said(None, Voice.MACHINE), NOW).state is CallState.ANSWERED


def test_only_the_first_end_plans_the_next_call() -> None:
    """A late report of the same end does not put it off; after the last call none follows."""
    ended = hear(PLACED, _said(LineStatus.BUSY), NOW)
    later = NOW + timedelta(seconds=50)
    assert hear(ended, _said(LineStatus.BUSY), later) == ended
    third = replace(PLACED, number=len(PAUSES) + 1)
    assert not hear(third, _said(LineStatus.BUSY), NOW).pending
    assert not hear(replace(PLACED, took_at=NOW), _said(DONE), NOW).pending


def test_news_of_a_lost_call_still_counts() -> None:
    """Its end is learned late; what was learned is never lost again."""
    lost = lose(PLACED, NOW)
    assert (lost.state, lost.again_at) == (CallState.LOST, NOW + PAUSES[0])
    known = hear(lost, _said(LineStatus.NO_ANSWER), NOW + timedelta(minutes=1))
    assert (known.state, known.again_at) == (CallState.NOT_ANSWERED, lost.again_at)
    assert lose(hear(PLACED, _said(UP), NOW), NOW).state is CallState.PICKED_UP
    assert fail(PLACED, NOW).state is CallState.FAILED


@pytest.mark.parametrize(
    ("form", "report"),
    [
        (
            {"CallStatus": "no-answer", "CallDuration": "0"},
            CallReport(LineStatus.NO_ANSWER, None, 0),
        ),
        ({"CallStatus": "in-progress"}, _said(UP)),
        ({"AnsweredBy": "human", "MachineDetectionDuration": "900"}, _said(None, Voice.PERSON)),
        ({"AnsweredBy": "machine_start"}, _said(None, Voice.MACHINE)),
        ({"AnsweredBy": "machine_end_beep"}, _said(None, Voice.MACHINE)),
        ({"AnsweredBy": "fax"}, _said(None, Voice.MACHINE)),
        ({"AnsweredBy": "unknown"}, _said(None, Voice.UNSURE)),
        ({"CallStatus": "new-word", "CallDuration": "-1"}, _said()),
    ],
)
def test_each_webhook_is_read_as_it_came(form: dict[str, str], report: CallReport) -> None:
    """A word that is new to us says nothing."""
    assert parse_report(form) == report
    assert hear(PLACED, _said(), NOW) is PLACED
