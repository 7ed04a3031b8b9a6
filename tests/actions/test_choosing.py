"""What a nurse presses in WhatsApp, and what becomes of it."""

import dataclasses

import pytest
from sqlalchemy import func, select

from bot.actions.undelivered import report_delivery
from bot.core.assessment import Category
from bot.core.case import CaseStatus
from bot.core.inbound import Channel, DeliveryReport, DeliveryState
from bot.core.message import MessageKind
from bot.core.reminder import ReminderStatus
from bot.core.staff import Language
from bot.store import tables as t
from bot.store.case_rows import case_by_code, case_by_id, latest_decision, move_case
from bot.store.inbound_rows import texts_of_case
from bot.store.reminder_rows import reminder_of
from bot.store.said_rows import message_by_id
from tests.actions.conftest import QuietWard


def _two_cases(ward: QuietWard) -> tuple[str, str]:
    """The codes, the older first."""
    ward.says("Sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("Talón derecho", photos=1)
    with ward.store.snapshot() as snapshot:
        query = select(t.cases.c.code).order_by(t.cases.c.opened_at)
        first, second = (row.code for row in snapshot.all(query))
    return first, second


def _words_in(ward: QuietWard, code: str) -> list[str]:
    with ward.store.snapshot() as snapshot:
        case = case_by_code(snapshot, code)
        assert case
        return [text for _, text in texts_of_case(snapshot, case.id)]


def test_case_39_she_chooses_the_case_and_need_not_repeat_herself(ward: QuietWard) -> None:
    """The words that could belong to two cases wait, and go where she says."""
    first, second = _two_cases(ward)
    ward.says("mide 3 cm")
    asked = ward.read(MessageKind.WHICH_CASE)
    assert f"*{second}* (Talón derecho), *{first}* (Sacro)" in asked
    ward.taps(first, MessageKind.WHICH_CASE)
    assert ward.read().startswith(f"Anotado en el *caso {first}*. Por ahora no lo ve ningún")
    assert "No clinician sees it for now" in ward.read(None, Language.EN)
    assert _words_in(ward, first) == ["Sacro", "mide 3 cm"]
    assert _words_in(ward, second) == ["Talón derecho"]


def test_case_39_the_code_can_be_typed(ward: QuietWard) -> None:
    """As an answer it is no words of the case."""
    first, _ = _two_cases(ward)
    ward.says("mide 3 cm")
    ward.says(first.lower())
    assert _words_in(ward, first) == ["Sacro", "mide 3 cm"]


def test_a_case_that_was_closed_meanwhile_takes_no_words(ward: QuietWard) -> None:
    """She is told so; the words are kept where they arrived."""
    first, _ = _two_cases(ward)
    ward.says("mide 3 cm")
    with ward.store.snapshot() as snapshot:
        case = case_by_code(snapshot, first)
        assert case
    ward.has_read(case.id, Category.II)
    with ward.transaction() as tx:
        move_case(tx, case_by_id(tx, case.id), CaseStatus.CLOSED, "test")
    ward.taps(first, MessageKind.WHICH_CASE)
    assert "ya está cerrado" in ward.read()
    assert _words_in(ward, first) == ["Sacro"]


def test_a_button_that_was_answered_says_so(ward: QuietWard) -> None:
    """On a phone the buttons stay: a second press is neither silence nor another answer."""
    case_id = ward.sends_seen_as("", Category.II)
    ward.post_everything()
    ward.taps("Sacro", MessageKind.QUESTION)
    question = ward.read(MessageKind.QUESTION)
    ward.says("Talón derecho", payload=_payload(ward, "heel_right"))
    assert "ya estaba respondida; nada cambió" in ward.read()
    assert ward.read(MessageKind.QUESTION) == question
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case_id).site == "sacrum"


def _looks_alike(ward: QuietWard) -> tuple[str, str]:
    """The ids of two cases whose captions say neither place nor patient, the older first."""
    ward.rules = dataclasses.replace(ward.rules, offers_buttons=True)
    first = ward.sends_seen_as("talón derecho", Category.II)
    ward.advance(minutes=5)
    second = ward.sends_seen_as("", Category.III)
    return first, second


def test_a_second_photo_of_the_same_wound_is_linked_by_one_press(ward: QuietWard) -> None:
    """It had a case of its own; now it knows the place, and is compared with the first."""
    first, second = _looks_alike(ward)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, first).code
    asked = ward.read(MessageKind.RECEIVED)
    assert f"¿Es la misma herida de un caso abierto? *{code}* (Talón derecho)." in asked
    ward.taps(code, MessageKind.RECEIVED)
    assert "es la misma herida que el" in ward.read(MessageKind.LINKED)
    with ward.store.snapshot() as snapshot:
        now = case_by_id(snapshot, second)
        assert (now.follows, now.site) == (first, "heel_right")
        assert case_by_id(snapshot, first).status is not CaseStatus.CLOSED
        last = latest_decision(snapshot, second)
        assert last is not None
        assert "worse_than_last" in str(last.inputs)
        assert snapshot.value(select(func.count()).select_from(t.comparisons)) == 1


def test_a_photo_that_is_linked_is_the_one_that_a_reminder_waited_for(ward: QuietWard) -> None:
    """Whatever its own decision: nobody is told that no photo came."""
    first, _ = _looks_alike(ward)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, first).code
        waiting = reminder_of(snapshot, first)
    assert waiting
    assert waiting.status is ReminderStatus.PLANNED
    ward.taps(code, MessageKind.RECEIVED)
    with ward.store.snapshot() as snapshot:
        answered = reminder_of(snapshot, first)
    assert answered
    assert answered.status is ReminderStatus.ANSWERED


