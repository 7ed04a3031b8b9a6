"""What a site decides for itself: its decision table, its ladders, its patient codes."""

import re
from dataclasses import dataclass

from bot.core.decision import DecisionTable
from bot.core.escalation import Ladders
from bot.core.staff import Language


@dataclass(frozen=True, slots=True)
class Rules:
    table: DecisionTable
    ladders: Ladders
    patient_code: re.Pattern[str]
    language: Language
