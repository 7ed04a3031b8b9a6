"""A nurse asks something of Vigia itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions.intake import receive
from bot.actions.on_call import take_over
from bot.channels.wording import Wording
from bot.core.case import CaseStatus
from bot.core.escalation import EscalationStatus
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.staff import Language, Role
from bot.core.urgency import Urgency
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id, open_cases_of
from bot.store.escalation_rows import open_escalations
from bot.store.said_rows import Outgoing, message_by_id
from bot.store.staff_rows import enrol, staff_by_sender
from tests.actions.conftest import NURSE, QuietWard

_WORDING = Wording(CHECKOUT / "templates")


def _told(ward: QuietWard, kind: MessageKind) -> list[Outgoing]:
    query = select(t.outbox.c.id).where(t.outbox.c.kind == kind).order_by(t.outbox.c.seq)
    with ward.store.snapshot() as snapshot:
        return [message_by_id(snapshot, row.id) for row in snapshot.all(query)]


def _read(message: Outgoing) -> str:
    facts = message.message.facts
    return _WORDING.words(message.message.kind, Channel.WHATSAPP, message.language, facts).text


def _sends(ward: QuietWard, kind: AttachmentKind) -> None:
    attachment = Attachment(f"media/{kind}", kind)
    message = InboundMessage(
        f"SM{kind}", Channel.WHATSAPP, NURSE, Address(NURSE), "", (attachment,), ward.now
    )
    with ward.transaction() as tx:
        receive(tx, message, ward.rules)


def _cases(ward: QuietWard) -> list[str]:
    with ward.store.snapshot() as snapshot:
        ana = staff_by_sender(snapshot, Channel.WHATSAPP, NURSE)
        assert ana
        return [case.code for case in open_cases_of(snapshot, ana.id)]


def test_a_nurse_lists_her_cases_and_adds_no_words_to_them(ward: QuietWard) -> None:
    """Both open cases are named, the latest first; the question belongs to neither."""
    ward.says("Sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("Talón", photos=1)
    ward.says("Mis casos, por favor")
    (told,) = _told(ward, MessageKind.CASES)
    assert [line.split("*")[1] for line in _read(told).splitlines()] == _cases(ward)
    assert not _told(ward, MessageKind.WHICH_CASE)
    assert not _told(ward, MessageKind.TEXT_ADDED)


def test_status_is_of_the_one_case_it_can_mean(ward: QuietWard) -> None:
    """With one open case nobody has to say its code."""
    ward.says("Sacro", photos=1)
    ward.says("estado?")
    (told,) = _told(ward, MessageKind.CASES)
    (code,) = _cases(ward)
    assert code in _read(told)
    assert "se está leyendo la foto" in _read(told)


@pytest.mark.parametrize("words", ["No me han respondido", "¿alguien lo vio?", "still no answer"])
def test_a_nurse_whom_nobody_answers_reads_how_her_case_stands(ward: QuietWard, words: str) -> None:
    """And how to call a person: no second case is opened, and nobody is alarmed."""
    ward.says("Sacro", photos=1)
    ward.says(words)
    (told,) = _told(ward, MessageKind.CASES)
    (code,) = _cases(ward)
    assert code in _read(told)
    assert "Si necesita a alguien ahora, escriba *persona*" in _read(told)
    assert not _told(ward, MessageKind.RED_FLAG)
    ward.says("persona")
    assert f"*Caso {code}*: avisado" in _read(_told(ward, MessageKind.PERSON_CALLED)[0])


def test_a_nurse_whom_nobody_answers_is_helped_where_nothing_is_open(ward: QuietWard) -> None:
    """Nobody was asked anything yet: she reads how to."""
    ward.says("nadie me contesta")
    (told,) = _told(ward, MessageKind.CASES)
    assert "para que se avise a un profesional, escriba *persona*" in _read(told)
    assert _cases(ward) == []


def test_a_patient_who_does_not_answer_is_an_emergency(ward: QuietWard) -> None:
    """Whatever was asked before."""
    ward.says("Sacro", photos=1)
    ward.says("nadie me contesta")
    ward.says("no me responde")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.urgency is Urgency.EMERGENCY
    assert len(_cases(ward)) == 1


def test_a_photo_that_was_not_read_is_not_called_answered(ward: QuietWard) -> None:
    """Nor not urgent: nobody knows."""
    ward.says("Sacro", photos=1)
    with ward.store.snapshot() as snapshot:
        ana = staff_by_sender(snapshot, Channel.WHATSAPP, NURSE)
        assert ana
        (case,) = open_cases_of(snapshot, ana.id)
    ward.has_failed_to_read(case.id)
    ward.says("mis casos")
    (told,) = _told(ward, MessageKind.CASES)
    assert "foto no evaluada; envíe otra" in _read(told)
    assert "urgencia" not in _read(told)


def test_a_colleagues_case_is_answered_like_an_unknown_code(ward: QuietWard) -> None:
    """A code that was overheard opens nothing."""
    other = "+56911110009"
    with ward.transaction() as tx:
        enrol(
            tx,
            name="Olga",
            role=Role.NURSE,
            language=Language.ES,
            phone=other,
            slack_user=None,
            actor="test",
        )
    ward.says("Sacro", photos=1)
    (code,) = _cases(ward)
    for asked in (code, "ZZZZ"):
        message = InboundMessage(
            f"SM{asked}", Channel.WHATSAPP, other, Address(other), f"caso {asked}", (), ward.now
        )
        with ward.transaction() as tx:
            receive(tx, message, ward.rules)
    hers, nobodys = map(_read, _told(ward, MessageKind.CASES))
    assert hers.replace(code, "ZZZZ") == nobodys


def test_a_nurse_switches_her_language_by_saying_so(ward: QuietWard) -> None:
    """The answer comes in the new language, and so does what follows."""
    ward.says("English, please")
    ward.says("help")
    (switched,) = _told(ward, MessageKind.LANGUAGE)
    (told,) = _told(ward, MessageKind.HELP)
    assert "From now on" in _read(switched)
    assert told.language is Language.EN


def test_asking_for_a_person_calls_one_without_any_photo(ward: QuietWard) -> None:
    """A call with a case of its own, and the nurse reads who was called and by when."""
    ward.says("quiero hablar con una persona")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        case = case_by_id(snapshot, escalation.case_id)
    (told,) = _told(ward, MessageKind.PERSON_CALLED)
    assert escalation.urgency is Urgency.URGENT
    assert case.status is CaseStatus.AWAITING_PERSON
    assert "avisado: enfermera de heridas; se espera respuesta en menos de 30 min" in _read(told)
    assert len(_told(ward, MessageKind.CARD)) == 1


def test_asking_for_a_person_again_calls_in_the_same_case(ward: QuietWard) -> None:
    """Between two open cases it belongs to neither, and once called it is one call."""
    ward.says("Sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("Talón", photos=1)
    ward.says("persona")
    ward.advance(minutes=2)
    ward.says("necesito hablar con alguien")
    assert len(_cases(ward)) == 3
    first, again = _told(ward, MessageKind.PERSON_CALLED)
    assert first.case_id == again.case_id
    assert "responda a este mensaje" in _read(again)


def test_asking_for_a_person_in_a_taken_case_leaves_it_with_its_clinician(ward: QuietWard) -> None:
    """Who has the case gets the words; nobody else is called."""
    ward.says("le salió pus a la herida", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    with ward.transaction() as tx:
        ward.presses("U0WOUND1", tx, escalation.case_id, escalation.id)
    ward.says("necesito hablar con alguien")
    with ward.store.snapshot() as snapshot:
        assert open_escalations(snapshot) == []
    (told,) = _told(ward, MessageKind.PERSON_CALLED)
    assert "Carla tiene el caso" in _read(told)
    assert len(_told(ward, MessageKind.FROM_NURSE)) == 1


def test_a_person_asked_for_does_not_cut_the_reading_short(ward: QuietWard) -> None:
    """The photo of the case keeps the time by which it must be decided."""
    ward.says("Sacro", photos=1)
    ward.says("persona")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        case = case_by_id(snapshot, escalation.case_id)
    assert case.status is CaseStatus.READING
    assert case.decide_by is not None
    assert escalation.status is EscalationStatus.WAITING


def test_a_danger_is_never_taken_for_a_command(ward: QuietWard) -> None:
    """Red flags win over any plain word."""
    ward.says("ayuda, tiene fiebre de 39,5 y está confuso")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.urgency is Urgency.EMERGENCY
    assert not _told(ward, MessageKind.HELP)


@pytest.mark.parametrize("language", Language)
def test_case_36_each_kind_of_attachment_has_words_of_its_own(
    ward: QuietWard, language: Language
) -> None:
    """Whatever arrives is named, and the nurse reads what to send instead."""
    if language is Language.EN:
        ward.says("english")
    kinds = [kind for kind in AttachmentKind if kind is not AttachmentKind.PHOTO]
    for kind in kinds:
        _sends(ward, kind)
    answers = {_read(told) for told in _told(ward, MessageKind.CANNOT_READ)}
    # A forged and an unknown file share their words: the nurse can do nothing about either.
    assert len(answers) == len(kinds) - 1


@pytest.mark.parametrize("language", Language)
def test_every_state_of_a_case_has_words(language: Language) -> None:
    """A state without words would end in a message that cannot be sent."""
    for status in (*CaseStatus, "not_assessed"):
        state = {
            "code": "7K2F",
            "status": status,
            "urgency": None,
            "taken_by": None,
            "minutes": 3,
        }
        facts = {"asked": None, "cases": [state], "more": 0}
        words = _WORDING.words(MessageKind.CASES, Channel.WHATSAPP, language, facts)
        assert "7K2F" in words.text


def test_who_is_on_call_is_answered_in_the_chat(ward: QuietWard) -> None:
    """By name and in the site's own time; the open case gets no words of it."""
    ward.says("Sacro", photos=1)
    with ward.transaction() as tx:
        bruno = staff_by_sender(tx, Channel.SLACK, "U0DOCTOR")
        assert bruno
        take_over(tx, bruno, 24, ward.rules.site.zone)
    ends = (ward.now + timedelta(hours=24)).astimezone(ward.rules.site.zone)
    for text in ("¿quién está de turno?", "english", "who is on call?"):
        ward.says(text)
    spanish, english = map(_read, _told(ward, MessageKind.ON_CALL))
    assert f"médico de turno: *Bruno* hasta mañana a las {ends:%H:%M}" in spanish
    assert f"*Bruno* until tomorrow, {ends:%H:%M}" in english
    assert "escriba *persona*" in spanish
    assert "/vigia" not in spanish
    assert not _told(ward, MessageKind.TEXT_ADDED)
