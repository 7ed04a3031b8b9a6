"""From what was read and written to one row of the table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.advice_words import AdviceWords
from bot.core.assessment import (
    Category,
    CategoryDistribution,
    NotAssessed,
    Quality,
    Reading,
    assessed,
    not_assessed,
)
from bot.core.bedside import Bedside
from bot.core.decision import EscalationKind, History, decide, load_table
from bot.core.history import HistoryMark
from bot.core.redflags import RedFlag, RedFlagKind
from bot.core.signature import content_hash
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.core.wound_kinds import WoundKind

_CHECKOUT = Path(__file__).parents[2]
_TEXT = (_CHECKOUT / "bot/core/decision_table.toml").read_text("utf-8")
TABLE = load_table(_TEXT)
_QUALITY = Quality(1200, 900, 0.5, 100.0)
_HUMAN_AT_ONCE = {
    NotAssessed.MODEL_FAILED,
    NotAssessed.MODEL_MISSING,
    NotAssessed.PHOTO_MISSING,
    NotAssessed.UNSURE,
    NotAssessed.UNFAMILIAR,
}


def _read(**probabilities: float) -> Reading:
    spread = {category: probabilities.get(category.value, 0.0) for category in Category}
    return assessed(CategoryDistribution(spread), model="test", p_wound=0.99, quality=_QUALITY)


def _sure(category: Category) -> Reading:
    rest = {other.value: 0.01 for other in Category if other is not category}
    return _read(**(rest | {category.value: 0.95}))


def _flag(*kinds: RedFlagKind) -> tuple[RedFlag, ...]:
    return tuple(RedFlag(kind, "palabras") for kind in kinds)


@pytest.mark.parametrize(
    ("category", "row", "urgency", "hours"),
    [
        (Category.I, "8", Urgency.ROUTINE, 8),
        (Category.II, "7", Urgency.PRIORITY, 24),
        (Category.III, "4", Urgency.URGENT, 4),
        (Category.IV, "3", Urgency.URGENT, 4),
        (Category.UNSTAGEABLE, "4b", Urgency.URGENT, 4),
        (Category.DEEP_TISSUE, "5", Urgency.URGENT, 4),
    ],
)
def test_each_category_has_its_row(
    category: Category, row: str, urgency: Urgency, hours: int
) -> None:
    """A sure reading takes the row of its category."""
    decision = decide(_sure(category), (), History(), TABLE)
    assert decision.shown == (category,)
    assert (decision.urgency, decision.act_within) == (urgency, timedelta(hours=hours))
    assert decision.row == row


@pytest.mark.parametrize("category", [Category.UNSTAGEABLE, Category.DEEP_TISSUE])
def test_hidden_depth_is_never_closed_without_a_person(category: Category) -> None:
    """Unstageable and deep tissue always go to a person."""
    assert decide(_sure(category), (), History(), TABLE).needs_human


def test_a_shallow_sure_reading_calls_nobody() -> None:
    """Categories I and II, read for sure, are answered without an escalation."""
    for reading in (_read(I=0.95, II=0.05), _read(II=0.95, I=0.05)):
        decision = decide(reading, (), History(), TABLE)
        assert not decision.needs_human
        assert decision.escalation is None


def test_one_chance_in_ten_of_depth_is_reviewed_within_four_hours() -> None:
    """A person reviews a shallow reading whose probability of depth is 0.10 or more."""
    just_below = decide(_read(I=0.905, III=0.095), (), History(), TABLE)
    at_limit = decide(_read(I=0.9, III=0.1), (), History(), TABLE)
    assert not just_below.needs_human
    assert at_limit.escalation is EscalationKind.HUMAN_REVIEW
    assert at_limit.act_within == timedelta(hours=4)
    assert at_limit.urgency is Urgency.PRIORITY


def test_likely_depth_takes_row_four_whatever_is_on_top() -> None:
    """Half the probability on deep categories is at least row 4, though II alone is likeliest."""
    decision = decide(_read(II=0.45, III=0.2, IV=0.1, unstageable=0.25), (), History(), TABLE)
    assert (decision.row, decision.urgency) == ("4b", Urgency.URGENT)
    sure_enough = _read(II=0.8, III=0.05, IV=0.05, unstageable=0.05, deep_tissue=0.05)
    assert decide(sure_enough, (), History(), TABLE).row == "7"
    spread = _read(I=0.25, II=0.25, III=0.2, IV=0.15, unstageable=0.15)
    assert decide(spread, (), History(), TABLE).row == "4c"


def test_an_unsure_reading_shows_two_and_takes_the_graver() -> None:
    """Below 0.80, or closer than 0.20, both categories are shown and a person confirms."""
    decision = decide(_read(I=0.55, II=0.45), (), History(), TABLE)
    assert decision.shown == (Category.I, Category.II)
    assert decision.row == "7"
    assert decision.needs_human


@pytest.mark.parametrize("reason", sorted(_HUMAN_AT_ONCE))
def test_a_failure_of_ours_goes_to_a_person_at_once(reason: NotAssessed) -> None:
    """Where the reader failed or was unsure, a person looks, and no category is named."""
    decision = decide(not_assessed(reason), (), History(failed_photos=1), TABLE)
    assert decision.shown == ()
    assert decision.needs_human
    assert decision.urgency is Urgency.URGENT


@pytest.mark.parametrize("reason", sorted(set(NotAssessed) - _HUMAN_AT_ONCE))
def test_one_retake_then_a_person(reason: NotAssessed) -> None:
    """A bad photo is asked for once more; the second time a person is told."""
    first = decide(not_assessed(reason), (), History(failed_photos=1), TABLE)
    second = decide(not_assessed(reason), (), History(failed_photos=2), TABLE)
    assert first.shown == second.shown == ()
    assert not first.needs_human
    assert "retake_photo" in {action.key for action in first.actions}
    assert second.needs_human
    assert second.escalation is EscalationKind.HUMAN_REVIEW


def test_a_fever_beside_a_routine_photo_is_an_emergency() -> None:
    """The nurse's words raise the urgency; the category stays as read."""
    decision = decide(_read(I=0.95, II=0.05), _flag(RedFlagKind.FEVER), History(), TABLE)
    assert decision.row == "1"
    assert decision.urgency is Urgency.EMERGENCY
    assert decision.shown == (Category.I,)
    assert decision.notify == (Role.PHYSICIAN, Role.CHARGE_NURSE)
    assert decision.acknowledge_within == timedelta(minutes=5)


