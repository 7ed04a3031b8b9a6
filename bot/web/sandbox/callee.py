"""A person whose phone rings."""

from dataclasses import dataclass

from bot.web.sandbox.bell import Bell
from bot.web.sandbox.waiting import NotSeen, wait_for
from bot.web.sandbox.whatsapp.calls import Call, Switchboard


@dataclass(frozen=True, slots=True)
class Callee:
    """Every act returns after the product has heard of it, and is about the latest call."""

    name: str
    phone: str
    switchboard: Switchboard
    bell: Bell

    def hears_ringing(self, within: float = 60.0) -> Call:
        def look() -> Call | None:
            ringing = (c for c in self.calls if c.status == "ringing")
            return next(ringing, None)

        what = f"the phone of {self.name} did not ring"
        return wait_for(self.bell, look, within, what, lambda: f"  {self.calls}")

    def answers(self) -> str:
        """What is read out."""
        call = self.hears_ringing()
        self.switchboard.answer(call.sid)
        return call.says

    def presses(self, key: str) -> str:
        """What is said then."""
        said = self.switchboard.press(self.calls[-1].sid, key)
        if said is None:
            raise NotSeen(f"no key of {self.name} is waited for: {self.calls[-1]}")
        return said

    def hangs_up(self) -> None:
        self.switchboard.hang_up(self.calls[-1].sid)

    def declines(self) -> None:
        self.switchboard.decline(self.hears_ringing().sid)

    def lets_it_ring(self) -> None:
        self.switchboard.let_ring(self.hears_ringing().sid)

    def has_voicemail(self) -> None:
        """It listens to the end."""
        call = self.hears_ringing()
        self.switchboard.answer(call.sid, by="machine_start")
        self.switchboard.hang_up(call.sid)

    @property
    def calls(self) -> list[Call]:
        return self.switchboard.calls(self.phone)
