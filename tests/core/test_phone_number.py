"""A nurse is known by her number, however WhatsApp writes it."""

import pytest

from bot.core.phone_number import spellings


@pytest.mark.parametrize(
    ("dialled", "written"),
    [("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")],
)
def test_a_mobile_of_mexico_or_argentina_has_two_spellings(dialled: str, written: str) -> None:
    """Enrolled as it is dialled, it is met as WhatsApp writes it, and the other way round."""
    assert spellings(written) == (written, dialled)
    assert spellings(dialled) == (dialled, written)


@pytest.mark.parametrize("phone", ["+56912345678", "+34612345678", "+5212345", "+14155238886"])
def test_any_other_number_has_one(phone: str) -> None:
    """Nobody is taken for somebody else."""
    assert spellings(phone) == (phone,)