def test_a_lead_can_make_fever_alone_very_urgent() -> None:
    """Moving one word of the table from row 1 to row 2 changes what a fever means."""
    moved = _TEXT.replace('    "fever",\n', "", 1).replace(
        '    "news2_medium",', '    "fever",\n    "news2_medium",', 1
    )
    decision = decide(None, _flag(RedFlagKind.FEVER), History(), load_table(moved))
    assert decision.urgency is Urgency.VERY_URGENT


@pytest.mark.parametrize(
    ("mark", "category", "row", "urgency", "first"),
    [
        (HistoryMark.WORSE_THAN_LAST, Category.II, "6b", Urgency.PRIORITY, "look_for_infection"),
        (HistoryMark.NO_SIGN_OF_HEALING, Category.I, "6", Urgency.PRIORITY, "look_for_infection"),
        (HistoryMark.NEW_WOUND, Category.I, "7b", Urgency.PRIORITY, "review_plan"),
        (HistoryMark.NEW_WOUND, Category.II, "7", Urgency.PRIORITY, "review_plan"),
        (HistoryMark.SAME_WOUND, Category.I, "8", Urgency.ROUTINE, "compare_with_last"),
        (HistoryMark.SAME_WOUND, Category.III, "4", Urgency.URGENT, "compare_with_last"),
    ],
)
def test_history_changes_the_decision_by_the_table(
    mark: HistoryMark, category: Category, row: str, urgency: Urgency, first: str
) -> None:
    """Worse, not healing, new, the same: each has its row or its own first advice."""
    decision = decide(_sure(category), (), History(marks=frozenset({mark})), TABLE)
    assert (decision.row, decision.urgency) == (row, urgency)
    assert decision.actions[0].key == first
    assert f"history:{mark}" in decision.why


