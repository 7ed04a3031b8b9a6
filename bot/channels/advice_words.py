"""The words for what a decision says: categories, urgencies, danger signs, actions, sources."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.channels.scale_words import scale_labels
from bot.core.assessment import Category, NotAssessed, Notice, Tissue
from bot.core.bedside import Bedside
from bot.core.body_site import BodySite
from bot.core.call import CallState
from bot.core.choice import label_of
from bot.core.deed import Deed
from bot.core.history import HistoryMark
from bot.core.label import Closing
from bot.core.questions import Question
from bot.core.redflags import RedFlagKind
from bot.core.second_opinion import Agreement
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.core.wound_kinds import WoundKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a photo has no result: `happened`, and what to `do` about it."""

    happened: str
    do: str

    def __str__(self) -> str:
        return f"{self.happened} {self.do}"


@dataclass(frozen=True, slots=True)
class AdviceWords:
    """Every lookup raises KeyError for a key without words in templates/advice."""

    categories: Mapping[str, str]
    bars: Mapping[str, str]
    tissues: Mapping[str, str]
    notices: Mapping[str, str]
    agreements: Mapping[str, str]
    urgencies: Mapping[str, str]
    flags: Mapping[str, str]
    marks: Mapping[str, str]
    wounds: Mapping[str, str]
    actions: Mapping[str, str]
    reasons: Mapping[str, Explanation]
    roles: Mapping[str, str]
    deeds: Mapping[str, str]
    closings: Mapping[str, str]
    calls: Mapping[str, str]
    wrongs: Mapping[str, str]
    sources: Mapping[str, str]
    choices: Mapping[str, str]
    opener: str
    questions: Mapping[str, str]
    bedside: Mapping[str, str]

    @staticmethod
    @cache
    def load(templates_dir: Path, language: Language) -> "AdviceWords":
        data = tomllib.loads((templates_dir / "advice" / f"{language}.toml").read_text("utf-8"))
        return AdviceWords(
            categories=data["category"],
            bars=data["bars"],
            tissues=data["tissue"],
            notices=data["notice"],
            agreements=data["agreement"],
            urgencies=data["urgency"],
            flags=data["flag"],
            marks=data["history"],
            wounds=data["wound"],
            actions=data["action"],
            reasons={key: Explanation(**words) for key, words in data["reason"].items()},
            roles=data["role"],
            deeds=data["deed"],
            closings=data["closing"],
            calls=data["call"],
            wrongs=data["wrong"],
            sources=data["source"],
            choices=data["choices"] | scale_labels(templates_dir, language),
            opener=data["list"]["opener"],
            questions=data["question"],
            bedside=data["bedside"],
        )

    def category(self, category: Category | str) -> str:
        return self.categories[category]

    def tissue(self, tissue: Tissue | str) -> str:
        return self.tissues[tissue]

    def notice(self, notice: Notice | str) -> str:
        return self.notices[notice]

    def agreement(self, agreement: Agreement | str) -> str:
        return self.agreements[agreement]

    def urgency(self, urgency: Urgency | str) -> str:
        return self.urgencies[urgency]

    def flag(self, kind: RedFlagKind | str) -> str:
        return self.flags[kind]

    def mark(self, mark: HistoryMark | str) -> str:
        return self.marks[mark]

    def wound(self, kind: WoundKind | str) -> str:
        return self.wounds[kind]

    def action(self, key: str) -> str:
        return self.actions[key]

    def reason(self, reason: NotAssessed | str) -> Explanation:
        return self.reasons[reason]

    def role(self, role: Role | str) -> str:
        return self.roles[role]

    def deed(self, deed: Deed | str) -> str:
        return self.deeds[deed]

    def closing(self, closing: Closing | str) -> str:
        return self.closings[closing]

    def call(self, state: CallState | str) -> str:
        return self.calls[state]

    def choice(self, word: str) -> str:
        return label_of(word, self.choices) or self.choices[word]

    def question(self, question: Question | str) -> str:
        return self.questions[question]

    def bedside_found(self, found: Bedside | str) -> str:
        return self.bedside[found]

    def site(self, site: BodySite | str) -> str:
        """A place without a name of its own stands in the nurse's words."""
        return self.choices[site] if site in set(BodySite) else site

    def citation(self, key: str) -> str:
        """The source's short name with the place in it: "CG179 1.4.9" gives "NICE CG179, 1.4.9"."""
        source, _, place = key.partition(" ")
        name = self.sources[source]
        return f"{name}, {place}" if place else name
