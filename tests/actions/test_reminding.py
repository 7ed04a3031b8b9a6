"""The next photo is asked for in its thread; a photo that comes is set beside the last one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions.reminding import remind
from bot.core.assessment import Category
from bot.core.case import Case, CaseStatus
from bot.core.history import HistoryMark
from bot.core.message import MessageKind
from bot.core.reminder import ANSWERED_WITHIN, ReminderStatus
from bot.core.staff import Language, Role
from bot.store import tables as t
from bot.store.case_rows import case_by_id, latest_decision, open_cases_of
from bot.store.comparison_rows import (
    comparison_of,
    comparison_picture,
    comparisons_due,
    leave_undrawn,
)
from bot.store.reminder_rows import reminder_of, reminders_due
from bot.store.staff_rows import all_staff, remove_staff
from tests.actions.conftest import QuietWard


def _sweep(ward: QuietWard) -> int:
    """How many reminders were due."""
    with ward.store.snapshot() as snapshot:
        due = reminders_due(snapshot, ward.now)
    for id in due:
        with ward.transaction() as tx:
            remind(tx, id, ward.rules)
    ward.post_everything()
    return len(due)


def _status(ward: QuietWard, case_id: str) -> ReminderStatus:
    with ward.store.snapshot() as snapshot:
        found = reminder_of(snapshot, case_id)
    assert found
    return found.status


def _newest_case(ward: QuietWard) -> Case:
    with ward.store.snapshot() as snapshot:
        (nurse,) = all_staff(snapshot, Role.NURSE)
        return open_cases_of(snapshot, nurse.id)[0]


def _is_reminded(ward: QuietWard, category: Category = Category.I) -> str:
    """The case of a category I wound, a day later, when its photo is asked for."""
    case_id = ward.sends_seen_as("UCI-204 sacro", category)
    ward.says("omitir")
    assert _sweep(ward) == 0
    ward.advance(hours=24, minutes=1)
    assert _sweep(ward) == 1
    return case_id


def _reminder(ward: QuietWard) -> str:
    """What WhatsApp calls the last one."""
    sent = select(t.outbox.c.provider_id).where(t.outbox.c.kind == MessageKind.REMINDER)
    with ward.store.snapshot() as snapshot:
        return str(snapshot.value(sent.order_by(t.outbox.c.seq.desc()).limit(1)))


def test_the_next_photo_is_asked_for_when_the_decision_said(ward: QuietWard) -> None:
    """Once: a sweep that comes again finds nothing due."""
    case_id = _is_reminded(ward)
    asked = ward.read(MessageKind.REMINDER)
    assert "paciente UCI-204, Sacro: es hora de una nueva foto" in asked
    assert "1. Recordar en 2 h" in asked
    assert _sweep(ward) == 0
    assert _status(ward, case_id) is ReminderStatus.ASKED


def test_a_photo_in_answer_is_a_case_that_continues_the_first(ward: QuietWard) -> None:
    """With the same patient and site, compared with the last look; the first case is at its end."""
    first = _is_reminded(ward)
    second = ward.sends_seen_as("", Category.II, to=_reminder(ward))
    assert second != first
    case = _newest_case(ward)
    assert (case.id, case.follows, case.site) == (second, first, "sacrum")
    assert "Sigue al caso" in ward.read(MessageKind.RECEIVED)
    with ward.store.snapshot() as snapshot:
        before = case_by_id(snapshot, first)
        assert before.status is CaseStatus.CLOSED
        assert case.patient_id == before.patient_id
        assert comparison_of(snapshot, second)
        decided = latest_decision(snapshot, second)
    assert decided
    assert HistoryMark.WORSE_THAN_LAST in decided.inputs["history"]
    assert _status(ward, first) is ReminderStatus.ANSWERED


@pytest.mark.parametrize("words", ["", "talón derecho", "UCI-999 sacro", "UCI-204 talón derecho"])
def test_a_photo_that_does_not_say_so_is_no_answer(ward: QuietWard, words: str) -> None:
    """It may show another patient, or another wound."""
    _is_reminded(ward)
    ward.sends_seen_as(words, Category.I)
    assert _newest_case(ward).follows is None


def test_a_photo_with_the_patients_code_is_an_answer(ward: QuietWard) -> None:
    """Without a swipe, as long as it names no other place."""
    first = _is_reminded(ward)
    ward.sends_seen_as("UCI-204", Category.I)
    assert _newest_case(ward).follows == first


def test_a_wound_without_a_patients_code_is_compared_all_the_same(ward: QuietWard) -> None:
    """The reply itself says that it is the same wound."""
    first = ward.sends_seen_as("sacro", Category.II)
    ward.advance(days=8)
    _sweep(ward)
    second = ward.sends_seen_as("", Category.II, to=_reminder(ward))
    with ward.store.snapshot() as snapshot:
        comparison = comparison_of(snapshot, second)
    assert comparison
    assert _newest_case(ward).follows == first


def test_a_reminder_is_postponed(ward: QuietWard) -> None:
    """And comes again when it was asked to."""
    case_id = _is_reminded(ward)
    ward.says("1")
    assert "en 2 h" in ward.read(MessageKind.REMINDER_SET)
    ward.advance(hours=1)
    assert _sweep(ward) == 0
    ward.advance(hours=1, minutes=1)
    assert _sweep(ward) == 1
    assert _status(ward, case_id) is ReminderStatus.ASKED


def test_reminders_are_stopped_by_saying_so(ward: QuietWard) -> None:
    """Of one wound by the button's words, of all by a command."""
    case_id = _is_reminded(ward)
    ward.says("no recordar más")
    assert _status(ward, case_id) is ReminderStatus.STOPPED
    other = ward.sends_seen_as("UCI-300 talón derecho", Category.I)
    ward.says("detener recordatorios")
    assert "Sin más recordatorios del *caso" in ward.read(MessageKind.REMINDER_SET)
    assert _status(ward, other) is ReminderStatus.STOPPED
    ward.advance(days=3)
    assert _sweep(ward) == 0


