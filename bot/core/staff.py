"""Who uses Vigia, and in which language they are spoken to."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    NURSE = "nurse"
    WOUND_NURSE = "wound_nurse"
    PHYSICIAN = "physician"
    CHARGE_NURSE = "charge_nurse"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Language(StrEnum):
    ES = "es"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Staff:
    """An enrolled person. `phone` is E.164, `slack_user` a Slack user id; either may be absent."""

    id: str
    name: str
    role: Role
    language: Language
    phone: str | None = None
    slack_user: str | None = None
    active: bool = True
