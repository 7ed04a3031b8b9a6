"""What a site decides for itself: its decision table, ladders, patient codes and values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.decision import DecisionTable
from bot.core.ladder import Ladders
from bot.core.site import Site, shipped_site
from bot.core.staff import Language
from bot.core.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Rules:
    """`choice_words` are the labels of the answers that are offered: a nurse may type one. The
    patient's code is asked for where the site has said how it writes them."""

    table: DecisionTable
    ladders: Ladders
    patient_code: re.Pattern[str]
    language: Language
    site: Site = field(default_factory=shipped_site)
    choice_words: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)
    asks_patient_code: bool = False
    calls_phones: bool = False
    phrases_answers: bool = False
    offers_buttons: bool = False

    def quiet_until(self, urgency: Urgency, at: datetime) -> datetime | None:
        """When the quiet hours that hold this back at this time end, or None."""
        quiet = self.ladders.quiet_hours
        return quiet.until(urgency, at, self.site.zone) if quiet else None
