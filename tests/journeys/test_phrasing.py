"""A question through real processes, to a hospital's model and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store import tables as t
from tests.hospital import Hospital, open_hospital
from tests.journeys.conftest import Ward, eventually, open_ward

_GOOD = (
    "Cabecera a 30 grados o menos, salvo una necesidad clínica como el riesgo de aspiración "
    "[R11]. MINSAL 2023 coincide en los 30 grados o menos [MINSAL23]."
)


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with open_hospital(_GOOD) as peer:
        yield peer


@pytest.fixture
def phrasing(hospital: Hospital, tmp_path: Path) -> Iterator[Ward]:
    with open_ward(tmp_path, VIGIA_PHRASING="medgemma", **hospital.environ) as here:
        yield here


def _attempts(ward: Ward) -> list[int]:
    with ward.house.store.snapshot() as snapshot:
        return [row.attempts for row in snapshot.all(select(t.outbox.c.attempts))]


def test_a_nurse_reads_the_models_words_and_their_sources(
    phrasing: Ward, hospital: Hospital
) -> None:
    """Worded by the model, said to be so, sent once; then words that the passages do not bear
    out, and the nurse reads the passages themselves."""
    phrasing.start("delivery", "routine", "sweep")
    # The authored answer waits ten seconds for the model's: not for a worker to be started.
    assert eventually(lambda: phrasing.are_at_work("delivery", "routine"))
    nurse = phrasing.nurse()
    nurse.sends_text("a cuantos grados va la cabecera?")
    nurse.sees("salvo una necesidad clínica como el riesgo de aspiración [R11,")
    nurse.sees("Redactado por un modelo a partir de los pasajes citados.")
    assert _attempts(phrasing) == [1]
    hospital.say = _GOOD.replace("30 grados", "60 grados")
    nurse.sends_text("puedo masajear la piel roja?")
    nurse.sees("No masajee la piel para prevenir")
    assert len(hospital.asked) == 2
    assert phrasing.sandbox.violations == []


def test_nobody_waits_for_a_model_that_is_not_asked(phrasing: Ward, hospital: Hospital) -> None:
    """The worker that would ask it is dead: the authored answer goes at its deadline."""
    phrasing.start("delivery", "sweep")
    nurse = phrasing.nurse()
    nurse.sends_text("a cuantos grados va la cabecera?")
    nurse.sees("[R11")
    assert hospital.asked == []
