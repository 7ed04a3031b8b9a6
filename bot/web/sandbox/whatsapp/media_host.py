"""The other origin, to which Twilio's API sends whoever asks for media."""

from flask import Flask, Response, request

from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Record
from bot.web.sandbox.whatsapp.line import Exchange


def media_host(exchange: Exchange, faults: Faults, record: Record) -> Flask:
    app = Flask("sandbox-media", static_folder=None)

    def refuse(fault: Fault) -> Response:
        return Response(status=fault.status or 503)

    @app.get("/content/<sid>")
    def content(sid: str) -> Response:
        if "Authorization" in request.headers:
            record.violate("credentials_leaked", "media host", "Authorization header")
            return Response("InvalidArgument: Only one auth mechanism allowed", status=400)
        found = next((m for line in exchange.all() for m in line.media if m.sid == sid), None)
        if found is None:
            return Response(status=404)
        return faults.around(
            faults.take("media.content"),
            lambda: Response(found.content, mimetype=found.content_type),
            refuse,
        )

    return app
