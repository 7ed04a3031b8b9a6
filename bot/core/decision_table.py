"""The decision table: data that a clinical lead can read, change and sign."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from bot.core.assessment import Category, NotAssessed
from bot.core.bedside import Bedside
from bot.core.history import HistoryMark
from bot.core.ladder import EscalationKind
from bot.core.redflags.emergencies import SHIPPED_TABLE
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.redflags.limits import Limits, load_limits
from bot.core.signature import Signature, content_hash, load_signature
from bot.core.staff import Role
from bot.core.urgency import Urgency, most_urgent
from bot.core.wound_kinds import WoundKind

MOST_ACTIONS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """One action. `awaiting` are citations that nobody has verified yet: they are never shown.
    With `only_for`, `only_after` or `only_in`, it is given only beside one of these flags, marks
    or kinds of wound."""

    key: str
    citations: tuple[str, ...]
    awaiting: tuple[str, ...]
    only_for: frozenset[RedFlagKind]
    only_after: frozenset[HistoryMark]
    only_in: frozenset[WoundKind]

    @property
    def for_everybody(self) -> bool:
        return not (self.only_for or self.only_after or self.only_in)


@dataclass(frozen=True, slots=True)
class Row:
    """A row matches when any one of its triggers does."""

    id: str
    trigger: str
    urgency: Urgency
    act_within: timedelta
    acknowledge_within: timedelta | None
    notify: tuple[Role, ...]
    escalation: EscalationKind | None
    advice: tuple[Advice, ...]
    rephoto_after: timedelta | None
    flags: frozenset[RedFlagKind]
    history: frozenset[HistoryMark]
    kinds: frozenset[WoundKind]
    bedside: frozenset[Bedside]
    categories: frozenset[Category]
    p_deep_at_least: float | None
    not_assessed: frozenset[NotAssessed]
    failed_photos_at_least: int | None
    words_only: bool


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities in 0 to 1. Below `sure_top` or `sure_margin` two categories are shown; for
    `without_category` none is, for `shallow_without_category` none that is not deep."""

    review_p_deep: float
    review_within: timedelta
    review_urgency: Urgency
    sure_top: float
    sure_margin: float
    never_without_person: frozenset[Category]
    without_category: frozenset[WoundKind]
    shallow_without_category: frozenset[WoundKind]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`rows` run from the most urgent to the least, so that the first match is the gravest.
    `content_hash` is that of the file as it stands, the signature apart."""

    version: str
    signature: Signature
    content_hash: str
    thresholds: Thresholds
    limits: Limits
    rows: tuple[Row, ...]

    @property
    def signed(self) -> bool:
        return self.signature.holds_for(self.content_hash)

    def urgency_of(self, flags: Iterable[RedFlag]) -> Urgency:
        """The most urgent of the flags by themselves, ROUTINE where there is none."""
        kinds = {flag.kind for flag in flags}
        named = (row.urgency for row in self.rows if not kinds.isdisjoint(row.flags))
        return most_urgent(Urgency.ROUTINE, *named)


def load_table(text: str) -> DecisionTable:
    """Reads decision_table.toml. Raises KeyError or ValueError where it is incomplete."""
    data = tomllib.loads(text)
    advice = {key: _advice(key, entry) for key, entry in data["actions"].items()}
    table = DecisionTable(
        version=data["version"],
        signature=load_signature(data),
        content_hash=content_hash(text),
        thresholds=_thresholds(data["thresholds"]),
        limits=load_limits(data["limits"]),
        rows=tuple(_row(entry, advice) for entry in data["rows"]),
    )
    _refuse_gaps(table)
    return table


@cache
def shipped_table() -> DecisionTable:
    return load_table(SHIPPED_TABLE.read_text("utf-8"))


def _minutes(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(minutes=value)


def _advice(key: str, entry: Mapping[str, Any]) -> Advice:
    only_for = frozenset(RedFlagKind(flag) for flag in entry.get("only_for", ()))
    only_after = frozenset(HistoryMark(mark) for mark in entry.get("only_after", ()))
    only_in = frozenset(WoundKind(kind) for kind in entry.get("only_in", ()))
    citations, awaiting = tuple(entry["citations"]), tuple(entry.get("awaiting", ()))
    return Advice(key, citations, awaiting, only_for, only_after, only_in)


def _thresholds(data: Mapping[str, Any]) -> Thresholds:
    return Thresholds(
        review_p_deep=data["review_p_deep"],
        review_within=timedelta(minutes=data["review_within_minutes"]),
        review_urgency=Urgency(data["review_urgency"]),
        sure_top=data["sure_top"],
        sure_margin=data["sure_margin"],
        never_without_person=frozenset(Category(c) for c in data["never_without_person"]),
        without_category=frozenset(WoundKind(kind) for kind in data["without_category"]),
        shallow_without_category=frozenset(
            WoundKind(kind) for kind in data["shallow_without_category"]
        ),
    )


def _row(entry: Mapping[str, Any], advice: Mapping[str, Advice]) -> Row:
    kind = entry.get("escalation")
    return Row(
        id=entry["id"],
        trigger=entry["trigger"],
        urgency=Urgency(entry["urgency"]),
        act_within=timedelta(minutes=entry["act_within_minutes"]),
        acknowledge_within=_minutes(entry.get("acknowledge_within_minutes")),
        notify=tuple(Role(role) for role in entry["notify"]),
        escalation=EscalationKind(kind) if kind else None,
        advice=tuple(advice[key] for key in entry["actions"]),
        rephoto_after=_minutes(entry.get("rephoto_after_minutes")),
        flags=frozenset(RedFlagKind(flag) for flag in entry.get("flags", ())),
        bedside=frozenset(Bedside(found) for found in entry.get("bedside", ())),
        history=frozenset(HistoryMark(mark) for mark in entry.get("history", ())),
        kinds=frozenset(WoundKind(kind) for kind in entry.get("kinds", ())),
        categories=frozenset(Category(c) for c in entry.get("categories", ())),
        p_deep_at_least=entry.get("p_deep_at_least"),
        not_assessed=frozenset(NotAssessed(r) for r in entry.get("not_assessed", ())),
        failed_photos_at_least=entry.get("failed_photos_at_least"),
        words_only=entry.get("words_only", False),
    )


def _marks_used(rows: tuple[Row, ...]) -> set[HistoryMark]:
    by_advice = {mark for row in rows for one in row.advice for mark in one.only_after}
    return by_advice | {mark for row in rows for mark in row.history}


def _refuse_gaps(table: DecisionTable) -> None:
    rows = table.rows
    ranks = [row.urgency.rank for row in rows]
    if ranks != sorted(ranks):
        raise ValueError("rows must run from the most urgent to the least")
    if len({row.id for row in rows}) != len(rows):
        raise ValueError("every row needs its own id")
    for row in rows:
        if not 0 < sum(one.for_everybody for one in row.advice) <= MOST_ACTIONS:
            raise ValueError(f"row {row.id} needs one to {MOST_ACTIONS} actions for everybody")
        if row.flags and row.escalation is None:
            raise ValueError(f"row {row.id} names danger signs but calls nobody")
        if row.escalation is None and set(row.notify) != {Role.NURSE}:
            raise ValueError(f"row {row.id} would have people told but calls nobody")
    covered = (
        (RedFlagKind, {flag for row in rows for flag in row.flags}),
        (HistoryMark, _marks_used(rows)),
        (WoundKind, {kind for row in rows for kind in row.kinds}),
        (Bedside, {found for row in rows for found in row.bedside}),
        (Category, {category for row in rows for category in row.categories}),
        (NotAssessed, {reason for row in rows for reason in row.not_assessed}),
    )
    for kind, found in covered:
        missing = set(kind) - found
        if missing:
            raise ValueError(f"no row for {', '.join(sorted(missing))}")
    if not any(row.words_only for row in rows):
        raise ValueError("no row for words without danger signs")
