"""What is missing is asked for, one question at a time, and the answers refine the decision."""

import dataclasses

import pytest

from bot.actions.bridge import say_to_nurse
from bot.actions.choosing import choose
from bot.actions.replaying import replay
from bot.core.assessment import Category
from bot.core.case import Case, CaseStatus
from bot.core.choice import choices_in
from bot.core.deed import Deed
from bot.core.message import MessageKind
from bot.core.questions import Question
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.store.answer_rows import questions_of_case
from bot.store.case_rows import (
    case_by_id,
    latest_decision,
    move_case,
    open_cases_of,
    patient_code_of,
)
from bot.store.escalation_rows import escalation_of
from bot.store.inbound_rows import texts_of_case
from bot.store.said_rows import latest_message
from bot.store.staff_rows import all_staff, speak
from tests.actions.conftest import QuietWard


def _case(ward: QuietWard, case_id: str) -> Case:
    with ward.store.snapshot() as snapshot:
        return case_by_id(snapshot, case_id)


def _row(ward: QuietWard, case_id: str) -> tuple[str, Urgency]:
    with ward.store.snapshot() as snapshot:
        last = latest_decision(snapshot, case_id)
    assert last is not None
    return last.row, last.urgency


def _answers(ward: QuietWard, *given: str) -> None:
    for answer in given:
        ward.advance(seconds=20)
        ward.says(answer)


def test_the_body_site_is_asked_for_and_the_result_does_not_wait(ward: QuietWard) -> None:
    """The list has sides; the result came before the answer, and the next question after it."""
    case_id = ward.sends_seen_as("", Category.II)
    assert "¿Dónde está la herida?" in ward.read(MessageKind.QUESTION)
    assert "3. Talón izquierdo" in ward.read(MessageKind.QUESTION)
    assert "categoría II" in ward.read(MessageKind.RESULT)
    _answers(ward, "3")
    assert _case(ward, case_id).site == "heel_left"
    assert "Anotado: Talón izquierdo." in ward.read()
    assert "¿Tiene fiebre o escalofríos?" in ward.read()


def test_a_site_that_was_written_is_not_asked_for(ward: QuietWard) -> None:
    """Nor is any other question put in its place that the words answered."""
    case_id = ward.sends_seen_as("herida sacra, sin fiebre", Category.II)
    assert _case(ward, case_id).site == "sacrum"
    assert "¿Dónde" not in ward.read(MessageKind.QUESTION)
    assert "fiebre" not in ward.read(MessageKind.QUESTION)


@pytest.mark.parametrize(
    ("caption", "said", "site"),
    [
        ("Talón con flictena", "1", "heel_right"),
        ("Talón con flictena", "es el izquierdo", "heel_left"),
        ("cadera", "no es la cadera, es el talón derecho", "heel_right"),
        ("heel", "left", "heel_left"),
        ("cadera", "talón derecho", "heel_right"),
        ("talón", "el codo izquierdo", None),
    ],
)
def test_of_a_place_without_its_side_only_the_side_is_asked(
    ward: QuietWard, caption: str, said: str, site: str | None
) -> None:
    """Two choices, another place, or none; another place may be written too."""
    case_id = ward.sends_seen_as(caption, Category.II)
    asked = ward.read(MessageKind.QUESTION)
    assert "¿Dónde está la herida?" in asked
    assert "3. Otro lugar" in asked
    assert "Sacro" not in asked
    _answers(ward, said)
    assert _case(ward, case_id).site == site


def test_who_types_a_place_without_its_side_is_asked_for_the_side(ward: QuietWard) -> None:
    """The whole list was put; of what she typed, two are left."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "talón")
    asked = ward.read()
    assert "Falta el lado. ¿Dónde está la herida?" in asked
    assert "3. Otro lugar" in asked
    _answers(ward, "izquierdo")
    assert _case(ward, case_id).site == "heel_left"


def test_the_way_out_of_two_sides_is_another_place(ward: QuietWard) -> None:
    """It is typed, as from the longer list."""
    case_id = ward.sends_seen_as("talón", Category.II)
    _answers(ward, "3", "borde externo del pie")
    assert _case(ward, case_id).site == "borde externo del pie"


def test_a_site_may_be_written_in_place_of_its_number(ward: QuietWard) -> None:
    """In words of the nurse's own."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "es el talon izq")
    assert _case(ward, case_id).site == "heel_left"


