"""Many messages for one channel at once, each in its turn."""

from datetime import datetime, timedelta

import pytest

from bot.core.inbound import Channel
from bot.core.ports import Address
from bot.store.pacing_rows import take_turn
from bot.store.thread_rows import thread_at
from tests.actions.conftest import QuietWard


@pytest.mark.parametrize("alarm", [False, True])
def test_what_waits_for_one_channel_comes_back_one_after_the_other(
    ward: QuietWard, alarm: bool
) -> None:
    """Thirty messages: each is taken up twice at most, not by all that wait once a second."""
    began = ward.now
    due = dict.fromkeys(range(30), began)
    gone: list[datetime] = []
    taken_up = 0
    while due:
        ward.now = min(due.values())
        for message in [one for one, at in due.items() if at <= ward.now]:
            taken_up += 1
            later = _turn(ward, alarm=alarm)
            if later is None:
                gone.append(ward.now)
                del due[message]
            else:
                due[message] = later
    assert taken_up <= 60
    assert gone[-1] - began == timedelta(seconds=30 - 3)


def test_an_alarm_stands_in_no_line_behind_what_is_not(ward: QuietWard) -> None:
    """Twenty others wait in the channel when a danger is to be told there."""
    for _ in range(20):
        _turn(ward, alarm=False)
    later = _turn(ward, alarm=True)
    assert later == ward.now + timedelta(seconds=1)


def test_a_card_that_calls_a_person_waits_for_nothing_that_nurses_wrote(ward: QuietWard) -> None:
    """Sixty words of nurses wait for the channel when the next emergency is to be called there."""
    for _ in range(60):
        _turn(ward, alarm=True)
    assert [_turn(ward, alarm=True, calls=True) for _ in range(2)] == [None, None]
    assert _turn(ward, alarm=True, calls=True) == ward.now + timedelta(seconds=1)


def _turn(ward: QuietWard, *, alarm: bool, calls: bool = False) -> datetime | None:
    with ward.transaction() as tx:
        thread = thread_at(tx, Channel.SLACK, Address("C1"))
        return take_turn(tx, thread, alarm=alarm, calls=calls)
