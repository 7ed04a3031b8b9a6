"""What is typed after /vigia: who is answered what, and a danger in the words."""

import pytest
from sqlalchemy import func, select

from bot.actions.asking import question_of
from bot.actions.intake import receive
from bot.actions.slash import Reply, answer_slash
from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.inbound import Channel, InboundMessage, SlashCommand
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.staff import Language, Role
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id, open_cases_of
from bot.store.escalation_rows import open_escalations
from bot.store.said_rows import message_by_id
from bot.store.staff_rows import all_staff, enrol
from tests.actions.conftest import QuietWard

_WORDING = Wording(CHECKOUT / "templates")


def types(ward: QuietWard, user: str, text: str, id: str = "") -> Reply:
    ward._count += 1
    url = "https://hooks.slack.com/commands/T1/1/secret"
    used = SlashCommand(id or f"trigger{ward._count}", user, text, url)
    with ward.transaction() as tx:
        return answer_slash(tx, used, ward.rules)


def said(reply: Reply, language: Language | None = None) -> str:
    language = language or reply.language
    return _WORDING.words(reply.kind, Channel.SLACK, language, reply.facts).text


def asked(ward: QuietWard) -> list[str | None]:
    """What waits in the outbox to be searched."""
    with ward.store.snapshot() as snapshot:
        ids = snapshot.all(select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.ANSWER))
        return [question_of(message_by_id(snapshot, row.id).message) for row in ids]


def cases(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(t.cases)))


def enrols(ward: QuietWard, name: str, role: Role, user: str) -> None:
    with ward.transaction() as tx:
        enrol(
            tx,
            name=name,
            role=role,
            language=Language.ES,
            phone=None,
            slack_user=user,
            actor="test",
        )


def test_help_names_every_word(ward: QuietWard) -> None:
    """The same short text in the person's language; what was not understood is said first."""
    for text in ("", "ayuda", "help", "xyz"):
        reply = types(ward, "U0NURSE1", text)
        assert reply.kind is MessageKind.SLASH_HELP
        assert "/vigia estado" in said(reply)
        assert "/vigia status" in said(reply, Language.EN)
        assert said(reply).startswith("No entendí «xyz».") == (text == "xyz")
        assert said(reply, Language.EN).startswith("I did not understand “xyz”.") == (text == "xyz")


def test_the_language_is_switched_by_its_name(ward: QuietWard) -> None:
    """Answered in the new one, once, and so is what follows."""
    assert "From now on" in said(types(ward, "U0NURSE1", "english"))
    assert "*/vigia help*" in said(types(ward, "U0NURSE1", "help"))
    assert "Desde ahora" in said(types(ward, "U0NURSE1", "en español"))


def test_a_person_is_called_by_a_command(ward: QuietWard) -> None:
    """As from the chat, and never as if the words had been a danger."""
    reply = types(ward, "U0NURSE1", "persona")
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        code = case_by_id(snapshot, escalation.case_id).code
    assert f"Se llamó a una persona: caso {code}." in said(reply)
    assert f"A person was called: case {code}." in said(reply, Language.EN)
    assert "peligro" not in said(reply)


def test_reminders_are_stopped_by_a_command(ward: QuietWard) -> None:
    """Those of the person who types it."""
    ward.sends_seen_as("sacro", Category.II)
    stopped = said(types(ward, "U0NURSE1", "no más recordatorios"))
    assert "Sin más recordatorios del *caso" in stopped
    assert "No tiene recordatorios" in said(types(ward, "U0NURSE1", "stop reminders"))


def test_a_nurse_asks_for_her_own_cases_only(ward: QuietWard) -> None:
    """Another's case and an unknown code get the same answer; a clinician sees any."""
    case_id = ward.sends_seen_as("sacro", Category.II)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, case_id).code
    enrols(ward, "Inés", Role.NURSE, "U0NURSE2")
    assert f"*{code}*: " in said(types(ward, "U0NURSE1", f"caso {code.lower()}"))
    assert f"*{code}*: " in said(types(ward, "U0NURSE1", "estado"))
    assert f"*{code}*: " in said(types(ward, "U0DOCTOR", f"case {code}"))
    hidden = said(types(ward, "U0NURSE2", f"caso {code}"))
    assert "Usted no tiene un *caso" in hidden
    assert hidden.replace(code, "ZZZZ") == said(types(ward, "U0NURSE2", "caso ZZZZ"))
    assert "no tiene casos abiertos" in said(types(ward, "U0NURSE2", "estado"))


def test_a_clinician_hears_what_waits(ward: QuietWard) -> None:
    """How many nobody has taken, and which the clinician has."""
    ward.says("fiebre de 39 y confuso")
    assert "*Sin tomar:* 1" in said(types(ward, "U0DOCTOR", "estado"))
    assert "*Not taken:* 1" in said(types(ward, "U0DOCTOR", "status"), Language.EN)
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    ward.post_everything()
    with ward.transaction() as tx:
        ward.presses("U0DOCTOR", tx, escalation.case_id, escalation.id)
    taken = said(types(ward, "U0DOCTOR", "estado"))
    assert "*Sin tomar:* 0" in taken
    assert "lo tiene un profesional (Bruno)" in taken


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_runs_the_house_hears_counts(ward: QuietWard, role: Role) -> None:
    """No case, by its code neither."""
    ward.says("fiebre de 39 y confuso")
    enrols(ward, "Olga", role, "U0OLGA")
    with ward.store.snapshot() as snapshot:
        (case,) = open_cases_of(snapshot, all_staff(snapshot, Role.NURSE)[0].id)
    counts = said(types(ward, "U0OLGA", "estado"))
    assert "*Escalamientos sin tomar:* 1" in counts
    assert case.code not in counts
    assert "no los casos mismos" in said(types(ward, "U0OLGA", f"caso {case.code}"))


