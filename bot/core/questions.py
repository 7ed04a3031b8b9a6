"""What is asked where the photo and the words left it open: which questions, when, and what each
answer means for the decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from bot.core.assessment import Category, NotAssessed, Reading
from bot.core.bedside import Bedside
from bot.core.body_site import BodySite
from bot.core.case import CaseStatus
from bot.core.decision import Decision, History, decide
from bot.core.decision_table import DecisionTable
from bot.core.redflags import RedFlag, RedFlagKind
from bot.core.redflags.finding import mentions
from bot.core.redflags.scores import Vital
from bot.core.urgency import Urgency
from bot.core.wound_kinds import WoundKind

MOST_QUESTIONS = 4
# Bedside questions that come before the one for the time: more of them would tire a nurse.
_BEDSIDE_FIRST = 2
# Another case's question waits this long for its answer, so that a number has one meaning.
PATIENCE = timedelta(minutes=10)
MOST_TRIES = 2
# A case that a clinician has, or that is closed, is asked about by people.
ASKED_IN = frozenset({CaseStatus.READING, CaseStatus.ANSWERED, CaseStatus.AWAITING_PERSON})
SKIP = "skip"
OTHER = "other"


class Question(StrEnum):
    PATIENT_CODE = "patient_code"
    BODY_SITE = "body_site"
    OTHER_SITE = "other_site"
    SINCE = "since"
    BLANCHES = "blanches"
    SKIN = "skin"
    PAIN = "pain"
    SMELL = "smell"
    FEVER = "fever"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer adds to a decision. It can add danger, never take any away."""

    flag: RedFlagKind | None = None
    found: Bedside | None = None


_NOTHING = Meaning()

# Every answer of every question, as it is offered; "skip" is offered last by each.
ANSWERS: Mapping[Question, Mapping[str, Meaning]] = {
    Question.PATIENT_CODE: {},
    Question.BODY_SITE: {**dict.fromkeys(BodySite, _NOTHING), OTHER: _NOTHING},
    Question.OTHER_SITE: {},
    Question.SINCE: dict.fromkeys(("today", "this_week", "two_weeks", "longer"), _NOTHING),
    Question.BLANCHES: {"yes": _NOTHING, "no": Meaning(found=Bedside.NOT_BLANCHING)},
    Question.SKIN: {
        "warm": Meaning(found=Bedside.WARM_OR_HARD),
        "hard": Meaning(found=Bedside.WARM_OR_HARD),
        "warm_and_hard": Meaning(found=Bedside.WARM_AND_HARD),
        "spreading": Meaning(flag=RedFlagKind.SPREADING_ERYTHEMA),
        "normal": _NOTHING,
    },
    Question.PAIN: {
        "no": _NOTHING,
        "yes": Meaning(found=Bedside.PAINFUL),
        "out_of_proportion": Meaning(flag=RedFlagKind.DISPROPORTIONATE_PAIN),
    },
    Question.SMELL: {"yes": Meaning(flag=RedFlagKind.STRONG_ODOUR), "no": _NOTHING},
    Question.FEVER: {"yes": Meaning(flag=RedFlagKind.FEVER), "no": _NOTHING},
}

# What only the bedside can tell, for whoever judges the case from afar.
AT_THE_BEDSIDE = frozenset(
    {
        Question.SINCE,
        Question.BLANCHES,
        Question.SKIN,
        Question.PAIN,
        Question.SMELL,
        Question.FEVER,
    }
)

_UNBROKEN = (Question.BLANCHES, Question.SKIN, Question.PAIN, Question.FEVER)
_OPEN = (Question.FEVER, Question.SKIN, Question.SMELL, Question.PAIN)
_UNBROKEN_SKIN = frozenset({Category.I, Category.DEEP_TISSUE})
# What the nurse's words may have answered already, by a mention or a measured value.
_TOLD_BY: Mapping[Question, tuple[frozenset[RedFlagKind], frozenset[Vital]]] = {
    Question.FEVER: (
        frozenset({RedFlagKind.FEVER, RedFlagKind.CHILLS}),
        frozenset({Vital.TEMPERATURE}),
    ),
    Question.SMELL: (frozenset({RedFlagKind.STRONG_ODOUR}), frozenset()),
    Question.PAIN: (frozenset({RedFlagKind.DISPROPORTIONATE_PAIN}), frozenset()),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a decision is made from. `reading` is None while no photo was read."""

    reading: Reading | None
    flags: tuple[RedFlag, ...]
    history: History
    kinds: frozenset[WoundKind]

    def decided(self, table: DecisionTable) -> Decision:
        return decide(self.reading, self.flags, self.history, table, self.kinds)

    def with_answer(self, meaning: Meaning) -> "Evidence":
        flags = (RedFlag(meaning.flag, ""),) if meaning.flag else ()
        found = frozenset({meaning.found} if meaning.found else ())
        history = replace(self.history, bedside=self.history.bedside | found)
        return replace(self, flags=self.flags + flags, history=history)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. `asked` are its questions so far, in order; `needs_code` says that the
    site writes patient codes and this case has none; `decided` that its photos were decided on."""

    evidence: Evidence
    decided: bool
    asked: tuple[Question, ...]
    needs_code: bool
    needs_site: bool
    texts: tuple[str, ...] = field(default=())


def meaning_of(question: Question, answer: str) -> Meaning:
    return ANSWERS[question].get(answer, _NOTHING)


def next_question(standing: Standing, table: DecisionTable) -> Question | None:
    """The one to ask now, or None: nothing is missing, enough was asked, or an emergency comes
    first."""
    if standing.evidence.decided(table).urgency is Urgency.EMERGENCY:
        return None
    counted = [one for one in standing.asked if one is not Question.OTHER_SITE]
    if len(counted) >= MOST_QUESTIONS:
        return None
    wanted = (one for one in _wanted(standing, table) if one not in standing.asked)
    return next(wanted, None)


def _wanted(standing: Standing, table: DecisionTable) -> Iterable[Question]:
    if standing.needs_code:
        yield Question.PATIENT_CODE
    if standing.needs_site:
        yield Question.BODY_SITE
    if standing.decided:
        telling = [one for one in _bedside(standing.evidence) if _is_open(one, standing, table)]
        done = [one for one in standing.asked if one in (*_UNBROKEN, *_OPEN)]
        left = max(0, _BEDSIDE_FIRST - len(done))
        fresh = [one for one in telling if one not in standing.asked]
        yield from fresh[:left]
        yield Question.SINCE
        yield from fresh[left:]


def _bedside(evidence: Evidence) -> tuple[Question, ...]:
    """Those that fit what was seen: no category on a photo of no wound, nothing on no photo."""
    reading = evidence.reading
    if reading is None:
        return ()
    if reading.categories is None:
        return _UNBROKEN if reading.reason is NotAssessed.NO_WOUND_SEEN else ()
    likeliest, _ = reading.categories.ranked[0]
    return _UNBROKEN if likeliest in _UNBROKEN_SKIN else _OPEN


def _is_open(question: Question, standing: Standing, table: DecisionTable) -> bool:
    """Not told in words, and some answer to it would change the decision."""
    kinds, vitals = _TOLD_BY.get(question, (frozenset(), frozenset()))
    if any(mentions(text, kinds, vitals) for text in standing.texts):
        return False
    now = _outcome(standing.evidence.decided(table))
    answers = ANSWERS[question].values()
    return any(
        _outcome(standing.evidence.with_answer(one).decided(table)) != now for one in answers
    )


def _outcome(decision: Decision) -> tuple[object, ...]:
    return decision.row, decision.urgency, decision.act_within, decision.escalation
