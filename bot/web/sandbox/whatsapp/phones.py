"""What a person does with a phone: write, send a picture, answer a message, press a button."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.web.sandbox.whatsapp.line import Button, Exchange, Line, media_of, new_sid
from bot.web.sandbox.whatsapp.webhook import TwilioKnock, inbound_form


class Phones:
    def __init__(self, exchange: Exchange, knock: TwilioKnock) -> None:
        self._exchange = exchange
        self._knock = knock
        self.names: dict[str, str] = {}
        self.api_base = ""

    def write(
        self,
        phone: str,
        text: str = "",
        *,
        contents: tuple[tuple[bytes, str], ...] = (),
        location: tuple[float, float] | None = None,
        replied_to: str | None = None,
    ) -> Line:
        """Puts the message on the line; `announce` then tells the product."""
        media = media_of(contents)
        message = Line(
            sid=new_sid("MM" if contents else "SM"),
            phone=phone,
            inbound=True,
            body=text,
            status="received",
            created_at=datetime.now(UTC),
            media=media,
            own_media=media,
            location=location,
            replied_to=replied_to,
        )
        self._exchange.add(message)
        return message

    def announce(self, message: Line, extra: Mapping[str, str] | None = None) -> None:
        """Knocks at the product's door. Called again for one message, it is a redelivery."""
        heard = self._knock.announce(self.form(message, extra))
        self._exchange.change(message.sid, heard=heard.taken)
        for text in heard.texts:
            self._exchange.add(
                Line(
                    sid=new_sid("SM"),
                    phone=message.phone,
                    inbound=False,
                    body=text,
                    status="delivered",
                    created_at=datetime.now(UTC),
                )
            )

    def form(self, message: Line, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        return inbound_form(
            message,
            account_sid=self._knock.account_sid,
            sender=self._knock.sender,
            name=self.names.get(message.phone, ""),
            api_base=self.api_base,
            extra=extra or {},
        )

    def press(self, message: Line, button: Button) -> Line:
        """A quick reply, or a line of a list."""
        pressed = self.write(message.phone, button.text, replied_to=message.sid)
        extra = {
            "ButtonText": button.text,
            "ButtonPayload": button.payload,
            "MessageType": "button",
        }
        if message.opener is not None:
            extra = {
                "ListId": button.payload,
                "ListTitle": button.text,
                "MessageType": "interactive",
            }
        self.announce(pressed, extra)
        return pressed