def test_a_reminder_that_was_stopped_is_not_postponed_in_silence(ward: QuietWard) -> None:
    """Its buttons stay on the phone: whoever presses one reads that none will come."""
    case_id = _is_reminded(ward)
    ward.says("detener recordatorios")
    ward.taps("Recordar en 2 h", MessageKind.REMINDER)
    assert _status(ward, case_id) is ReminderStatus.STOPPED
    assert "no tiene recordatorios suyos pendientes" in ward.read(MessageKind.REMINDER_SET)


@pytest.mark.parametrize(
    "words", ["stop reminders {}", "no me recuerde más el {}", "pare los recordatorios del caso {}"]
)
def test_the_reminders_of_one_case_alone_are_stopped_by_its_code(
    ward: QuietWard, words: str
) -> None:
    """The others go on, and the nurse reads how to stop those too."""
    first = ward.sends_seen_as("UCI-204 sacro", Category.I)
    ward.advance(minutes=5)
    second = ward.sends_seen_as("UCI-300 talón derecho", Category.I)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, first).code
    ward.says(words.format(code))
    assert _status(ward, first) is ReminderStatus.STOPPED
    assert _status(ward, second) is ReminderStatus.PLANNED
    told = ward.read(MessageKind.REMINDER_SET)
    assert f"Sin más recordatorios del *caso {code}*" in told
    assert "Los de sus otros casos siguen" in told
    assert "your other cases go on" in ward.read(MessageKind.REMINDER_SET, Language.EN)
    ward.says("detener todos los recordatorios")
    assert _status(ward, second) is ReminderStatus.STOPPED
    assert "siguen" not in ward.read(MessageKind.REMINDER_SET)


def test_a_code_without_reminders_of_hers_stops_nothing(ward: QuietWard) -> None:
    """A slip in the code does not silence another case."""
    case_id = ward.sends_seen_as("UCI-204 sacro", Category.I)
    ward.says("stop reminders 9Z9Z")
    assert "El *caso 9Z9Z* no tiene recordatorios suyos" in ward.read(MessageKind.REMINDER_SET)
    assert "*Case 9Z9Z* has no reminders" in ward.read(MessageKind.REMINDER_SET, Language.EN)
    assert _status(ward, case_id) is ReminderStatus.PLANNED