def test_an_answer_in_other_words_than_the_buttons_counts(ward: QuietWard) -> None:
    """ "Sí, desde anoche" to the question of fever calls a person, as the button would, and what it
    says beside the answer is kept."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert "¿Tiene fiebre o escalofríos?" in ward.read(MessageKind.QUESTION)
    _answers(ward, "sí, desde anoche")
    assert _row(ward, case_id) == ("1", Urgency.EMERGENCY)
    assert "desde anoche" in ward.card()


def test_an_unclear_answer_is_asked_about_once_more(ward: QuietWard) -> None:
    """ "It has lasted since yesterday" is no hard skin: it is noted, and the question comes again;
    a second unclear one is noted, and that is all."""
    case_id = ward.sends_seen_as("sacro", Category.I)
    _answers(ward, "sí")
    assert "Toque la piel alrededor" in ward.read()
    _answers(ward, "dura desde ayer")
    assert "Anotado en el *caso" in ward.read(MessageKind.TEXT_ADDED)
    assert "No quedó claro si responde a esto: Toque la piel alrededor" in ward.read()
    _answers(ward, "no")
    assert ward.read() == ward.read(MessageKind.TEXT_ADDED)
    _answers(ward, "está dura desde ayer")
    assert "¿Desde cuándo está la herida?" in ward.read()
    with ward.store.snapshot() as snapshot:
        said = [text for _, text in texts_of_case(snapshot, case_id)]
    assert said == ["sacro", "dura desde ayer", "no", "está dura desde ayer"]


def test_what_asks_something_is_not_taken_for_an_unclear_answer(ward: QuietWard) -> None:
    """Without a question mark too: it goes its way as at any other time."""
    ward.sends_seen_as("sacro", Category.II)
    before = ward.read(MessageKind.QUESTION)
    _answers(ward, "como curo si no sangra")
    assert ward.read(MessageKind.QUESTION) == before


def test_a_patient_without_a_code_is_told_nothing_of_its_form(ward: QuietWard) -> None:
    """She wrote none."""
    ward.rules = dataclasses.replace(ward.rules, asks_patient_code=True)
    ward.sends_seen_as("sacro", Category.II)
    _answers(ward, "todavía no tiene")
    assert "no tiene la forma" not in ward.read(MessageKind.QUESTION)
    assert "Anotado en el *caso" in ward.read(MessageKind.TEXT_ADDED)


def test_a_question_put_again_may_be_answered_where_it_stood_first(ward: QuietWard) -> None:
    """In Slack the buttons stay under it."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    with ward.store.snapshot() as snapshot:
        first = latest_message(snapshot, case_id, MessageKind.QUESTION)
    assert first is not None
    ward.post_everything()
    _answers(ward, "no siempre")
    assert "No quedó claro" in ward.read()
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        no = next(one for one in choices_in(first.message.facts) if one.word == "no")
        assert choose(tx, no, first, nurse, ward.rules)
        assert not choose(tx, no, first, nurse, ward.rules)
        given = {one.question: one.answer for one in questions_of_case(tx, case_id)}
    assert given[Question.FEVER] == "no"


def test_since_when_may_be_written(ward: QuietWard) -> None:
    """In days or weeks, in place of the number of an answer."""
    ward.sends_seen_as("sacro", Category.II)
    while "¿Desde cuándo" not in ward.read(MessageKind.QUESTION):
        _answers(ward, "omitir")
    _answers(ward, "hace como 3 días")
    assert "Anotado: Menos de una semana." in ward.read()


