"""The Content templates of the site's Twilio account: which there are, making them, and asking
WhatsApp to approve them.

Spoken to directly: the library writes their types as twilio_text where Twilio reads twilio/text
(github.com/twilio/twilio-python, issue 881)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twilio.http.response import Response
from twilio.rest import Client

from bot.channels.whatsapp.client import CONTENT
from bot.channels.whatsapp.contents import Wanted, wanted_contents
from bot.channels.whatsapp.failures import refusal, vendor_errors
from bot.core.ports import SendFailed

_CONTENTS = f"{CONTENT}/v1/Content"
_PAGE = 500


class ContentAccount:
    """Every method raises SendFailed where Twilio cannot be reached or refuses."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def complete(self, templates: Path) -> Iterator[tuple[Wanted, str]]:
        """Each template that Vigia wants, with its ContentSid; what is missing is made."""
        known = self.known()
        for wanted in wanted_contents(templates):
            yield wanted, known.get(wanted.friendly_name) or self._make(wanted)

    def known(self) -> dict[str, str]:
        """ContentSids by friendly name."""
        return {one["friendly_name"]: one["sid"] for one in self._all()}

    def approval(self, sid: str) -> str:
        """What WhatsApp says of it: unsubmitted, received, pending, approved, rejected ..."""
        found = self._ask("GET", f"{_CONTENTS}/{sid}/ApprovalRequests").get("whatsapp") or {}
        return str(found.get("status") or "unsubmitted")

    def submit(self, sid: str, wanted: Wanted) -> str:
        """The state after it was handed in."""
        asked = {"name": wanted.friendly_name, "category": "UTILITY"}
        url = f"{_CONTENTS}/{sid}/ApprovalRequests/whatsapp"
        return str(self._ask("POST", url, asked).get("status") or "received")

    def _make(self, wanted: Wanted) -> str:
        return str(self._ask("POST", _CONTENTS, wanted.body)["sid"])

    def _all(self) -> Iterator[Mapping[str, Any]]:
        url: str | None = f"{_CONTENTS}?PageSize={_PAGE}"
        while url:
            page = self._ask("GET", url)
            yield from page["contents"]
            url = page["meta"]["next_page_url"]

    def _ask(self, method: str, url: str, body: Mapping[str, object] | None = None) -> Any:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        with vendor_errors():
            answer: Response = self._client.request(
                method, url, data=dict(body) if body is not None else {}, headers=headers
            )
            said = json.loads(answer.text or "{}")
        if answer.status_code >= 400:
            raise refusal(answer.status_code, int(said.get("code") or 0))
        if not isinstance(said, dict):
            raise SendFailed("bad_answer", permanent=False)
        return said


def setting(sids: Mapping[str, str]) -> str:
    """The value of VIGIA_WHATSAPP_TEMPLATES: ContentSids by what the settings call them."""
    return ",".join(f"{name}={sid}" for name, sid in sids.items())