def test_stop_in_answer_to_a_case_is_said_of_that_case(ward: QuietWard) -> None:
    """With WhatsApp's reply mark, days after it was open; "all" still means all."""
    case_id = _is_reminded(ward)
    other = ward.sends_seen_as("UCI-300 talón derecho", Category.I)
    ward.says("no me recuerde más", to=_reminder(ward))
    assert _status(ward, case_id) is ReminderStatus.STOPPED
    assert _status(ward, other) is ReminderStatus.PLANNED
    ward.says("no me recuerde más", to=_reminder(ward))
    assert "no tiene recordatorios suyos pendientes" in ward.read(MessageKind.REMINDER_SET)
    ward.says("detener todos los recordatorios", to=_reminder(ward))
    assert _status(ward, other) is ReminderStatus.STOPPED


@pytest.mark.parametrize("user", ["U0NURSE1", "U0CHARGE"])
def test_stop_in_the_slack_thread_of_a_case_is_said_of_that_case(
    ward: QuietWard, user: str
) -> None:
    """The thread is the wound's own place, for a colleague of the next shift too."""
    elsewhere = ward.sends_seen_as("UCI-300 talón derecho", Category.I)
    ward.advance(minutes=5)
    ward.writes_in_slack("U0NURSE1", "UCI-204 sacro", "C9", "9.5", file="F1")
    case_id = _newest_case(ward).id
    ward.has_read(case_id, Category.I)
    ward.advance(hours=24, minutes=1)
    assert _sweep(ward) == 2
    ward.writes_in_slack(user, "stop reminders", "C9", "9.5")
    assert _status(ward, case_id) is ReminderStatus.STOPPED
    assert _status(ward, elsewhere) is ReminderStatus.ASKED


def test_stop_in_the_direct_messages_is_said_of_all(ward: QuietWard) -> None:
    """There, as in WhatsApp, all of her cases are in one conversation."""
    first = ward.sends_seen_as("UCI-300 talón derecho", Category.I)
    ward.advance(minutes=5)
    ward.writes_in_slack("U0NURSE1", "UCI-204 sacro", "D0NURSE1", None, file="F1")
    second = _newest_case(ward).id
    ward.has_read(second, Category.I)
    ward.writes_in_slack("U0NURSE1", "stop reminders", "D0NURSE1", None)
    assert {_status(ward, first), _status(ward, second)} == {ReminderStatus.STOPPED}


def test_an_unanswered_reminder_shows_to_the_wound_nurse(ward: QuietWard) -> None:
    """By name and place, once."""
    case_id = _is_reminded(ward)
    ward.advance(hours=ANSWERED_WITHIN / timedelta(hours=1), minutes=1)
    assert _sweep(ward) == 1
    missed = ward.read(MessageKind.REMINDER_MISSED)
    assert "paciente UCI-204, Sacro. Se pidió a quien envió la anterior (Ana)" in missed
    assert _status(ward, case_id) is ReminderStatus.MISSED
    assert _sweep(ward) == 0


def test_a_nurse_who_left_is_not_asked_for_a_photo(ward: QuietWard) -> None:
    """No patient's code goes to a phone that is no longer the ward's: the wound nurse is told."""
    case_id = ward.sends_seen_as("UCI-204 sacro", Category.I)
    ward.says("omitir")
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        remove_staff(tx, nurse.id, "test")
    ward.advance(hours=24, minutes=1)
    assert _sweep(ward) == _sweep(ward) == 1
    assert ward.read(MessageKind.REMINDER) == ""
    assert "UCI-204" in ward.read(MessageKind.REMINDER_MISSED)
    assert _status(ward, case_id) is ReminderStatus.MISSED


def test_what_cannot_be_compared_is_not_tried_for_ever(ward: QuietWard) -> None:
    """One of the two cannot be shown: no half picture goes out, and the sweep has peace."""
    _is_reminded(ward)
    second = ward.sends_seen_as("", Category.II, to=_reminder(ward))
    with ward.transaction() as tx:
        assert comparisons_due(tx, ward.now) == [second]
        leave_undrawn(tx, second, "test")
        assert comparisons_due(tx, ward.now) == []
        assert comparison_picture(tx, second) is None