@pytest.mark.parametrize(
    ("kind", "category", "row", "shown", "first"),
    [
        (WoundKind.MUCOSAL, Category.II, "9", False, "never_staged"),
        (WoundKind.MUCOSAL, Category.III, "4", False, "free_device"),
        (WoundKind.DEVICE, Category.I, "9b", True, "free_device"),
        (WoundKind.DEVICE, Category.II, "7", True, "free_device"),
        (WoundKind.DEVICE, Category.IV, "3", True, "free_device"),
        (WoundKind.IAD, Category.I, "10", False, "clean_and_protect"),
        (WoundKind.IAD, Category.II, "7", False, "clean_and_protect"),
        (WoundKind.IAD, Category.III, "4", True, "report_by_category"),
        (WoundKind.DIABETIC_FOOT, Category.I, "10", False, "tell_service"),
        (WoundKind.VASCULAR_ULCER, Category.II, "7", False, "tell_service"),
        (WoundKind.SKIN_TEAR, Category.I, "10", False, "tell_service"),
    ],
)
def test_a_wound_that_the_nurse_names_takes_its_row(
    kind: WoundKind, category: Category, row: str, shown: bool, first: str
) -> None:
    """A device is an attribute; a mucosa and what is no pressure injury get no category."""
    decision = decide(_sure(category), (), History(), TABLE, frozenset({kind}))
    assert (decision.row, decision.actions[0].key) == (row, first)
    assert decision.shown == ((category,) if shown else ())
    assert f"kind:{kind}" in decision.why


@pytest.mark.parametrize("category", Category)
def test_a_mucosa_is_never_closed_without_a_person(category: Category) -> None:
    """Whatever the photo shows, a person sees it."""
    decision = decide(_sure(category), (), History(), TABLE, frozenset({WoundKind.MUCOSAL}))
    assert decision.needs_human
    assert decision.act_within <= timedelta(hours=8)


def test_danger_overrides_what_the_wound_is_called() -> None:
    """A fever beside an incontinence dermatitis is an emergency."""
    decision = decide(
        _sure(Category.I),
        _flag(RedFlagKind.FEVER),
        History(),
        TABLE,
        frozenset({WoundKind.IAD}),
    )
    assert decision.row == "1"


def test_history_without_a_category_says_nothing() -> None:
    """A photo that could not be read cannot be compared: it is asked for again all the same."""
    blurred = not_assessed(NotAssessed.BLURRED)
    everything = History(failed_photos=1, marks=frozenset(HistoryMark))
    kinds = frozenset(WoundKind)
    assert decide(blurred, (), everything, TABLE, kinds) == decide(blurred, (), History(1), TABLE)


def test_advice_for_the_sign_that_was_found_comes_first() -> None:
    """Heavy bleeding, a necrotising sign and glucose each bring their own first action."""
    bleeding = decide(None, _flag(RedFlagKind.HEAVY_BLEEDING), History(), TABLE)
    crepitus = decide(None, _flag(RedFlagKind.CREPITUS), History(), TABLE)
    assert bleeding.actions[0].key == "heavy_bleeding"
    assert crepitus.actions[0].key == "necrotising_infection"
    glucose = decide(None, _flag(RedFlagKind.ABNORMAL_GLUCOSE), History(), TABLE)
    assert glucose.actions[0].key == "correct_glucose"


def test_words_alone_without_a_sign_are_routine() -> None:
    """A text without a danger sign calls nobody and asks for a photo."""
    decision = decide(None, (), History(), TABLE)
    assert (decision.urgency, decision.needs_human) == (Urgency.ROUTINE, False)


def _signed(text: str) -> str:
    block = {
        "name": "Dra. Rojas",
        "role": "Wound-care lead",
        "date": "2026-12-01",
        "sha256": content_hash(text),
    }
    for key, value in block.items():
        text = text.replace(f'{key} = ""', f'{key} = "{value}"', 1)
    return text


def test_an_unsigned_table_is_a_proposal() -> None:
    """Every decision carries the version and whether a clinical lead signed it."""
    decision = decide(None, (), History(), TABLE)
    assert (decision.signed, decision.table_version) == (False, TABLE.version)
    assert decide(None, (), History(), load_table(_signed(_TEXT))).signed
    assert load_table(_signed(_TEXT).replace("\n", "\r\n")).signed