def test_a_call_for_a_person_is_no_wound_that_a_photo_could_show(ward: QuietWard) -> None:
    """Its case says nothing of any."""
    ward.rules = dataclasses.replace(ward.rules, offers_buttons=True)
    ward.says("quiero hablar con una persona")
    ward.advance(minutes=5)
    ward.says("talón derecho", photos=1)
    assert "misma herida" not in ward.read(MessageKind.RECEIVED)


def test_another_wound_stays_another(ward: QuietWard) -> None:
    """Said once, and nothing is linked."""
    _, second = _looks_alike(ward)
    ward.taps("Otra herida", MessageKind.RECEIVED)
    assert "es otra herida" in ward.read(MessageKind.LINKED)
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, second).follows is None


def test_an_answer_typed_for_an_earlier_question_finds_it(ward: QuietWard) -> None:
    """ "Omitir" is no answer to the receipt that came after."""
    _looks_alike(ward)
    asked = ward.read(MessageKind.QUESTION)
    ward.says("omitir")
    assert ward.read(MessageKind.QUESTION) != asked
    assert "no está en la lista" not in ward.read()


def test_two_lists_of_numbers_are_never_open_at_once(ward: QuietWard) -> None:
    """Without buttons, a receipt asks nothing while a question waits."""
    ward.sends_seen_as("talón derecho", Category.II)
    ward.advance(minutes=5)
    ward.says("", photos=1)
    assert "misma herida" not in ward.read(MessageKind.RECEIVED)


@pytest.mark.parametrize(("first", "second"), [("sacro", "talón derecho"), ("HV-1001", "HV-1002")])
def test_what_cannot_be_the_same_wound_is_not_asked(
    ward: QuietWard, first: str, second: str
) -> None:
    """Another place, or another patient."""
    ward.sends_seen_as(first, Category.II)
    ward.advance(minutes=5)
    ward.says(second, photos=1)
    assert "misma herida" not in ward.read(MessageKind.RECEIVED)


def _payload(ward: QuietWard, word: str) -> str:
    query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.QUESTION)
    with ward.store.snapshot() as snapshot:
        for row in snapshot.all(query):
            for one in message_by_id(snapshot, row.id).message.facts["choices"]:  # type: ignore[attr-defined]
                if one["word"] == word:
                    return str(one["payload"])
    raise AssertionError(word)


def test_a_button_of_an_approved_template_is_known_by_its_label(ward: QuietWard) -> None:
    """Its payload is the same for every case: what it answers says which one."""
    case_id = ward.sends_seen_as("", Category.II)
    ward.post_everything()
    ward.taps("Sacro", MessageKind.QUESTION, payload="sacrum")
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, case_id).site == "sacrum"


def test_the_words_of_a_button_are_not_the_nurses(ward: QuietWard) -> None:
    """ "New confusion" pressed in NEWS2 counts in the total and opens no case of its own."""
    ward.says("news2")
    for given in ("30", "92"):
        ward.says(given)
    ward.taps("oxígeno", MessageKind.SCALE_QUESTION)
    for given in ("120", "80"):
        ward.says(given)
    ward.taps("confusión nueva", MessageKind.SCALE_QUESTION)
    assert "7 de 7" in ward.read(MessageKind.SCALE_QUESTION)
    with ward.store.snapshot() as snapshot:
        assert snapshot.all(select(t.cases)) == []
    ward.says("37,2")
    assert ward.read(MessageKind.SCALE_RESULT)


def test_an_unknown_button_is_refused(ward: QuietWard) -> None:
    """What no message offered is nobody's answer."""
    ward.sends_seen_as("", Category.II)
    ward.post_everything()
    ward.taps("Rodilla", MessageKind.QUESTION, payload="answer:x:knee")
    assert "no corresponde a ninguna pregunta" in ward.read()


def test_a_question_whose_buttons_were_dropped_goes_as_numbered_lines(ward: QuietWard) -> None:
    """Once; if that fails too, it takes the next route as any message does."""
    ward.rules = dataclasses.replace(ward.rules, offers_buttons=True)
    ward.sends_seen_as("", Category.II)
    ward.post_everything()
    for count, expected in ((1, 2), (2, 2)):
        with ward.transaction() as tx:
            asked = _questions(ward)[-1]
            report = DeliveryReport(f"ts-{asked}", DeliveryState.UNDELIVERED, "63021")
            report_delivery(tx, report, ward.rules)
        assert len(_questions(ward)) == expected, count
        ward.post_everything()
    last = ward.read(MessageKind.QUESTION)
    assert "3. Talón izquierdo" in last
    ward.says("3")
    assert "Anotado: Talón izquierdo." in ward.read()
    # The one that was dropped is no longer open: the next number is the next question's.
    ward.says("2")
    assert "Anotado: No." in ward.read()


def _questions(ward: QuietWard) -> list[str]:
    """Those that went to the phone, oldest first."""
    query = (
        select(t.outbox.c.id)
        .join(t.threads, t.threads.c.id == t.outbox.c.thread_id)
        .where(t.outbox.c.kind == MessageKind.QUESTION, t.threads.c.channel == Channel.WHATSAPP)
        .order_by(t.outbox.c.seq)
    )
    with ward.store.snapshot() as snapshot:
        return [row.id for row in snapshot.all(query)]


def test_in_english_too(ward: QuietWard) -> None:
    """The answers are read in the language in which they were offered."""
    ward.says("language English")
    first, _ = _two_cases(ward)
    ward.says("it is 3 cm wide")
    assert "Choose one and what you wrote" in ward.read(MessageKind.WHICH_CASE, Language.EN)
    ward.taps(first, MessageKind.WHICH_CASE)
    assert _words_in(ward, first) == ["Sacro", "it is 3 cm wide"]
