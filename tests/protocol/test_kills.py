"""Each kind of job is killed at each of its stages, and what it does is seen once."""

from collections import Counter
from pathlib import Path

from bot.core.audit import ChainIntact, verify_chain
from bot.demo.drawn_wound import draw_wound
from bot.store.audit_rows import audit_records
from tests.journeys.conftest import Ward, eventually
from tests.protocol.doomed_worker import STAGES

NURSES = 6


def test_case_49_a_job_killed_at_any_of_its_stages_is_finished_once(
    ward: Ward, tmp_path: Path
) -> None:
    """Fetching, reading, deciding, sending: before, within and after each write and each call."""
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    for queue in ("critical", "reading", "delivery"):
        ward.run(queue, "tests.protocol.doomed_worker", queue, str(deaths))
    ward.start("routine", "sweep")
    nurses = [ward.another_nurse(number)[0] for number in range(NURSES)]
    for nurse in nurses:
        nurse.sends_photo(draw_wound(), caption="Sacro")
    for nurse in nurses:
        nurse.sees("Recibido", within=120)
        nurse.sees("lo más probable", within=120)
        nurse.sees("contorno", within=120)
    assert {death.name for death in deaths.iterdir()} == STAGES
    assert eventually(lambda: ward.sandbox.settle())
    for nurse in nurses:
        said = Counter(seen.text for seen in nurse.received)
        assert max(said.values()) == 1
        for once in ("Recibido", "lo más probable", "contorno"):
            assert sum(once in text for text in said) == 1
    assert ward.sandbox.violations == []
    with ward.house.store.snapshot() as snapshot:
        assert isinstance(verify_chain(audit_records(snapshot)), ChainIntact)
