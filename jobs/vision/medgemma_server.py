"""MedGemma on a server of the house: photos stay in the house."""

import base64
import io

from PIL import Image

from bot.core.second_opinion import Opinion
from bot.core.staff import Language
from bot.model_server import ModelAddress, ModelServer
from jobs.vision.opinion import SCHEMA, parse, prompt

_LONGEST_SIDE = 896
_MOST_TOKENS = 600
_SHAPE = {
    "type": "json_schema",
    "json_schema": {"name": "wound", "strict": True, "schema": SCHEMA},
}


class MedGemmaServer:
    def __init__(self, address: ModelAddress, *, seconds: float, language: Language) -> None:
        self._server = ModelServer(address, seconds=seconds)
        self._prompt = prompt(language)

    def ask(self, image: Image.Image) -> Opinion:
        """Raises NotAnswered."""
        picture = {"type": "image_url", "image_url": {"url": _data_url(image)}}
        text = {"type": "text", "text": self._prompt}
        said = self._server.complete(
            [picture, text], most_tokens=_MOST_TOKENS, response_format=_SHAPE
        )
        return parse(said, self._server.model)


def _data_url(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=92)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
