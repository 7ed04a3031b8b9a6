"""Both vendors and the people who use them."""

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.callee import Callee
from bot.web.sandbox.clinician import Clinician
from bot.web.sandbox.courier import Courier
from bot.web.sandbox.faults import Faults
from bot.web.sandbox.nurse import Nurse
from bot.web.sandbox.record import Record, Violation
from bot.web.sandbox.settings import SandboxSettings
from bot.web.sandbox.slack.desk import Desk
from bot.web.sandbox.slack.events import Postbox
from bot.web.sandbox.slack.knock import SlackKnock
from bot.web.sandbox.slack.tickets import Tickets
from bot.web.sandbox.slack.workspace import Workspace
from bot.web.sandbox.whatsapp.calls import Switchboard
from bot.web.sandbox.whatsapp.line import Exchange
from bot.web.sandbox.whatsapp.phones import Phones
from bot.web.sandbox.whatsapp.webhook import TwilioKnock


class Vendors:
    """`whatsapp` and `workspace` are the vendors' memories; `phones` and `desk` act in them."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.bell = Bell()
        self.record = Record(self.bell)
        self.faults = Faults()
        self.courier = Courier()
        self.whatsapp = Exchange(self.bell)
        self.workspace = Workspace(self.bell, settings.channels, settings.cast)
        self._twilio_knock = TwilioKnock(
            settings.account_sid,
            settings.auth_token,
            settings.whatsapp_from,
            settings.public_url,
            settings.target,
            self.courier,
            self.record,
            settings.webhook_deadline,
        )
        self._slack_knock = SlackKnock(
            settings.signing_secret,
            settings.target,
            self.workspace,
            self.courier,
            self.record,
            settings.event_deadline,
            tuple(wait * settings.time_scale for wait in settings.event_retry_waits),
        )
        self.switchboard = Switchboard(
            settings.phone_from,
            self._twilio_knock,
            self.courier,
            self.faults,
            self.record,
            self.bell,
            settings.ring_for,
        )
        self.phones = Phones(self.whatsapp, self._twilio_knock)
        self.phones.names = {m.phone: m.name for m in settings.cast if m.phone}
        self._tickets = Tickets(settings.trigger_lifetime)
        self._postbox = Postbox(self.workspace, self._slack_knock)
        self.desk = Desk(
            self.workspace, self._postbox, self._slack_knock, self._tickets, settings.shortcut[0]
        )

    @property
    def target(self) -> str:
        """Where the product listens."""
        return self._twilio_knock.target

    @property
    def violations(self) -> list[Violation]:
        return self.record.violations

    def points_at(self, target: str, public_url: str | None = None) -> None:
        """Where the product listens, and the address it believes it has (default: the same)."""
        self._twilio_knock.target = self._slack_knock.target = target.rstrip("/")
        self._twilio_knock.public_url = (public_url or target).rstrip("/")

    def nurse(self, phone: str, name: str) -> Nurse:
        self.phones.names[phone] = name
        return Nurse(name, phone, self.phones, self.whatsapp, self.bell)

    def clinician(self, user_id: str, name: str) -> Clinician:
        if user_id not in self.workspace.people:
            self.workspace.join(user_id, name)
        return Clinician(name, user_id, self.desk, self.bell)

    def callee(self, phone: str, name: str) -> Callee:
        return Callee(name, phone, self.switchboard, self.bell)

    def asks_challenge(self) -> bool:
        """url_verification, as when the address is entered in Slack's settings."""
        answer = self._slack_knock.ask_challenge()
        return answer.ok and b"3eZbrw1aBm2rZgRNFdxV" in answer.body

    def settle(self, within: float = 60.0) -> bool:
        """Whether everything the vendors had to send was sent in time."""
        return self.courier.settle(within)
