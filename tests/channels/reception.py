import time
from datetime import UTC, datetime

from flask import Flask, Response, request

from bot.channels.slack.bolt import answer_slack, build_bolt
from bot.channels.whatsapp import inbound
from bot.core.deed import Filled
from bot.core.inbound import DeliveryReport, InboundMessage, Press, SlashCommand
from bot.core.ports import Words
from bot.web.sandbox import Sandbox

ANA = "+56911110001"
PUBLIC_URL = "https://vigia.hospital.example"
JPEG = b"\xff\xd8\xff\xe0" + b"wound" * 100


class Reception:
    """Stands where the house would: it keeps what the channels hand in."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.presses: list[Press] = []
        self.forms: list[Filled] = []
        self.reports: list[DeliveryReport] = []
        self.homes: list[str] = []
        self.commands: list[SlashCommand] = []
        self.pointed: list[InboundMessage] = []
        self.withheld: list[str] = []
        self.failing = 0

    def hear(self, message: InboundMessage) -> None:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the database is away")
        self.messages.append(message)

    def sees_form(self, filled: Filled) -> dict[str, str]:
        self.forms.append(filled)
        return {}

    def commanded(self, command: SlashCommand) -> Words:
        self.commands.append(command)
        return Words(f"{command.text}: anotado")

    def distinct(self) -> list[str]:
        return sorted({message.provider_id for message in self.messages})

    def app(self, sandbox: Sandbox) -> Flask:
        settings, app = sandbox.settings, Flask("reception")
        slack = build_bolt(
            signing_secret=settings.signing_secret,
            bot_token=settings.bot_token,
            api_base=sandbox.slack_api_base,
            on_message=self.hear,
            on_press=self.presses.append,
            on_form=self.sees_form,
            on_home=self.homes.append,
            on_command=self.commanded,
            on_withheld=self.withheld.append,
            on_shortcut=self.pointed.append,
        )

        @app.post("/webhooks/slack")
        def slack_event() -> Response:
            return answer_slack(slack, request)

        @app.post("/webhooks/whatsapp")
        def whatsapp_message() -> Response:
            if not self._genuine(settings.auth_token):
                return Response(status=403)
            base = sandbox.twilio_api_base
            self.hear(inbound.parse(request.form, datetime.now(UTC), api_base=base))
            return Response("<Response/>", mimetype="text/xml")

        @app.post("/webhooks/whatsapp/status")
        def whatsapp_status() -> Response:
            if not self._genuine(settings.auth_token):
                return Response(status=403)
            report = inbound.parse_status(request.form)
            if report:
                self.reports.append(report)
            return Response(status=204)

        return app

    def _genuine(self, token: str) -> bool:
        signature = request.headers.get("X-Twilio-Signature", "")
        return inbound.verify(token, signature, PUBLIC_URL + request.path, request.form)

    def wait_for_report(self, state: str) -> DeliveryReport:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for report in self.reports:
                if report.state == state:
                    return report
            time.sleep(0.01)
        raise AssertionError(f"no report {state!r} among {self.reports}")
