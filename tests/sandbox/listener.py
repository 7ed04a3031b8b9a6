"""Stands in the product's place and only remembers what it heard."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from bot.web.sandbox import SandboxSettings

PUBLIC = "https://vigia.hospital.example"


@dataclass
class Listener:
    """The product's place: verifies signatures, keeps what came, answers as it is told."""

    settings: SandboxSettings
    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [h for h in self.heard if h["kind"] == kind]

    def app(self) -> Flask:
        app = Flask("listener")
        validator = RequestValidator(self.settings.auth_token)
        verifier = SignatureVerifier(self.settings.signing_secret)

        def twilio(kind: str) -> Response:
            signature = request.headers["X-Twilio-Signature"]
            genuine = validator.validate(PUBLIC + request.path, request.form, signature)
            return self._note(kind, genuine, request.form.to_dict())

        @app.post("/webhooks/whatsapp")
        def whatsapp() -> Response:
            return twilio("whatsapp")

        @app.post("/webhooks/whatsapp/status")
        def status() -> Response:
            return twilio("status")

        @app.post("/webhooks/phone/<path:what>")
        def phone(what: str) -> Response:
            return twilio(f"phone/{what}")

        @app.post("/webhooks/slack")
        def slack() -> Response:
            genuine = verifier.is_valid_request(request.get_data(), dict(request.headers))
            body = request.get_json() if request.is_json else request.form.to_dict()
            answer = self._note("slack", genuine, body)
            if "challenge" in body:
                return Response(body["challenge"], mimetype="text/plain")
            return answer

        @app.get("/media/<name>")
        def media(name: str) -> Response:
            content, kind = self.pictures[name]
            return Response(content, mimetype=kind)

        return app

    def _note(self, kind: str, genuine: bool, body: dict[str, Any]) -> Response:
        self.heard.append(
            {"kind": kind, "genuine": genuine, "body": body, "headers": dict(request.headers)}
        )
        return self.answers.pop(0) if self.answers else Response(status=200)
