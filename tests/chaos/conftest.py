"""The same ward as in the journeys."""

from tests.journeys.conftest import ward

__all__ = ["ward"]
