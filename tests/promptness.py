"""What is promised in seconds, measured where other processes work too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# By the clock a loaded machine is as much slower. Whoever waits for a worker, a lock or a time-out
# waits longer than that.
_LOADED = 5


@contextmanager
def within_promise(seconds: float) -> Iterator[None]:
    """`seconds` of processor time of this process, in which the test's web server works too."""
    worked, began = time.process_time(), time.monotonic()
    yield
    assert time.process_time() - worked < seconds
    assert time.monotonic() - began < seconds * _LOADED
