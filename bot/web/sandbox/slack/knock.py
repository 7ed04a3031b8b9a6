"""Slack's knock at the product's door: signed, acknowledged in three seconds, tried four times."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.web.sandbox.courier import Answer, Courier
from bot.web.sandbox.record import Delivery, Record
from bot.web.sandbox.slack.workspace import APP, BOT_USER, TEAM, Workspace

PATH = "/webhooks/slack"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class SlackKnock:
    def __init__(
        self,
        signing_secret: str,
        target: str,
        workspace: Workspace,
        courier: Courier,
        record: Record,
        deadline: float,
        retry_waits: tuple[float, ...],
    ) -> None:
        self.target = target
        self._signer = SignatureVerifier(signing_secret)
        self._workspace = workspace
        self._courier = courier
        self._record = record
        self._deadline = deadline
        self._retry_waits = retry_waits

    def tell(self, event: Mapping[str, Any]) -> str:
        """Delivers an event in the background, with Slack's retries. Returns its event_id."""
        envelope = self._envelope(event)
        self._courier.send_off(lambda: self._deliver(envelope))
        return str(envelope["event_id"])

    def repeat(self, event: Mapping[str, Any], *, times: int) -> list[Answer]:
        """The same event, `times` over at one moment: no retry of its own."""
        body = json.dumps(self._envelope(event)).encode()
        answers: list[Answer] = []
        for _ in range(times):
            self._courier.send_off(lambda: answers.append(self._post(body, _JSON, {})))
        self._courier.settle(30)
        return answers

    def ask_challenge(self) -> Answer:
        """url_verification, as when the address is entered in Slack's settings."""
        body = {"token": "sandbox", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}
        return self._post(json.dumps(body).encode(), _JSON, {})

    def interact(self, payload: Mapping[str, Any]) -> Answer:
        """A press or a submission: once, since Slack does not retry them."""
        return self._once(
            str(payload["type"]), {"payload": json.dumps(payload)}, str(payload["trigger_id"])
        )

    def violate(self, code: str, detail: str) -> None:
        """The app's acknowledgement carried what Slack refuses."""
        self._record.violate(code, "acknowledgement", detail)

    def command(self, form: Mapping[str, str]) -> Answer:
        return self._once("slash_command", form, form["trigger_id"])

    def _once(self, kind: str, form: Mapping[str, str], identity: str) -> Answer:
        answer = self._post(urlencode(form).encode(), _FORM, {})
        self._note(f"slack.{kind}", identity, 1, answer)
        return answer

    def _deliver(self, envelope: Mapping[str, Any]) -> None:
        body, identity = json.dumps(envelope).encode(), str(envelope["event_id"])
        answer = self._post(body, _JSON, {})
        self._note("slack.event", identity, 1, answer)
        for number, wait in enumerate(self._retry_waits, start=1):
            if answer.ok or not self._courier.pause(wait):
                return
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": answer.reason}
            answer = self._post(body, _JSON, retry)
            self._note("slack.event", identity, number + 1, answer)

    def _note(self, kind: str, identity: str, attempt: int, answer: Answer) -> None:
        self._record.delivery(
            Delivery(kind, identity, attempt, answer.status, answer.seconds, answer.reason)
        )
        if answer.reason == "http_timeout":
            self._record.violate("late_ack", kind, f"{answer.seconds:.1f} s")

    def _post(self, body: bytes, content_type: str, extra: Mapping[str, str]) -> Answer:
        stamp = str(int(time.time()))
        signature = self._signer.generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
        } | dict(extra)
        return self._courier.post(self.target + PATH, body, headers, deadline=self._deadline)

    def _envelope(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "token": "sandbox",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": dict(event),
            "type": "event_callback",
            "event_id": self._workspace.new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-sandbox",
        }
