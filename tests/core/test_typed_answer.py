"""What a nurse types in answer to a question, in words of her own."""

import time
from pathlib import Path

import pytest

from bot.core.body_site import find_site
from bot.core.questions import ANSWERS, SKIP, Question
from bot.core.typed_answer import is_about, typed_answer

FEVER, PAIN, SMELL = Question.FEVER, Question.PAIN, Question.SMELL
BLANCHES, SKIN = Question.BLANCHES, Question.SKIN

_REPLIES = [
    tuple(line.split("\t"))
    for file in sorted(Path(__file__).parent.glob("ward_replies_*.tsv"))
    for line in file.read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (FEVER, "si tiene", "yes"),
        (FEVER, "Sí, un poco", "yes"),
        (FEVER, "sí, desde anoche doctora", "yes"),
        (FEVER, "yes since this morning", "yes"),
        (FEVER, "no tiene", "no"),
        (FEVER, "no por ahora", "no"),
        (FEVER, "niega fiebre", "no"),
        (FEVER, "No, she doesn't", "no"),
        (PAIN, "si le duele mucho", "yes"),
        (PAIN, "duele bastante", "yes"),
        (PAIN, "yes quite painful", "yes"),
        (PAIN, "no le duele nada", "no"),
        (SMELL, "huele mal", "yes"),
        (SMELL, "no smell", "no"),
        (BLANCHES, "no palidece", "no"),
        (BLANCHES, "si, se pone blanca", "yes"),
        (SKIN, "está caliente", "warm"),
        (SKIN, "a bit hard", "hard"),
        (SKIN, "caliente y bastante dura", "warm_and_hard"),
        (BLANCHES, "se pone blanca", "yes"),
        (BLANCHES, "no se pone blanca", "no"),
        (BLANCHES, "it doesn't blanch", "no"),
        (PAIN, "no, no le duele", "no"),
        (FEVER, "No, gracias doctora", "no"),
        (FEVER, "no sé", SKIP),
        (FEVER, "no lo sé todavía", SKIP),
        (PAIN, "I don't know yet", SKIP),
        (Question.BODY_SITE, "ni idea", SKIP),
        (FEVER, "no, no sé", SKIP),
        (PAIN, "no, indolora", "no"),
        (Question.SINCE, "hace 3 años", "longer"),
    ],
)
def test_words_of_ones_own_answer(question: Question, text: str, answer: str) -> None:
    """Short, hurried, in either language."""
    assert typed_answer(question, text) == answer
    assert answer in (SKIP, *ANSWERS[question])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (FEVER, "si tiene fiebre le aviso"),
        (FEVER, "no le he tomado la temperatura"),
        (FEVER, "sin fiebre, no sé"),
        (SMELL, "no huele no sabría decir"),
        (FEVER, "si le duele"),
        (FEVER, "no le duele"),
        (FEVER, "sí, mide 2 cm"),
        (FEVER, "no siempre"),
        (PAIN, "no mucho"),
        (PAIN, "not much"),
        (PAIN, "no le duele, pero tiene fiebre"),
        (SKIN, "no está caliente"),
        (SKIN, "isn't hot"),
        (BLANCHES, "queda roja"),
        (Question.SINCE, "si"),
        (Question.PATIENT_CODE, "12345"),
        (FEVER, "¿temperatura?"),
        (FEVER, "la temperatura ahora"),
        (FEVER, "no está la paciente"),
        (FEVER, "no es el paciente"),
        (FEVER, "no patient there now"),
        (FEVER, "no temperature yet"),
        (FEVER, "no, tiene"),
        (FEVER, "no, the patient does"),
        (FEVER, "no she has it"),
        (PAIN, "¿le duele?"),
        (PAIN, "does it hurt?"),
        (PAIN, "no, le duele"),
        (PAIN, "no it hurts"),
        (PAIN, "no niega dolor"),
        (SMELL, "no es nuevo"),
        (SMELL, "no new smell"),
        (SMELL, "no huele fuerte"),
        (SMELL, "no, huele"),
        (SMELL, "olor leve"),
        (SMELL, "she is bad"),
        (BLANCHES, "la paciente está pálida"),
        (BLANCHES, "no está pálida"),
        (BLANCHES, "la señora vuelve ahora"),
        (BLANCHES, "no vuelve"),
        (BLANCHES, "she is pale"),
        (SKIN, "la paciente está caliente"),
        (SKIN, "she is hot"),
        (SKIN, "tiene calor"),
        (SKIN, "¿caliente?"),
        (Question.BODY_SITE, "siguiente paciente"),
        (Question.BODY_SITE, "paso ahora"),
        (PAIN, "not painless"),
        (FEVER, "no está afebril"),
        (SKIN, "hard to feel"),
        (Question.SINCE, "tiene 80 años"),
        (FEVER, ""),
        (FEVER, "👍"),
    ],
)
def test_what_says_more_or_something_else_is_no_answer(question: Question, text: str) -> None:
    """An answer that nobody gave must not stand on a card."""
    assert typed_answer(question, text) is None


def test_a_page_is_read_in_time() -> None:
    """Whatever it is made of: it is no answer."""
    began = time.process_time()
    assert all(typed_answer(question, "o " * 5000) is None for question in Question)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(("question", "text", "answer"), _REPLIES)
def test_a_ward_reply_is_taken_as_a_careful_colleague_would(
    question: str, text: str, answer: str
) -> None:
    """Terse, misspelled, denied, hedged, several at once; "?" is what she would ask about again."""
    asked = Question(question)
    said = typed_answer(asked, text)
    if asked is Question.BODY_SITE:
        said = said or find_site(text)
    assert (said or "?") == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (SKIN, "dura desde ayer"),
        (SKIN, "no"),
        (FEVER, "aún no"),
        (FEVER, "sí, ayer"),
        (PAIN, "not much"),
        (BLANCHES, "no siempre"),
        (BLANCHES, "sigue roja"),
        (BLANCHES, "stays red"),
    ],
)
def test_what_is_nearly_an_answer_is_worth_asking_about(question: Question, text: str) -> None:
    """It says yes or no, how much or since when, and yet not what was asked."""
    assert is_about(question, text)


@pytest.mark.parametrize("text", ["ya la curé", "¿le duele?", "se cayó de la cama", "gracias"])
def test_other_words_are_not_asked_about(text: str) -> None:
    """They are noted in the case, and that is all."""
    assert not is_about(PAIN, text)
