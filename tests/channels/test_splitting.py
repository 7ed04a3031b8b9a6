import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.patience import retry_after
from bot.core.splitting import split_text


@given(st.text(alphabet="ab .\n¿é", max_size=400), st.integers(min_value=1, max_value=60))
def test_case_46_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    """Every word arrives, in order, in pieces that fit."""
    pieces = split_text(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_case_20_a_long_result_is_cut_between_paragraphs() -> None:
    """Advice stays whole where it can."""
    first, second = "Primero. " * 10, "Segundo. " * 10
    assert split_text(f"{first}\n\n{second}", 100) == [first.strip(), second.strip()]


def test_case_46_a_long_paragraph_is_cut_between_sentences() -> None:
    """A sentence is not torn while there is an end of one nearby."""
    text = "Lave con suero. " * 120
    pieces = split_text(text, 1600)
    assert len(pieces) == 2
    assert all(piece.endswith("suero.") for piece in pieces)


def test_an_emoji_counts_as_the_two_that_the_vendors_count() -> None:
    """Half as many of them fit, and none is torn."""
    pieces = split_text("👍" * 1000 + " fin", 1600)
    assert pieces == ["👍" * 800, "👍" * 200 + " fin"]
    assert split_text("👍" * 3, 1) == ["👍"] * 3


def test_a_short_text_stays_one_message() -> None:
    """1,600 characters are one message; 1,601 are two."""
    assert split_text("a" * 1600, 1600) == ["a" * 1600]
    assert len(split_text("a" * 1601, 1600)) == 2
    assert split_text("  ", 1600) == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("30", 30), ("0.2", 1), ("", 1), ("Wed, 21 Oct", 1), ("nan", 1), ("1e9", 600)],
)
def test_case_15_a_wait_that_cannot_be_read_is_a_short_one(said: str, seconds: float) -> None:
    """A strange header neither crashes nor silences us for hours."""
    assert retry_after({"retry-after": said}) == seconds
