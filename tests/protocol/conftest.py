"""The same ward as in the journeys: the real web server, and no worker unless it is started."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import ALL, Ward, open_ward, ward

__all__ = ["busy_ward", "ward"]


@pytest.fixture(scope="module")
def busy_ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Every worker is at work. The tests of a file share it, each with a nurse of its own."""
    folder: Path = tmp_path_factory.mktemp("ward")
    with open_ward(folder) as here:
        here.start(*ALL)
        yield here
