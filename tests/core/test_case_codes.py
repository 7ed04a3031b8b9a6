"""The short names of cases, as they are said aloud and typed."""

import pytest

from bot.core.case_code import is_harmless, new_code
from bot.core.code_shape import CODE_LENGTH, is_mixed
from bot.core.decision_table import shipped_table
from bot.core.redflags import find_red_flags


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


@pytest.mark.parametrize("code", ["FC96", "40MG", "2345", "PACK"])
def test_a_code_is_no_word_and_no_measure(code: str) -> None:
    """So that it can be told from what is said of the patient."""
    assert not is_mixed(code)


@pytest.mark.parametrize(
    "said",
    ["{}, otro ángulo", "this is {} again", "{} sacro", "caso {} otra foto", "para {}, gracias"],
)
def test_naming_a_case_never_sounds_like_danger(said: str) -> None:
    """Whichever code it was given."""
    limits = shipped_table().limits
    for _ in range(100):
        code = new_code()
        assert find_red_flags(said.format(code), limits) == (), code
        assert find_red_flags(said.format(code.lower()), limits) == (), code


def test_a_danger_beside_a_code_is_heard() -> None:
    """By a rule and by its sound."""
    limits = shipped_table().limits
    assert find_red_flags("7K2F ahora con fiebre de 39", limits)
    assert find_red_flags("7k2f lo veo muy malito, no me gusta nada como está", limits)
