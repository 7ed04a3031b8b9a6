"""The templates that WhatsApp approved, by name and language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.ports import Content
from bot.core.staff import Language


@dataclass(frozen=True, slots=True)
class ApprovedTemplates:
    """`sids` are ContentSids by "name.language", as the site's Twilio account has them."""

    folder: Path
    sids: Mapping[str, str]

    def filled(self, name: str, language: Language, code: str) -> tuple[str, Content] | None:
        """The text that the person will read and what to send for it; None where the site has no
        such template."""
        sid = self.sids.get(f"{name}.{language}")
        if sid is None:
            return None
        bodies = tomllib.loads((self.folder / f"{language}.toml").read_text("utf-8"))
        text = str(bodies[name]).replace("{{1}}", code)
        return text, Content(sid, {"1": code})
