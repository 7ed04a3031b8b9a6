"""A strict stand-in for Twilio WhatsApp and for Slack on loopback, with people who use them.

It knows nothing of the product: it checks tokens, limits and payloads as the vendors do, signs
what it sends, retries as they retry, and writes down every breach.

As a process:  python -m bot.web.sandbox --port 8090, with the product's own environment names
(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_FROM, SLACK_BOT_TOKEN,
SLACK_SIGNING_SECRET, PUBLIC_URL) and VIGIA_SANDBOX_TARGET, the address the product listens on.
The page is at /sandbox.

In a test:

    sandbox = Sandbox(SandboxSettings())
    with sandbox.running() as base_url:
        # the product: TWILIO_API_BASE=sandbox.twilio_api_base, SLACK_API_BASE=...slack_api_base
        sandbox.points_at("http://127.0.0.1:8000")
        nurse = sandbox.nurse(phone="+56911110001", name="Ana Rojas")
        nurse.sends_photo("wound.jpg", caption="olor fuerte")
        doctor = sandbox.clinician(user_id="U0DOCTOR", name="Dr. Bruno Díaz")
        doctor.sees("urgent", in_channel="emergencias", within=10).presses("Take the case")
        nurse.sees("has taken", within=10)
        assert sandbox.violations == []

Faults: sandbox.faults.next("chat.postMessage", drop_after_commit=True), see faults.py for names.
"""

from bot.web.sandbox.faults import Fault
from bot.web.sandbox.record import Violation
from bot.web.sandbox.sandbox import Sandbox
from bot.web.sandbox.settings import CastMember, SandboxSettings

__all__ = ["CastMember", "Fault", "Sandbox", "SandboxSettings", "Violation"]
