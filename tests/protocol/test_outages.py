"""The database is taken away, Redis is taken away: what was accepted is kept, deadlines hold."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.core.escalation import EscalationStatus
from bot.settings import CHECKOUT
from bot.store.escalation_rows import open_escalations
from tests.journeys.conftest import Ward, open_ward
from tests.postgres_server import postgres_server, start
from tests.protocol.test_house import count, slack_message, whatsapp_message


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[tuple[Ward, Any]]:
    """A ward whose PostgreSQL can be stopped, and the server."""
    with (
        postgres_server() as server,
        open_ward(tmp_path, DATABASE_URL=server.get_uri()) as ward,
    ):
        yield ward, server
        ward.house.store.engine.dispose()


def test_case_04_with_postgres_stopped_the_vendors_hear_it_and_their_retry_counts_once(
    on_postgres: tuple[Ward, Any],
) -> None:
    """Non-2xx while it is away; once it is back, each retry is kept, once."""
    ward, server = on_postgres
    sid = "SM" + "4" * 32
    server.stop()
    assert whatsapp_message(ward, sid).status_code == 500
    assert slack_message(ward).status_code == 500
    start(server)
    for _ in range(2):
        assert whatsapp_message(ward, sid).status_code == 200
        assert slack_message(ward, retry=1).status_code == 200
    assert (count(ward, "inbound"), count(ward, "cases"), count(ward, "escalations")) == (2, 2, 2)


def test_case_04_with_sqlite_locked_a_message_is_refused_and_its_retry_counts_once(
    ward: Ward, tmp_path: Path
) -> None:
    """Another process holds the file for longer than the house waits for it."""
    sid = "SM" + "4" * 32
    holder = sqlite3.connect(tmp_path / "vigia.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert whatsapp_message(ward, sid).status_code == 500
    holder.execute("ROLLBACK")
    holder.close()
    for _ in range(2):
        assert whatsapp_message(ward, sid).status_code == 200
    assert (count(ward, "inbound"), count(ward, "cases"), count(ward, "escalations")) == (1, 1, 1)


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Ward]:
    """Each rung of the ladder has eight seconds."""
    usual = (CHECKOUT / "bot" / "core" / "ladder.toml").read_text("utf-8")
    for minutes in ("5", "2"):
        usual = usual.replace(
            f"acknowledge_within_minutes = {minutes} ", "acknowledge_within_minutes = 0.14 "
        )
    ladder = tmp_path / "ladder.toml"
    ladder.write_text(usual)
    with open_ward(tmp_path, VIGIA_LADDER_FILE=str(ladder)) as here:
        yield here


def test_case_50_a_deadline_that_falls_while_redis_is_away_or_emptied_holds(
    impatient: Ward,
) -> None:
    """The first rung's time runs out without a Redis, the second's after it was emptied."""
    impatient.start("critical", "delivery", "sweep")
    impatient.nurse().sends_text("paciente con fiebre de 39 y confuso")
    doctor = impatient.doctor()
    doctor.sees("EMERGENCIA", in_channel="emergencias")
    impatient.redis.kill()
    doctor.sees("EMERGENCIA", in_channel="especialistas")
    impatient.redis.start()
    with Redis.from_url(impatient.redis.url) as client:
        client.flushall()
    card = doctor.sees("EMERGENCIA", in_channel="equipo-medico")
    doctor.presses("Tomar el caso", on=card)
    impatient.nurse().sees("tomó el caso")
    with impatient.house.store.snapshot() as snapshot:
        assert EscalationStatus.EXHAUSTED not in {e.status for e in open_escalations(snapshot)}
    assert impatient.sandbox.violations == []
