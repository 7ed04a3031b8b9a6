"""Serves a picture for a short-lived signed link: Twilio fetches what it sends."""

from flask import Blueprint, Response, abort

from bot.channels.whatsapp.pictures import small_enough
from bot.core.file_type import FileType, file_type
from bot.store.photo_rows import picture
from bot.wiring import Services


def pictures(house: Services) -> Blueprint:
    blueprint = Blueprint("pictures", __name__)

    @blueprint.get("/media/<token>")
    def show(token: str) -> Response:
        reference = house.media.reference(token)
        if reference is None:
            abort(404)
        with house.store.snapshot() as snapshot:
            content = picture(snapshot, reference)
        if content is None:
            abort(404)
        shown = small_enough(content)
        answer = Response(shown, mimetype=file_type(shown) or FileType.JPEG)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return blueprint
