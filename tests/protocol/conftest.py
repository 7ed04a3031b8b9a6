"""The same ward as in the journeys: the real web server, and no worker unless it is started."""

from tests.journeys.conftest import ward

__all__ = ["ward"]