@pytest.mark.parametrize(
    ("signed", "changed"),
    [
        ("act_within_minutes = 60", "act_within_minutes = 600"),
        ("sure_top = 0.80", "sure_top = 0.10"),
        ("below = 30", "below = 3"),
        ("danger = 0.60", "danger = 0.99"),
        ('name = "Dra. Rojas"', 'name = ""'),
        ('role = "Wound-care lead"', 'role = ""'),
        ('date = "2026-12-01"', 'date = ""'),
    ],
)
def test_a_table_changed_after_signing_is_a_proposal_again(signed: str, changed: str) -> None:
    """A signature holds for the rows that were signed, and for no others."""
    text = _signed(_TEXT)
    assert signed in text
    assert not load_table(text.replace(signed, changed, 1)).signed


@pytest.mark.parametrize(
    ("cut", "complaint"),
    [
        ('    "chills",\n', "no row for chills"),
        ('categories = ["II"]\n', "no row for II"),
        ("words_only = true\n", "no row for words"),
        ('history = ["worse_than_last"]\n', "no row for worse_than_last"),
    ],
)
def test_a_table_with_a_gap_is_refused(cut: str, complaint: str) -> None:
    """A table that leaves a case without a row does not load."""
    with pytest.raises(ValueError, match=complaint):
        load_table(_TEXT.replace(cut, "", 1))


@pytest.mark.parametrize(
    ("written", "mistyped", "complaint"),
    [
        ("at_least = 37.8", "at_least = 378", "temperature lies outside"),
        ("at_least = 37.8", "from = 37.8", "temperature needs one of"),
        ("above = 2,", "above = 2, below = 9,", "lactate needs one of"),
        ('vital = "urine", below = 30', 'vital = "pulse", below = 30', "no limit for urine"),
        ('vital = "urine"', 'vital = "news2"', "news2 is a total"),
        ('means = "sepsis"', 'means = "septic"', "septic"),
        ("danger = 0.60", "danger = 66", "resemblance lies outside"),
        ("[[2, 0.90], [4, 0.82]]", "[[4, 0.82], [2, 0.90]]", "must rise"),
    ],
)
def test_a_mistyped_limit_is_refused(written: str, mistyped: str, complaint: str) -> None:
    """A slip of the pen must not silence a danger sign."""
    assert written in _TEXT
    with pytest.raises(ValueError, match=complaint):
        load_table(_TEXT.replace(written, mistyped, 1))


def test_a_table_out_of_order_is_refused() -> None:
    """A less urgent row may not stand before a more urgent one."""
    with pytest.raises(ValueError, match="most urgent"):
        load_table(_TEXT.replace('urgency = "emergency"', 'urgency = "routine"', 1))


def _readings() -> Iterator[Reading | None]:
    yield None
    yield from (not_assessed(reason) for reason in NotAssessed)
    yield from (_sure(category) for category in Category)
    for first, second in product(Category, Category):
        if first is not second:
            yield _read(**{first.value: 0.55, second.value: 0.45})
    yield _read(I=0.25, II=0.25, III=0.2, IV=0.15, unstageable=0.15)


_MARK_SETS = [
    frozenset(marks)
    for size in range(len(HistoryMark) + 1)
    for marks in combinations(HistoryMark, size)
]


_KIND_SETS = [frozenset(kinds) for size in (1, 2) for kinds in combinations(WoundKind, size)]