@pytest.mark.parametrize(
    "said", ["¿talón izquierdo?", "creo que talón izq", "right above the heel"]
)
def test_a_place_that_is_guessed_is_not_kept(ward: QuietWard, said: str) -> None:
    """Nor one that is asked back, nor a word that is no side."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, said)
    assert _case(ward, case_id).site is None


def test_own_words_answer_what_was_asked_last(ward: QuietWard) -> None:
    """What is no answer to the scale that is being asked is none to the fever of before."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert "¿Tiene fiebre o escalofríos?" in ward.read(MessageKind.QUESTION)
    _answers(ward, "braden", "sí, un poco")
    assert _row(ward, case_id)[1] is not Urgency.EMERGENCY


@pytest.mark.parametrize("said", ["sí, un poco", "Sí"])
def test_words_to_a_clinician_answer_no_question_of_before(ward: QuietWard, said: str) -> None:
    """A yes to what the doctor asks is no fever, and is noted in the case."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert "¿Tiene fiebre o escalofríos?" in ward.read(MessageKind.QUESTION)
    ward.advance(seconds=20)
    with ward.transaction() as tx:
        (doctor, *_) = all_staff(tx, Role.PHYSICIAN)
        say_to_nurse(tx, case_by_id(tx, case_id), doctor, "¿Está más roja que ayer?", "asked")
    _answers(ward, said)
    assert _row(ward, case_id)[1] is not Urgency.EMERGENCY
    with ward.store.snapshot() as snapshot:
        assert said in [text for _, text in texts_of_case(snapshot, case_id)]


def test_who_does_not_know_is_asked_the_next_question(ward: QuietWard) -> None:
    """And not which case she means."""
    ward.sends_seen_as("sacro", Category.II)
    before = ward.read(MessageKind.QUESTION)
    _answers(ward, "no sé")
    assert ward.read(MessageKind.QUESTION) != before
    assert ward.read(MessageKind.WHICH_CASE) == ""


def test_a_place_off_the_list_is_typed(ward: QuietWard) -> None:
    """Another place is kept in the nurse's own words."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "otro lugar", "codo derecho")
    assert _case(ward, case_id).site == "codo derecho"


@pytest.mark.parametrize("said", ["no", "aún no"])
def test_a_no_is_no_place(ward: QuietWard, said: str) -> None:
    """It is noted, and does not stand on the card as the body site."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "otro lugar", said)
    assert _case(ward, case_id).site is None


def test_a_question_is_no_place(ward: QuietWard) -> None:
    """What she asks in between is not kept as the body site."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "otro lugar", "¿cuánto tarda?")
    assert _case(ward, case_id).site is None


def test_skin_that_does_not_blanch_makes_a_category_one_more_urgent(ward: QuietWard) -> None:
    """What was felt refines the decision, by a row of the table, and is told with its steps."""
    case_id = ward.sends_seen_as("sacro", Category.I)
    assert _row(ward, case_id) == ("8", Urgency.ROUTINE)
    assert "Presione la zona con un dedo: ¿palidece?" in ward.read()
    _answers(ward, "no")
    assert _row(ward, case_id) == ("8b", Urgency.PRIORITY)
    assert "su respuesta cambia la indicación" in ward.read(MessageKind.REFINED)
    with ward.store.snapshot() as snapshot:
        replayed = list(replay(snapshot, case_by_id(snapshot, case_id), ward.rules.table))
    assert [one.is_same for one in replayed] == [True, True]


def test_an_answer_without_danger_changes_nothing_and_is_noted(ward: QuietWard) -> None:
    """A reassuring answer never lowers what was decided."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    before = _row(ward, case_id)
    _answers(ward, "no")
    assert _row(ward, case_id) == before
    assert "Anotado: No." in ward.read()


def test_fever_in_an_answer_calls_a_person_at_once(ward: QuietWard) -> None:
    """As it does in words; the message says that an answer raised it."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert "¿Tiene fiebre" in ward.read()
    _answers(ward, "si")
    with ward.store.snapshot() as snapshot:
        escalation = escalation_of(snapshot, case_id)
    assert escalation
    assert escalation.urgency is Urgency.EMERGENCY
    assert "fiebre (su respuesta)" in ward.read(MessageKind.RED_FLAG).lower()
    assert "lo respondió quien envía" in ward.card()
    assert "categoría II 97 %" in ward.card()
    assert "sin esperar" not in ward.read(MessageKind.RED_FLAG)


