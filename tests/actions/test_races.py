"""Two people, or a person and the timer, at the same instant: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import func, select

from bot.actions.escalating import climb_ladder
from bot.actions.respond import press
from bot.core.audit import ChainIntact, verify_chain
from bot.core.escalation import Escalation, EscalationStatus
from bot.core.inbound import Press
from bot.core.message import MessageKind
from bot.store import tables as t
from bot.store.audit_rows import audit_records
from bot.store.escalation_rows import escalation_by_id, open_escalations
from bot.store.said_rows import cards_of
from tests.actions.conftest import QuietWard

ROUNDS = 5


def _emergency(ward: QuietWard) -> tuple[Escalation, Callable[[str], None]]:
    """The escalation, and who presses to take it."""
    ward.advance(hours=13)
    ward.says("fiebre de 39 y confusa")
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        escalation = max(open_escalations(snapshot), key=lambda one: one.raised_at)
        card = cards_of(snapshot, escalation.case_id)[0].provider_id or ""

    def takes(user: str) -> None:
        pressed = Press(f"{user}:{escalation.id}", user, "vigia_take", escalation.id, "C1", card)
        with ward.transaction() as tx:
            press(tx, pressed, ward.rules)

    return escalation, takes


def _at_once(*deeds: Callable[[], None]) -> None:
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], None]) -> None:
        barrier.wait()
        deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        list(pool.map(do, deeds))


def _said(ward: QuietWard, escalation: Escalation, kind: MessageKind) -> int:
    ours: Any = t.outbox.c.case_id == escalation.case_id
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).where(ours, t.outbox.c.kind == kind)))


def _refusals(ward: QuietWard) -> int:
    query = select(func.count()).where(t.outbox.c.kind == MessageKind.ALREADY_TAKEN)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _stands(ward: QuietWard, escalation: Escalation) -> Escalation:
    with ward.store.snapshot() as snapshot:
        found = escalation_by_id(snapshot, escalation.id)
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
    assert found is not None
    return found


def test_case_23_two_presses_in_two_transactions_have_one_winner(ward: QuietWard) -> None:
    """The nurse hears one name, and the other clinician is told it, every time."""
    for number in range(1, ROUNDS + 1):
        escalation, takes = _emergency(ward)
        _at_once(lambda: takes("U0DOCTOR"), lambda: takes("U0WOUND1"))  # noqa: B023
        assert _stands(ward, escalation).status is EscalationStatus.ACKNOWLEDGED
        assert _said(ward, escalation, MessageKind.TAKEN) == 1
        assert _refusals(ward) == number


def test_case_27_a_press_and_the_timer_in_two_transactions_end_in_a_taken_case(
    ward: QuietWard,
) -> None:
    """At most one rung more was called, and the next timer calls nobody."""
    for _ in range(ROUNDS):
        escalation, takes = _emergency(ward)
        due = escalation.rung_due_at + timedelta(seconds=1)

        def timer(at=due, id=escalation.id) -> None:  # type: ignore[no-untyped-def]
            with ward.store.transaction(at) as tx:
                climb_ladder(tx, id, ward.rules)

        _at_once(lambda: takes("U0DOCTOR"), timer)  # noqa: B023
        between = _stands(ward, escalation)
        assert between.status is EscalationStatus.ACKNOWLEDGED
        assert between.rung in (0, 1)
        timer(due + timedelta(hours=1))
        assert _stands(ward, escalation) == between
