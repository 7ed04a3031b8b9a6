"""The whole sandbox: both vendors behind their own addresses, and one page."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from bot.web.sandbox.control import control
from bot.web.sandbox.page import page
from bot.web.sandbox.server import serving
from bot.web.sandbox.settings import SandboxSettings
from bot.web.sandbox.slack.api import SlackApi
from bot.web.sandbox.slack.files import SlackFiles
from bot.web.sandbox.slack.methods import SlackMethods
from bot.web.sandbox.slack.pacing import Pacing
from bot.web.sandbox.slack.views import SlackViews
from bot.web.sandbox.vendors import Vendors
from bot.web.sandbox.whatsapp.api import TwilioApi
from bot.web.sandbox.whatsapp.content_api import ContentApi
from bot.web.sandbox.whatsapp.delivery import Outgoing
from bot.web.sandbox.whatsapp.media_host import media_host

LARGEST_REQUEST = 40 * 1024 * 1024


class Sandbox(Vendors):
    def __init__(self, settings: SandboxSettings) -> None:
        super().__init__(settings)
        self._base_url = ""
        self._media_base = ""
        self.app = self._build()

    @property
    def base_url(self) -> str:
        return self._base_url

    @property
    def twilio_api_base(self) -> str:
        return f"{self._base_url}/twilio"

    @property
    def slack_api_base(self) -> str:
        return f"{self._base_url}/slack/api/"

    @contextmanager
    def running(self, port: int = 0, media_port: int = 0) -> Iterator[str]:
        """Serves on 127.0.0.1 and yields the base URL; media come from another origin."""
        media = media_host(self.whatsapp, self.faults, self.record)
        with serving(media, media_port) as other, serving(self.app, port) as own:
            self._base_url = self._postbox.base_url = f"http://127.0.0.1:{own}"
            self._media_base = f"http://localhost:{other}"
            self.phones.api_base = self.twilio_api_base
            try:
                yield self._base_url
            finally:
                self.courier.close()
                self.bell.ring()

    def _build(self) -> Flask:
        settings, app = self.settings, Flask("sandbox", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
        outgoing = Outgoing(
            self.whatsapp,
            self._twilio_knock,
            self.courier,
            self.faults,
            self.record,
            settings.status_pause,
        )
        twilio = TwilioApi(
            settings.account_sid,
            settings.auth_token,
            settings.whatsapp_from,
            self.whatsapp,
            outgoing,
            self.courier,
            self.faults,
            self.record,
            lambda: self._media_base,
            self.switchboard,
            settings.phone_from,
        )
        methods = SlackMethods(self.workspace, self._postbox, self.bell)
        files = SlackFiles(methods, self.faults, self.record, settings.bot_token, settings.scopes)
        views = SlackViews(self.workspace, self._tickets)
        slack = SlackApi(
            methods.table() | files.table() | views.table(),
            methods,
            self._tickets,
            Pacing(settings.posts_per_second, settings.post_burst),
            self.faults,
            self.record,
            settings.bot_token,
            settings.scopes,
        )
        app.register_blueprint(twilio.blueprint())
        contents = ContentApi(settings.account_sid, self.whatsapp, self.record, twilio.guarded)
        app.register_blueprint(contents.blueprint())
        app.register_blueprint(slack.blueprint())
        app.register_blueprint(files.routes())
        app.register_blueprint(page())
        app.register_blueprint(control(self))
        return app
