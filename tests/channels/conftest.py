from collections.abc import Iterator

import pytest

from bot.channels.slack.messenger import SlackMessenger
from bot.channels.whatsapp.messenger import WhatsAppMessenger
from bot.web.sandbox import Sandbox, SandboxSettings
from bot.web.sandbox.nurse import Nurse
from bot.web.sandbox.server import serving
from tests.channels.reception import ANA, PUBLIC_URL, Reception


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    # The vendors' three seconds are a promise of the house; here only its channels stand.
    fast = SandboxSettings(
        time_scale=0.002,
        posts_per_second=100.0,
        post_burst=100,
        event_deadline=60.0,
        trigger_lifetime=60.0,
        webhook_deadline=60.0,
    )
    both_vendors = Sandbox(fast)
    with both_vendors.running():
        yield both_vendors


@pytest.fixture
def reception(sandbox: Sandbox) -> Iterator[Reception]:
    staff = Reception()
    with serving(staff.app(sandbox)) as port:
        sandbox.points_at(f"http://127.0.0.1:{port}", PUBLIC_URL)
        yield staff
        sandbox.settle()


@pytest.fixture
def ana(sandbox: Sandbox, reception: Reception) -> Nurse:
    return sandbox.nurse(ANA, "Ana Rojas")


@pytest.fixture
def whatsapp(sandbox: Sandbox) -> WhatsAppMessenger:
    return WhatsAppMessenger(
        account_sid=sandbox.settings.account_sid,
        auth_token=sandbox.settings.auth_token,
        sender=sandbox.settings.whatsapp_from,
        api_base=sandbox.twilio_api_base,
        status_callback=f"{PUBLIC_URL}/webhooks/whatsapp/status",
        contents={},
    )


@pytest.fixture
def slack(sandbox: Sandbox) -> SlackMessenger:
    return SlackMessenger(bot_token=sandbox.settings.bot_token, api_base=sandbox.slack_api_base)
