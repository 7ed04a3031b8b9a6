"""MedGemma behind a server that speaks OpenAI's protocol (vLLM): photos stay in the house."""

import base64
import io
from typing import Any

import requests
from PIL import Image

from bot.core.second_opinion import Opinion
from bot.core.staff import Language
from jobs.vision.opinion import SCHEMA, NotAnswered, parse, prompt

_CONNECT_SECONDS = 3.0
_LONGEST_SIDE = 896
_MOST_TOKENS = 600


class MedGemmaServer:
    """`url` ends before `/chat/completions`. Certificates are checked; redirects are refused, for
    the photo goes to this server only."""

    def __init__(
        self, url: str, *, model: str, key: str | None, seconds: float, language: Language
    ) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._seconds = seconds
        self._prompt = prompt(language)
        # A proxy or a .netrc of the machine must see neither the photo nor the key.
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, image: Image.Image) -> Opinion:
        """Raises NotAnswered."""
        try:
            answer = self._session.post(
                self._url,
                json=self._question(image),
                headers=self._headers,
                timeout=(_CONNECT_SECONDS, self._seconds),
                allow_redirects=False,
            )
            if answer.status_code != requests.codes.ok:
                raise NotAnswered(f"http_{answer.status_code}")
            said = answer.json()["choices"][0]["message"]["content"]
        except requests.RequestException as error:
            # Its text may hold the address and more.
            raise NotAnswered(type(error).__name__) from None
        except (ValueError, KeyError, IndexError, TypeError):
            raise NotAnswered("not_the_protocol") from None
        if not isinstance(said, str):
            raise NotAnswered("not_the_protocol")
        return parse(said, self._model)

    def _question(self, image: Image.Image) -> dict[str, Any]:
        picture = {"type": "image_url", "image_url": {"url": _data_url(image)}}
        text = {"type": "text", "text": self._prompt}
        schema = {"name": "wound", "strict": True, "schema": SCHEMA}
        return {
            "model": self._model,
            "messages": [{"role": "user", "content": [picture, text]}],
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": schema},
        }


def _data_url(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=92)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