def test_every_combination_has_a_row_words_and_somebody() -> None:
    """Each reading with each flag and history gives one row, advice with words in both
    languages, and a person wherever there is danger or doubt."""
    words = [AdviceWords.load(_CHECKOUT / "templates", language) for language in Language]
    rows = {row.id for row in TABLE.rows}
    taken = set()
    flag_sets = [(), *(_flag(kind) for kind in RedFlagKind)]
    histories = [*(History(failed) for failed in range(4)), *(History(1, m) for m in _MARK_SETS)]
    said = [(history, frozenset()) for history in histories]
    said += [(History(1), kinds) for kinds in _KIND_SETS]
    said += [(History(1, bedside=frozenset({found})), frozenset()) for found in Bedside]
    for reading, flags, (history, kinds) in product(_readings(), flag_sets, said):
        decision = decide(reading, flags, history, TABLE, kinds)
        taken.add(decision.row)
        assert 1 <= len(decision.actions) <= 3
        assert decision.notify
        assert decision.needs_human == (decision.escalation is not None)
        assert decision.needs_human or not (flags or len(decision.shown) == 2)
        read = reading is not None and reading.categories is not None
        assert decision.marks == (history.marks if read else frozenset())
        assert decision.kinds == (kinds if read else frozenset())
        assert read or not decision.shown
        assert bool(decision.shown) or not read or kinds - {WoundKind.DEVICE}
        for action, language in product(decision.actions, words):
            assert language.action(action.key)
            assert all(language.citation(key) for key in action.citations)
    assert taken == rows


_kinds = st.lists(st.sampled_from(RedFlagKind), max_size=4).map(lambda kinds: _flag(*kinds))
_any_reading = st.sampled_from(list(_readings()))
_any_kinds = st.sampled_from([frozenset[WoundKind](), *_KIND_SETS])
_any_bedside = st.frozensets(st.sampled_from(Bedside))
_any_history = st.builds(History, st.integers(0, 3), st.sampled_from(_MARK_SETS), _any_bedside)


@given(_any_reading, _kinds, _any_history, _any_kinds, st.sampled_from(Bedside))
def test_a_further_finding_at_the_bedside_never_lowers_the_urgency(
    reading: Reading | None,
    flags: tuple[RedFlag, ...],
    history: History,
    kinds: frozenset[WoundKind],
    more: Bedside,
) -> None:
    """What a hand feels can raise urgency, never lower it, nor send a person away."""
    before = decide(reading, flags, history, TABLE, kinds)
    felt = replace(history, bedside=history.bedside | {more})
    after = decide(reading, flags, felt, TABLE, kinds)
    assert after.urgency.rank <= before.urgency.rank
    assert after.act_within <= before.act_within
    assert after.needs_human >= before.needs_human


@given(_any_reading, _kinds, _any_history, st.sampled_from(HistoryMark))
def test_a_further_mark_of_history_never_lowers_the_urgency(
    reading: Reading | None, flags: tuple[RedFlag, ...], history: History, more: HistoryMark
) -> None:
    """What earlier cases say can raise urgency, never lower it, nor send a person away."""
    before = decide(reading, flags, history, TABLE)
    after = decide(reading, flags, replace(history, marks=history.marks | {more}), TABLE)
    assert after.urgency.rank <= before.urgency.rank
    assert after.act_within <= before.act_within
    assert after.needs_human >= before.needs_human


@given(
    _any_reading, _kinds, st.sampled_from([frozenset(), *_KIND_SETS]), st.sampled_from(WoundKind)
)
def test_a_further_kind_of_wound_never_lowers_the_urgency(
    reading: Reading | None,
    flags: tuple[RedFlag, ...],
    kinds: frozenset[WoundKind],
    more: WoundKind,
) -> None:
    """A photo that shows depth stays urgent, whatever the nurse calls the wound."""
    before = decide(reading, flags, History(), TABLE, kinds)
    after = decide(reading, flags, History(), TABLE, kinds | {more})
    assert after.urgency.rank <= before.urgency.rank
    assert after.act_within <= before.act_within
    assert after.needs_human >= before.needs_human


@given(_any_reading, _kinds, st.sampled_from(RedFlagKind), _any_history)
def test_a_further_flag_never_lowers_the_urgency(
    reading: Reading | None, flags: tuple[RedFlag, ...], more: RedFlagKind, history: History
) -> None:
    """What a nurse reports can raise urgency, never lower it, nor give more time."""
    before = decide(reading, flags, history, TABLE)
    after = decide(reading, flags + _flag(more), history, TABLE)
    assert after.urgency.rank <= before.urgency.rank
    assert after.act_within <= before.act_within
    assert after.needs_human


@given(_kinds)
def test_triage_and_decision_agree(flags: tuple[RedFlag, ...]) -> None:
    """Flags alone are as urgent by themselves as in the decision."""
    assert decide(None, flags, History(), TABLE).urgency is TABLE.urgency_of(flags)
