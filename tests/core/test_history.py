"""A wound seen again: the same or a new one, better, worse or unchanged."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.history import Gravity, HistoryMark, Look, marks

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_DEEP: Gravity = (2, timedelta(hours=4))
_OPEN: Gravity = (3, timedelta(hours=24))
_RED: Gravity = (4, timedelta(hours=8))
NEW, SAME, WORSE, STALLED = (
    HistoryMark.NEW_WOUND,
    HistoryMark.SAME_WOUND,
    HistoryMark.WORSE_THAN_LAST,
    HistoryMark.NO_SIGN_OF_HEALING,
)


def _seen(days_ago: float, gravity: Gravity, site: str | None = "sacrum") -> Look:
    at = _NOW - timedelta(days=days_ago)
    return Look(f"case-{days_ago}", at, site, gravity)


@pytest.mark.parametrize(
    ("earlier", "now", "found"),
    [
        ([], _OPEN, set()),
        ([(3, _OPEN)], _OPEN, {SAME}),
        ([(3, _OPEN)], _RED, {SAME}),
        ([(3, _RED)], _OPEN, {SAME, WORSE}),
        ([(20, _DEEP), (3, _RED)], _OPEN, {SAME, WORSE}),
        ([(13.9, _OPEN)], _OPEN, {SAME}),
        ([(14, _OPEN)], _OPEN, {SAME, STALLED}),
        ([(14, _RED)], _OPEN, {SAME, WORSE, STALLED}),
        ([(30, _OPEN), (20, _OPEN)], _RED, {SAME}),
        ([(30, _DEEP), (15, _OPEN), (2, _OPEN)], _OPEN, {SAME, STALLED}),
        ([(20, _DEEP), (2, _OPEN)], _OPEN, {SAME}),
    ],
)
def test_the_same_site_is_compared_over_time(
    earlier: list[tuple[float, Gravity]], now: Gravity, found: set[HistoryMark]
) -> None:
    """Worse than the last look, or no better than two weeks ago."""
    assert marks(_seen(0, now), [_seen(*one) for one in earlier]) == found


@pytest.mark.parametrize("site", ["heel", None])
def test_another_or_an_untold_site_is_a_new_wound(site: str | None) -> None:
    """A known patient's wound that nobody stated to be the same is a new one."""
    assert marks(_seen(0, _DEEP), [_seen(3, _RED, site)]) == {NEW}
    assert marks(_seen(0, _DEEP, None), [_seen(3, _RED, None)]) == {NEW}


def test_only_looks_at_the_same_site_are_compared() -> None:
    """A heel that worsens says nothing of the sacrum."""
    earlier = [_seen(20, _OPEN), _seen(1, _RED, "heel")]
    assert marks(_seen(0, _OPEN), earlier) == {SAME, STALLED}


def test_a_case_that_continues_another_is_the_same_wound() -> None:
    """Whoever answers a reminder sends the same wound, whatever was said of its site."""
    first = Look("a", _NOW - timedelta(days=20), None, _RED)
    second = Look("b", _NOW - timedelta(days=10), "heel", _OPEN, follows="a")
    third = Look("c", _NOW, None, _OPEN, follows="b")
    assert marks(third, [second, first]) == {SAME, STALLED}