def test_a_question_goes_to_the_protocols(ward: QuietWard) -> None:
    """With the word or without it, once for a command; nothing is opened."""
    for text in ("preguntar cada cuánto lo giro", "¿cada cuánto lo giro?", "ask cada cuánto"):
        for _ in range(2):
            reply = types(ward, "U0NURSE1", text, id=text)
            assert reply.kind is MessageKind.SLASH_ASKED
    assert asked(ward) == ["cada cuánto lo giro", "¿cada cuánto lo giro?", "cada cuánto"]
    assert types(ward, "U0NURSE1", "preguntar").kind is MessageKind.SLASH_HELP
    assert cases(ward) == 0
    with ward.store.snapshot() as snapshot:
        sealed = snapshot.all(select(t.outbox.c.facts_sealed))
    assert not any(b"secret" in bytes(row.facts_sealed) for row in sealed)


@pytest.mark.parametrize(
    "text",
    [
        "preguntar paciente con fiebre 39 y confuso, cada cuánto lo giro?",
        "ask patient with fever 39 and confused, how often to turn?",
        "paciente con fiebre 39 y confuso",
        "estado fiebre 39 y confuso",
    ],
)
def test_a_danger_in_the_words_is_never_lost(ward: QuietWard, text: str) -> None:
    """Whatever the word, a person is called, the case goes on in the direct messages, and the
    same command twice is one case."""
    for _ in range(2):
        reply = types(ward, "U0NURSE1", text, id="once")
        assert reply.kind is MessageKind.SLASH_DANGER
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        code = case_by_id(snapshot, escalation.case_id).code
    assert f"caso {code}" in said(reply)
    assert "médico de turno" in said(reply)
    assert f"case {code}" in said(reply, Language.EN)
    question = text.partition(" ")[2]
    assert asked(ward) == ([question] if text.startswith(("preguntar", "ask")) else [])
    assert "Emergencia" in ward.card()


def test_the_case_of_a_command_goes_on_where_the_nurse_writes_next(ward: QuietWard) -> None:
    """Vigia spoke first, in the direct messages; what is written there belongs to that case."""
    types(ward, "U0NURSE1", "fiebre 39 y confuso")
    message = InboundMessage(
        "D0NURSE1:9.5",
        Channel.SLACK,
        "U0NURSE1",
        Address("D0NURSE1"),
        "también orina poco",
        (),
        ward.now,
    )
    with ward.transaction() as tx:
        receive(tx, message, ward.rules)
    assert "orina poco" in ward.read(MessageKind.FROM_NURSE)
    types(ward, "U0NURSE1", "presión 80/40")
    assert cases(ward) == 1


def test_who_is_on_call_is_said_and_the_duty_taken_over(ward: QuietWard) -> None:
    """Once for a command; whoever is relieved is told, and a nurse cannot."""
    nobody = said(types(ward, "U0NURSE1", "turno"))
    assert "Sin turno anotado: enfermera de heridas, médico de turno," in nobody
    assert "escriba *persona*" in nobody
    assert "/vigia turno 8" in said(types(ward, "U0DOCTOR", "¿quién está de guardia?"))
    enrols(ward, "Dora", Role.PHYSICIAN, "U0DORA")
    for _ in range(2):
        taken = types(ward, "U0DOCTOR", "turno 8", id="once")
    assert "*Bruno* hasta" in said(taken)
    with ward.store.snapshot() as snapshot:
        assert snapshot.value(select(func.count()).select_from(t.on_call_overrides)) == 1
    ward.advance(minutes=1)
    assert "Se avisó a quien lo tenía: Bruno." in said(types(ward, "U0DORA", "turno tomar 4 h"))
    assert "Dora" in ward.read(MessageKind.RELIEVED)
    assert "*Dora* until" in said(types(ward, "U0NURSE1", "oncall"), Language.EN)
    assert "no puede estar de turno" in said(types(ward, "U0NURSE1", "turno 8"))
    assert "entre 1 y 24 horas" in said(types(ward, "U0DOCTOR", "turno 99"))
    assert "You are on call" in said(types(ward, "U0DOCTOR", "oncall 8"), Language.EN)


def test_a_stranger_is_refused_and_nothing_is_kept(ward: QuietWard) -> None:
    """Not the words, and no case, dangerous as they may be."""
    reply = types(ward, "U0STRANGER", "fiebre 39 y confuso")
    assert reply.kind is MessageKind.NOT_ENROLLED
    assert cases(ward) == 0
    with ward.store.snapshot() as snapshot:
        assert snapshot.value(select(t.inbound.c.text_sealed)) is None
