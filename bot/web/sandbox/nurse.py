"""A nurse and her WhatsApp."""

from dataclasses import dataclass
from pathlib import Path

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.contents import Kind, kind_of, read_picture, specimen
from bot.web.sandbox.waiting import NotSeen, same_words, wait_for
from bot.web.sandbox.whatsapp.line import Exchange, Line
from bot.web.sandbox.whatsapp.phones import Phones


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message on the nurse's screen."""

    nurse: "Nurse"
    message: Line

    @property
    def text(self) -> str:
        return self.message.body

    @property
    def pictures(self) -> list[bytes]:
        return [m.content for m in self.message.media if m.content_type.startswith("image/")]

    @property
    def picture(self) -> bytes:
        """The only picture; NotSeen when there is none."""
        if len(self.pictures) != 1:
            raise NotSeen(f"one picture was expected, {len(self.pictures)} are there")
        return self.pictures[0]

    def replies(self, text: str) -> Line:
        return self.nurse.replies_to(self, text)

    def presses(self, button: str) -> Line:
        """A quick reply, by its text."""
        return self.nurse.presses(button, on=self)


@dataclass(frozen=True, slots=True)
class Nurse:
    """Every `sends` returns after the product's webhook has answered or failed."""

    name: str
    phone: str
    phones: Phones
    exchange: Exchange
    bell: Bell

    def sends_text(self, text: str) -> Line:
        return self._sent(self.phones.write(self.phone, text))

    def sends_photo(self, picture: bytes | str | Path, caption: str = "") -> Line:
        return self.sends_photos([picture], caption)

    def sends_photos(self, pictures: list[bytes | str | Path], caption: str = "") -> Line:
        read = [read_picture(picture) for picture in pictures]
        contents = tuple((content, kind_of(content)[0]) for content in read)
        return self._sent(self.phones.write(self.phone, caption, contents=contents))

    def sends(self, kind: Kind, text: str = "") -> Line:
        """Something that is not a photo of a wound."""
        content, media_type = specimen(kind)
        if kind == "location":
            return self._sent(self.phones.write(self.phone, text, location=(-33.44, -70.65)))
        contents = ((content, media_type),)
        return self._sent(self.phones.write(self.phone, text, contents=contents))

    def replies_to(
        self, seen: SeenMessage | Line, text: str = "", photo: bytes | str | Path | None = None
    ) -> Line:
        """Swipes a message and answers that one."""
        answered = seen.message if isinstance(seen, SeenMessage) else seen
        read = read_picture(photo) if photo is not None else None
        contents = ((read, kind_of(read)[0]),) if read is not None else ()
        return self._sent(
            self.phones.write(self.phone, text, contents=contents, replied_to=answered.sid)
        )

    def presses(self, button: str, on: SeenMessage | None = None) -> Line:
        """A quick reply of the given or of the latest message that has it."""
        messages = [on.message] if on else list(reversed(self.screen))
        for message in messages:
            for offered in message.buttons:
                if same_words(button, offered.text):
                    return self.phones.press(message, offered)
        raise NotSeen(f"no button {button!r}. On the screen:\n{self.conversation()}")

    def redelivers(self, message: Line) -> None:
        """Twilio knocks again for one message: the same MessageSid, a new idempotency token."""
        self.phones.announce(message)

    def sees(
        self, fragment: str = "", within: float = 60.0, *, picture: bool = False
    ) -> SeenMessage:
        """The newest message from the product that has the fragment, case aside."""

        def look() -> SeenMessage | None:
            for message in reversed(self.screen):
                wanted = not message.inbound and same_words(fragment, message.body)
                if wanted and (message.media or not picture):
                    return SeenMessage(self, message)
            return None

        what = f"{self.name} did not see {fragment!r}{' with a picture' if picture else ''}"
        return wait_for(self.bell, look, within, what, self.conversation)

    @property
    def screen(self) -> list[Line]:
        return self.exchange.on_phone(self.phone)

    @property
    def received(self) -> list[SeenMessage]:
        return [SeenMessage(self, m) for m in self.screen if not m.inbound]

    def conversation(self) -> str:
        lines = []
        for message in self.screen:
            who = self.name if message.inbound else "Vigia"
            shown = "".join(f" [{m.content_type}]" for m in message.media)
            lines.append(f"  {who}:{shown} {message.body}")
        return "\n".join(lines) or "  (nothing)"

    def _sent(self, message: Line) -> Line:
        self.phones.announce(message)
        return message
