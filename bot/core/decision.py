"""What was read and what was written become one row of the table, and what follows from it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.assessment import DEEP, Category, NotAssessed, Reading
from bot.core.bedside import Bedside
from bot.core.decision_table import (
    MOST_ACTIONS,
    DecisionTable,
    Row,
    Thresholds,
    load_table,
)
from bot.core.history import Gravity, HistoryMark
from bot.core.ladder import EscalationKind
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.staff import Role
from bot.core.urgency import Urgency, most_urgent
from bot.core.wound_kinds import WoundKind

__all__ = [
    "Action",
    "Decision",
    "DecisionTable",
    "EscalationKind",
    "History",
    "decide",
    "gravity",
    "kind_of",
    "load_table",
]


@dataclass(frozen=True, slots=True)
class Action:
    key: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """`failed_photos` counts photos of this case without a result, the present one included.
    `marks` count only beside a category that was read: nothing else can be compared. `bedside` is
    what was felt since, and counts in any case."""

    failed_photos: int = 0
    marks: frozenset[HistoryMark] = frozenset()
    bedside: frozenset[Bedside] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """`shown` names no category, one, or two where the reading is unsure; none where `kinds`,
    which the nurse's words name, have no pressure injury category. `why` holds codes only, never
    a person's words. Unsigned means that the table is still a proposal."""

    row: str
    urgency: Urgency
    act_within: timedelta
    acknowledge_within: timedelta | None
    notify: tuple[Role, ...]
    escalation: EscalationKind | None
    needs_human: bool
    shown: tuple[Category, ...]
    marks: frozenset[HistoryMark]
    kinds: frozenset[WoundKind]
    actions: tuple[Action, ...]
    why: tuple[str, ...]
    rephoto_after: timedelta | None
    table_version: str
    signed: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    flags: frozenset[RedFlagKind]
    bedside: frozenset[Bedside]
    marks: frozenset[HistoryMark]
    kinds: frozenset[WoundKind]
    seen: tuple[Category, ...]
    p_deep: float | None
    reason: NotAssessed | None
    failed_photos: int


def decide(
    reading: Reading | None,
    flags: tuple[RedFlag, ...],
    history: History,
    table: DecisionTable,
    kinds: frozenset[WoundKind] = frozenset(),
) -> Decision:
    """The first matching row wins. Without a reading, the flags alone decide. The category read
    decides how urgent a wound is even where it is not shown."""
    limits = table.thresholds
    facts = _facts(reading, flags, history, kinds, limits)
    matching = [row for row in table.rows if _matches(row, facts)]
    row = matching[0]
    review = facts.p_deep is not None and facts.p_deep >= limits.review_p_deep
    unsure = len(facts.seen) > 1
    reserved = not limits.never_without_person.isdisjoint(facts.seen)
    needs_human = row.escalation is not None or review or unsure or reserved
    times = [matched.act_within for matched in matching]
    if review:
        times.append(limits.review_within)
    return Decision(
        row=row.id,
        urgency=most_urgent(row.urgency, limits.review_urgency) if needs_human else row.urgency,
        act_within=min(times),
        acknowledge_within=row.acknowledge_within,
        notify=row.notify,
        escalation=row.escalation or (EscalationKind.HUMAN_REVIEW if needs_human else None),
        needs_human=needs_human,
        shown=() if _is_without_category(facts, limits) else facts.seen,
        marks=facts.marks,
        kinds=facts.kinds,
        actions=_actions(row, facts),
        why=_why(row, facts, review=review, unsure=unsure),
        rephoto_after=row.rephoto_after,
        table_version=table.version,
        signed=table.signed,
    )


def kind_of(decision: Decision) -> EscalationKind:
    """What a person is asked for, where one is asked: the clinical team unless the table says."""
    return decision.escalation or EscalationKind.HUMAN_REVIEW


def gravity(reading: Reading, table: DecisionTable) -> Gravity:
    """How grave the photo alone is, by the row it takes."""
    seen = _facts(reading, (), History(), frozenset(), table.thresholds)
    row = next(row for row in table.rows if _matches(row, seen))
    return row.urgency.rank, row.act_within


def _facts(
    reading: Reading | None,
    flags: tuple[RedFlag, ...],
    history: History,
    kinds: frozenset[WoundKind],
    limits: Thresholds,
) -> _Facts:
    seen: tuple[Category, ...] = ()
    if reading and reading.categories:
        (top, p_top), (second, p_second) = reading.categories.ranked[:2]
        sure = p_top >= limits.sure_top and p_top - p_second >= limits.sure_margin
        seen = (top,) if sure else (top, second)
    return _Facts(
        flags=frozenset(flag.kind for flag in flags),
        bedside=history.bedside,
        marks=history.marks if seen else frozenset(),
        kinds=kinds if seen else frozenset(),
        seen=seen,
        p_deep=reading.p_deep if reading else None,
        reason=reading.reason if reading else None,
        failed_photos=history.failed_photos,
    )


def _matches(row: Row, facts: _Facts) -> bool:
    if row.flags & facts.flags or row.history & facts.marks or row.kinds & facts.kinds:
        return True
    if row.bedside & facts.bedside:
        return True
    if facts.reason is not None:
        enough = row.failed_photos_at_least
        return facts.reason in row.not_assessed and (
            enough is None or facts.failed_photos >= enough
        )
    if facts.p_deep is not None:
        deep = row.p_deep_at_least is not None and facts.p_deep >= row.p_deep_at_least
        return deep or not row.categories.isdisjoint(facts.seen)
    return row.words_only


def _is_without_category(facts: _Facts, limits: Thresholds) -> bool:
    if facts.kinds & limits.without_category:
        return True
    return bool(facts.kinds & limits.shallow_without_category) and DEEP.isdisjoint(facts.seen)


def _actions(row: Row, facts: _Facts) -> tuple[Action, ...]:
    """Those for a flag, for what earlier cases say and for a kind of wound come first."""
    special = [
        one
        for one in row.advice
        if one.only_for & facts.flags or one.only_after & facts.marks or one.only_in & facts.kinds
    ]
    general = [one for one in row.advice if one.for_everybody]
    return tuple(Action(one.key, one.citations) for one in (special + general)[:MOST_ACTIONS])


def _why(row: Row, facts: _Facts, *, review: bool, unsure: bool) -> tuple[str, ...]:
    codes = [f"flag:{kind}" for kind in sorted(facts.flags)]
    codes += [f"category:{category}" for category in facts.seen]
    codes += [f"history:{mark}" for mark in sorted(facts.marks)]
    codes += [f"kind:{kind}" for kind in sorted(facts.kinds)]
    codes += [f"bedside:{found}" for found in sorted(facts.bedside)]
    if facts.reason is not None:
        codes.append(f"not_assessed:{facts.reason}")
        codes.append(f"failed_photos:{facts.failed_photos}")
    if review:
        codes.append("p_deep_review")
    if row.p_deep_at_least is not None and (facts.p_deep or 0.0) >= row.p_deep_at_least:
        codes.append("p_deep_high")
    if unsure:
        codes.append("unsure")
    return tuple(codes)
