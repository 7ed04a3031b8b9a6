"""The short names of cases, as they are said aloud and typed."""

import pytest

from bot.core.case_code import CODE_LENGTH, is_harmless, new_code


@pytest.mark.parametrize("code", ["FR7S", "C42C", "W94C"])
def test_a_code_that_reads_as_a_vital_sign_is_not_given(code: str) -> None:
    """Whoever asks for that case would raise an alarm by its name alone."""
    assert not is_harmless(code)


def test_a_code_that_says_nothing_is_given() -> None:
    """Four characters, none of which is taken for another."""
    assert is_harmless("7K2M")
    code = new_code()
    assert len(code) == CODE_LENGTH
    assert not set(code) & set("01IOLU")