def test_the_patients_code_is_asked_for_and_checked(ward: QuietWard) -> None:
    """A code that is not written as the site writes them is asked for once more."""
    ward.rules = dataclasses.replace(ward.rules, asks_patient_code=True)
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert "código del paciente" in ward.read(MessageKind.QUESTION)
    _answers(ward, "12345")
    assert "no tiene la forma" in ward.read()
    _answers(ward, "hv-4412")
    with ward.store.snapshot() as snapshot:
        assert patient_code_of(snapshot, case_by_id(snapshot, case_id)) == "HV-4412"
    assert "Código anotado." in ward.read()


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        (Language.ES, "sacro, código de paciente AB-12", "con la forma AA-000"),
        (Language.ES, "cód. del pte: 4412 sacro", "con la forma AA-000"),
        (Language.EN, "patient code AB-12, sacrum", "in the form AA-000"),
        (Language.EN, "sacrum pt id is ab 12", "in the form AA-000"),
    ],
)
def test_a_code_that_is_written_otherwise_is_told_once(
    ward: QuietWard, language: Language, said: str, told: str
) -> None:
    """Unasked for, beside a photo or after it: she reads the form that is used here, and none of
    what she wrote; a code in that form is kept then."""
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        speak(tx, nurse.id, language)
    case_id = ward.sends_seen_as(said, Category.II)
    first = ward.read(MessageKind.ANSWER_NOTED, language)
    assert told in first
    assert "12" not in first
    _answers(ward, said)
    assert ward.read(language=language) == ward.read(MessageKind.TEXT_ADDED, language)
    _answers(ward, "código de paciente AB-0012")
    with ward.store.snapshot() as snapshot:
        assert patient_code_of(snapshot, case_by_id(snapshot, case_id)) == "AB-0012"


@pytest.mark.parametrize("said", ["sacro AB-12", "sacro, código de paciente UCI-204", "cama 12 B"])
def test_words_that_nobody_called_a_code_stay_words(ward: QuietWard, said: str) -> None:
    """And of one that is written as here nothing is said either."""
    ward.sends_seen_as("talón derecho", Category.II)
    _answers(ward, said)
    assert ward.read(MessageKind.ANSWER_NOTED) == ""


def test_a_code_is_no_place_of_the_body(ward: QuietWard) -> None:
    """Written where another place was asked for, it does not stand on the card as one."""
    case_id = ward.sends_seen_as("", Category.II)
    _answers(ward, "otro lugar", "código de paciente AB-12")
    assert _case(ward, case_id).site is None
    assert "con la forma AA-000" in ward.read(MessageKind.ANSWER_NOTED)


