"""Everything a decision can say has words, in Spanish and in English."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from bot.channels.advice_words import AdviceWords
from bot.channels.decision_page import rendered
from bot.core.assessment import Category, NotAssessed
from bot.core.decision import load_table
from bot.core.deed import Deed
from bot.core.history import HistoryMark
from bot.core.label import Closing
from bot.core.redflags import RedFlagKind
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.core.wound_kinds import WoundKind

_CHECKOUT = Path(__file__).parents[2]
_TABLE = load_table((_CHECKOUT / "bot/core/decision_table.toml").read_text("utf-8"))
_ADVICE = tuple(chain.from_iterable(row.advice for row in _TABLE.rows))


@pytest.fixture(params=Language)
def words(request: pytest.FixtureRequest) -> AdviceWords:
    return AdviceWords.load(_CHECKOUT / "templates", request.param)


def _keys(members: Iterable[str]) -> set[str]:
    return {str(member) for member in members}


def test_every_value_has_words_and_no_words_are_orphans(words: AdviceWords) -> None:
    """Categories, urgencies, flags, reasons, roles, actions and sources: each has its words."""
    assert set(words.categories) == _keys(Category)
    assert set(words.urgencies) == _keys(Urgency)
    assert set(words.flags) == _keys(RedFlagKind)
    assert set(words.marks) == _keys(HistoryMark)
    assert set(words.wounds) == _keys(WoundKind)
    assert set(words.reasons) == _keys(NotAssessed)
    assert set(words.roles) == _keys(Role)
    assert set(words.deeds) == _keys(Deed)
    assert set(words.closings) == _keys(Closing)
    assert set(words.actions) == {one.key for one in _ADVICE}
    cited = [key for one in _ADVICE for key in one.citations]
    limits = [one.source for one in (*_TABLE.limits.vitals, _TABLE.limits.resemblance)]
    assert set(words.sources) == {key.split(" ")[0] for key in (*cited, *limits)}


def test_an_action_fits_a_phone(words: AdviceWords) -> None:
    """An action is one sentence or two, at most 110 characters, with its full stop."""
    for text in words.actions.values():
        assert len(text) <= 110, text
        assert text.endswith(".")


def test_a_failed_photo_says_what_happened_and_what_to_do(words: AdviceWords) -> None:
    """Each reason has both parts, as whole sentences, and never sounds like an all-clear."""
    for reason in NotAssessed:
        said = words.reason(reason)
        assert said.happened.endswith(".")
        assert said.do.endswith(".")
        assert str(said) == f"{said.happened} {said.do}"


def test_a_citation_names_its_source_and_place(words: AdviceWords) -> None:
    """A citation key becomes a readable source; an unknown one is refused."""
    assert words.citation("CG179 1.4.9") == "NICE CG179, 1.4.9"
    with pytest.raises(KeyError):
        words.citation("INVENTED 3")


def test_unverified_citations_stay_hidden() -> None:
    """What nobody has verified is kept in the table and cited to nobody."""
    awaiting = {key for one in _ADVICE for key in one.awaiting}
    shown = {key for one in _ADVICE for key in one.citations}
    assert awaiting
    assert not awaiting & shown
    assert not any(key.startswith("CPG19") for key in shown)


def test_the_page_of_the_table_is_current() -> None:
    """docs/decision-table.md is what the data says."""
    page = (_CHECKOUT / "docs/decision-table.md").read_text("utf-8")
    assert page == rendered(), "run: python -m bot.channels.decision_page > docs/decision-table.md"
