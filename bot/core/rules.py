"""What a site decides for itself: its decision table, ladders, patient codes and values."""

import re
from dataclasses import dataclass, field

from bot.core.decision import DecisionTable
from bot.core.escalation import Ladders
from bot.core.site import Site, shipped_site
from bot.core.staff import Language


@dataclass(frozen=True, slots=True)
class Rules:
    table: DecisionTable
    ladders: Ladders
    patient_code: re.Pattern[str]
    language: Language
    site: Site = field(default_factory=shipped_site)