def test_danger_in_an_answer_to_a_closed_case_opens_another(ward: QuietWard) -> None:
    """A closed case stays closed, and nobody's fever goes unheard."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    with ward.transaction() as tx:
        move_case(tx, case_by_id(tx, case_id), CaseStatus.CLOSED, "test")
    _answers(ward, "si")
    with ward.store.snapshot() as snapshot:
        (nurse,) = all_staff(snapshot, Role.NURSE)
        (opened,) = open_cases_of(snapshot, nurse.id)
        escalation = escalation_of(snapshot, opened.id)
    assert escalation
    assert escalation.urgency is Urgency.EMERGENCY
    assert opened.status is CaseStatus.AWAITING_PERSON
    assert opened.site == "sacrum"


def test_no_second_case_is_asked_about_while_a_question_is_open(ward: QuietWard) -> None:
    """A number has one meaning."""
    first = ward.sends_seen_as("sacro", Category.II)
    asked = ward.read(MessageKind.QUESTION)
    ward.advance(minutes=1)
    second = ward.sends_seen_as("", Category.II)
    assert ward.read(MessageKind.QUESTION) == asked
    _answers(ward, "2")
    assert _case(ward, second).site is None
    assert first != second


def test_another_case_is_asked_about_when_its_turn_comes(ward: QuietWard) -> None:
    """After the last answer about the first."""
    ward.sends_seen_as("sacro", Category.II)
    ward.advance(minutes=1)
    ward.sends_seen_as("", Category.II)
    for _ in range(4):
        if "¿Dónde está" in ward.read(MessageKind.QUESTION):
            break
        _answers(ward, "omitir")
    assert "¿Dónde está la herida?" in ward.read(MessageKind.QUESTION)


def test_a_question_of_a_case_that_somebody_took_holds_up_no_other(ward: QuietWard) -> None:
    """People ask about that one now."""
    first = ward.sends_seen_as("", Category.III)
    with ward.transaction() as tx:
        move_case(tx, case_by_id(tx, first), CaseStatus.WITH_CLINICIAN, "test")
    ward.advance(minutes=1)
    second = ward.sends_seen_as("", Category.II)
    _answers(ward, "3")
    assert _case(ward, second).site == "heel_left"
    assert _case(ward, first).site is None


def test_an_emergency_is_asked_nothing(ward: QuietWard) -> None:
    """A person has been called: no list stands in between."""
    ward.sends_seen_as("fiebre de 39 y confusa", Category.III)
    assert ward.read(MessageKind.QUESTION) == ""


def test_a_nurse_who_reads_english_is_asked_in_english(ward: QuietWard) -> None:
    """With the same answers, typed in English."""
    with ward.transaction() as tx:
        (nurse,) = all_staff(tx, Role.NURSE)
        speak(tx, nurse.id, Language.EN)
    case_id = ward.sends_seen_as("sacral", Category.I)
    assert "does it turn pale?" in ward.read(language=Language.EN)
    _answers(ward, "no")
    assert _row(ward, case_id) == ("8b", Urgency.PRIORITY)


def test_the_card_says_whose_wound_it_is_and_what_was_felt(ward: QuietWard) -> None:
    """Patient, site, the nurse's answers, earlier cases and the likely categories in words."""
    ward.sends_seen_as("UCI-204 sacro", Category.II)
    ward.advance(days=3)
    ward.sends_seen_as("UCI-204 sacro", Category.III)
    _answers(ward, "no")
    card = ward.card()
    assert "*Paciente:* UCI-204" in card
    assert "*Sitio:* Sacro" in card
    assert "¿Tiene fiebre o escalofríos? *No*" in card
    assert "categoría II (97 %), misma herida" in card
    assert "*Categoría:* categoría III 97 %" in card


def test_fever_after_the_answer_leaves_a_case_that_can_be_worked_on(ward: QuietWard) -> None:
    """It was answered and nobody waited for it; now it waits for a person, who can close it."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    assert _case(ward, case_id).status is CaseStatus.ANSWERED
    ward.says("ahora tiene 38,9")
    assert _case(ward, case_id).status is CaseStatus.AWAITING_PERSON
    ward.post_everything()
    with ward.transaction() as tx:
        called = escalation_of(tx, case_id)
        assert called
        ward.presses("U0DOCTOR", tx, case_id, called.id)
        form = ward.presses("U0DOCTOR", tx, case_id, called.id, Deed.CLOSE)
        assert form
        assert ward.fills("U0DOCTOR", tx, case_id, form, outcome="treated") == {}
    assert _case(ward, case_id).status is CaseStatus.CLOSED


def test_a_second_tap_says_nothing_of_another_case(ward: QuietWard) -> None:
    """An old question of the first case is still open when the second one was answered last."""
    first = ward.sends_seen_as("sacro", Category.II)
    ward.advance(minutes=40)
    second = ward.sends_seen_as("talón derecho", Category.II)
    assert _case(ward, second).code in ward.read(MessageKind.QUESTION)
    _answers(ward, "1", "1")
    with ward.store.snapshot() as snapshot:
        assert escalation_of(snapshot, second)
        assert escalation_of(snapshot, first) is None


@pytest.mark.parametrize("said", ["gracias", "ok", "👍", "..."])
def test_thanks_are_no_place_of_the_body(ward: QuietWard, said: str) -> None:
    """The question for another place waits on, and the card names no place that is none."""
    case_id = ward.sends_seen_as("", Category.II)
    ward.taps("Otro lugar", MessageKind.QUESTION)
    ward.says(said)
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case_id).site is None
    ward.says("nuca")
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case_id).site == "nuca"
