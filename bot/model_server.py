"""A language model behind a server of the house that speaks OpenAI's protocol (vLLM)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

_CONNECT_SECONDS = 3.0


class NotAnswered(Exception):
    """The model gave nothing that counts; `args[0]` is a short code, never its words."""


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """`url` ends before `/chat/completions`; `model` is its name there."""

    url: str
    model: str
    key: str | None


class ModelServer:
    """Certificates are checked; redirects are refused, for what is asked goes to this server only.
    `seconds` is the longest silence that is waited for."""

    def __init__(self, address: ModelAddress, *, seconds: float) -> None:
        self._address = address
        self._url = address.url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
        self._seconds = seconds
        # A proxy or a .netrc of the machine must see neither what is asked nor the key.
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def model(self) -> str:
        return self._address.model

    def complete(
        self,
        content: Sequence[Mapping[str, Any]],
        *,
        most_tokens: int,
        response_format: Mapping[str, Any] | None = None,
    ) -> str:
        """What the model says to one message of these parts. Raises NotAnswered."""
        question: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": list(content)}],
            "temperature": 0,
            "max_tokens": most_tokens,
        }
        if response_format:
            question["response_format"] = response_format
        answer = self._request("POST", "/chat/completions", question)
        try:
            said = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise NotAnswered("not_the_protocol") from None
        if not isinstance(said, str):
            raise NotAnswered("not_the_protocol")
        return said

    def serves_the_model(self) -> bool:
        """Raises NotAnswered."""
        answer = self._request("GET", "/models", None)
        try:
            return any(one["id"] == self.model for one in answer["data"])
        except (KeyError, TypeError):
            raise NotAnswered("not_the_protocol") from None

    def _request(self, method: str, path: str, body: Any) -> Any:
        try:
            answer = self._session.request(
                method,
                f"{self._url}{path}",
                json=body,
                headers=self._headers,
                timeout=(_CONNECT_SECONDS, self._seconds),
                allow_redirects=False,
            )
            if answer.status_code != requests.codes.ok:
                raise NotAnswered(f"http_{answer.status_code}")
            return answer.json()
        except requests.JSONDecodeError:
            raise NotAnswered("not_the_protocol") from None
        except requests.RequestException as error:
            # Its text may hold the address and more.
            raise NotAnswered(type(error).__name__) from None
