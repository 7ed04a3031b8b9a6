"""How a patient's code is told from other words, and shown to whoever wrote it otherwise."""

import re

import pytest

from bot.core.patient_code import DEFAULT_PATTERN, code_form, labels_code


@pytest.mark.parametrize(
    "text",
    [
        "código de paciente AB-12",
        "Codigo del paciente: 4412",
        "cód. pte 12/4",
        "paciente cod: hv44",
        "código de la paciente es AB 12",
        "patient code AB-12",
        "the patient's code is 12345",
        "code of the patient: ab12",
        "pt id #12",
    ],
)
def test_a_code_is_known_by_its_name(text: str) -> None:
    """However it is written, in either language."""
    assert labels_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "AB-12",
        "paciente AB-12",
        "caso código 7K2F",
        "código de paciente pendiente, 3 cm",
        "código de paciente: \nmide 3 cm",
        "paciente con código azul a las 3",
        "no sé el código del paciente",
        "patient code unknown, 2 cm deep",
        "patient in code 3 bed",
    ],
)
def test_other_words_are_no_code(text: str) -> None:
    """Nor is a name without a code behind it."""
    assert not labels_code(text)


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        (DEFAULT_PATTERN, "AA-000"),
        (r"\b\d{7,8}-[0-9K]\b", "0000000-0"),
        (r"^(?:HV|UCI)-?\d+$", "HV0"),
        (r"H[\dX]{3}", "H000"),
        (r"(?<!\d)\d{6}(?!\d)", "000000"),
        (r"(?:[A-Z]\d){3}", None),
    ],
)
def test_the_form_is_shown_where_it_can_be_told(pattern: str, form: str | None) -> None:
    """What is shown would be kept; an expression that is not understood shows nothing."""
    assert code_form(re.compile(pattern)) == form
