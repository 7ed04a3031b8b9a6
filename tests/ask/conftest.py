import pytest

from bot.protocols.advisor import Advisor, open_advisor
from bot.settings import CHECKOUT

TEMPLATES = CHECKOUT / "templates" / "protocols"


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    return open_advisor(TEMPLATES, None)
