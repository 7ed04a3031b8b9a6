"""Presses that come at the same instant, through the real web server."""

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions.escalating import climb_ladder
from bot.core.escalation import Escalation, EscalationStatus
from bot.core.message import MessageKind
from bot.store import tables as t
from bot.store.escalation_rows import escalation_by_id, open_escalations
from bot.store.said_rows import due_messages
from jobs import deliver
from tests.journeys.conftest import Ward, open_ward
from tests.promptness import within_promise

ROUNDS = 5


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """No worker at all: what is due is sent by hand."""
    with open_ward(tmp_path_factory.mktemp("ward"), hurried=True) as here:
        yield here


def _sends_what_is_due(ward: Ward) -> None:
    """Slack takes a few posts a second and not more: a late clock finds them all due."""
    for ahead in range(0, 180, 6):
        later = dataclasses.replace(
            ward.house, clock=lambda ahead=ahead: ward.house.clock() + timedelta(seconds=ahead)
        )
        with later.store.snapshot() as snapshot:
            due = [id for _, id in due_messages(snapshot, later.clock())]
        for id in due:
            deliver.run(later, id)


def _emergency(ward: Ward, number: int) -> tuple[Any, Any, Escalation]:
    """A nurse, the card of her emergency as the doctor sees it, and its escalation."""
    nurse, _ = ward.another_nurse(number)
    nurse.sends_text("paciente con fiebre de 39 y confuso")
    with ward.house.store.snapshot() as snapshot:
        escalation = max(open_escalations(snapshot), key=lambda one: one.raised_at)
    _sends_what_is_due(ward)
    ward.sandbox.settle()
    card = ward.doctor().sees(_code(ward, escalation), in_channel="emergencias")
    return nurse, card, escalation


def _code(ward: Ward, escalation: Escalation) -> str:
    with ward.house.store.snapshot() as snapshot:
        query = select(t.cases.c.code).where(t.cases.c.id == escalation.case_id)
        return str(snapshot.value(query))


def _said(ward: Ward, escalation: Escalation, kind: MessageKind) -> int:
    query = select(func.count()).where(
        t.outbox.c.case_id == escalation.case_id, t.outbox.c.kind == kind
    )
    with ward.house.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _at_once(*deeds: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_case_22_a_press_is_acknowledged_in_time_with_every_worker_stopped(quiet: Ward) -> None:
    """Under three seconds, with nobody at work; the card changes as soon as somebody is."""
    _, card, _ = _emergency(quiet, 100)
    with within_promise(3):
        answer = quiet.doctor().presses("Tomar el caso", on=card)
    assert answer.ok
    assert "vigia_take" in str(card.now.buttons)
    _sends_what_is_due(quiet)
    assert "vigia_take" not in str(card.now.buttons)
    assert "Dr. Bruno Díaz" in card.now.text


def test_case_22_a_press_that_opens_a_form_is_acknowledged_before_slack_opens_it(
    quiet: Ward,
) -> None:
    """Slack takes longer to answer for the form than anything else takes on a loaded machine."""
    _, card, _ = _emergency(quiet, 101)
    quiet.doctor().presses("Tomar el caso", on=card)
    _sends_what_is_due(quiet)
    quiet.sandbox.faults.next("views.open", delay_after_commit=25)
    answer = quiet.doctor().presses("Escribir a enfermería", on=card.now)
    assert (answer.ok, answer.seconds < 20) == (True, True)
    quiet.doctor().sees_modal("Lo que leerá enfermería")


@pytest.mark.parametrize("round", range(ROUNDS))
def test_case_23_of_two_who_press_at_once_one_wins_and_the_other_learns_who(
    quiet: Ward, round: int
) -> None:
    """Both are acknowledged; the nurse hears of one, and the other alone reads who has it."""
    nurse, card, escalation = _emergency(quiet, 200 + round)
    doctor, wound_nurse = quiet.doctor(), quiet.wound_nurse()
    answers = _at_once(
        lambda: doctor.presses("Tomar el caso", on=card),
        lambda: wound_nurse.presses("Tomar el caso", on=card),
    )
    assert all(answer.ok for answer in answers)
    _sends_what_is_due(quiet)
    quiet.sandbox.settle()
    told = [seen.text for seen in nurse.received if "tomó el caso" in seen.text]
    assert len(told) == 1
    first, second = ("Dr. Bruno Díaz", wound_nurse), ("Carla Soto", doctor)
    has_it, other = first if "Bruno" in told[0] else second
    assert has_it in card.now.text
    assert other.sees_only_me(f"{has_it} ya tiene este caso")
    assert _said(quiet, escalation, MessageKind.TAKEN) == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_case_27_a_press_at_the_instant_of_the_timer_stops_the_climb(
    quiet: Ward, round: int
) -> None:
    """Whichever comes first: the case is taken, at most one more rung was called, and no later
    timer climbs."""
    _, card, escalation = _emergency(quiet, 300 + round)
    due = escalation.rung_due_at + timedelta(seconds=1)
    late = dataclasses.replace(quiet.house, clock=lambda: due)

    def timer() -> None:
        with late.acting() as tx:
            climb_ladder(tx, escalation.id, late.rules)

    answer, _ = _at_once(lambda: quiet.doctor().presses("Tomar el caso", on=card), timer)
    assert answer.ok
    much_later = dataclasses.replace(quiet.house, clock=lambda: due + timedelta(hours=1))
    with much_later.acting() as tx:
        climb_ladder(tx, escalation.id, much_later.rules)
    with quiet.house.store.snapshot() as snapshot:
        after = escalation_by_id(snapshot, escalation.id)
    assert after is not None
    assert after.status is EscalationStatus.ACKNOWLEDGED
    assert after.rung in (0, 1)
    cards = select(func.count()).where(
        t.outbox.c.case_id == escalation.case_id,
        t.outbox.c.kind == MessageKind.CARD,
        t.outbox.c.replaces.is_(None),
    )
    with quiet.house.store.snapshot() as snapshot:
        assert snapshot.value(cards) == after.rung + 1
    assert _said(quiet, escalation, MessageKind.TAKEN) == 1
