"""What a nurse may ask of Vigia in plain words, and what is never taken for it."""

from pathlib import Path

import pytest

from bot.core.commands import Command, CommandKind, find_command
from bot.core.staff import Language
from bot.settings import CHECKOUT

_HERE = Path(__file__).parent
_GIVEN = [line.split("\t") for line in (_HERE / "commands.tsv").read_text("utf-8").splitlines()]
_SAID_IN_CHATS = [
    *(_HERE / "phrases").glob("*.tsv"),
    *(_HERE.parent / "ask").glob("*/*.tsv"),
    *(
        file
        for file in (CHECKOUT / "jobs" / "training" / "phrases").glob("*.tsv")
        if file.stem != "house_words"
    ),
]
# Each asks just that.
_ASKED = {
    "SOS",
    "cómo te mando la foto?",
    "¿me llegó respuesta?",
    "did you get the photo?",
    "¿alguien la vio ya?",
    "has anyone looked at it?",
}


@pytest.mark.parametrize(("meant", "text"), _GIVEN)
def test_plain_words_are_understood(meant: str, text: str) -> None:
    """As a hurried nurse writes them: without accents, with courtesies and a slip of the finger."""
    command = find_command(text)
    assert command is not None
    if meant in set(Language):
        assert command == Command(CommandKind.LANGUAGE, language=Language(meant))
    else:
        code = "7K2F" if meant == "case" else None
        assert command == Command(CommandKind(meant), code=code)


@pytest.mark.parametrize(
    "text",
    [
        "stop reminders 7K2F",
        "Stop the reminders for case 7k2f please",
        "no more reminders about 7K2F",
        "don't remind me of 7K2F any more",
        "cancel reminders of the case 7K2F",
        "no me recuerde más el 7K2F",
        "no me recuerden mas el caso 7k2f por favor",
        "pare los recordatorios del caso 7K2F",
        "detener recordatorios 7K2F",
        "detener los recordatorios del 7K2F, gracias",
        "sin recordatorios del caso 7K2F",
        "ya no me pidan fotos del 7K2F",
        "quite los recordatorios del código 7K2F",
    ],
)
def test_the_reminders_of_one_case_are_stopped_by_its_code(text: str) -> None:
    """The code may stand wherever it stands."""
    assert find_command(text) == Command(CommandKind.STOP_REMINDERS, code="7K2F")


@pytest.mark.parametrize(
    "text",
    [
        "stop all reminders",
        "no more reminders for all my cases",
        "detener todos los recordatorios",
        "pare todos los recordatorios de todos mis casos",
    ],
)
def test_the_reminders_of_every_case_are_stopped_by_saying_all(text: str) -> None:
    """Where "stop" alone would mean one case."""
    assert find_command(text) == Command(CommandKind.STOP_REMINDERS, of_all=True)


def test_what_is_said_of_a_wound_is_never_a_command() -> None:
    """Nothing of what strangers wrote of danger, of wounds and of protocols is taken for one."""
    texts = {
        line.rpartition("\t")[2]
        for file in _SAID_IN_CHATS
        for line in file.read_text("utf-8").splitlines()
    }
    assert {text for text in texts if find_command(text)} == _ASKED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hola",
        "gracias",
        "por favor",
        "no",
        "7K2F",
        "persona con herida en sacro",
        "estado febril",
        "la persona pide ayuda y tiene dolor",
        "caso de ayer, sacro",
        "mis casos de hoy: sacro y talón",
        "el paciente habla inglés",
        "urgente: sangra mucho",
        "case closed yesterday",
        "ingle",
        "lengua",
        "ya no me responde",
        "no entiende",
        "llamé al médico",
        "avisé al médico de turno",
        "el médico de turno ya la vio",
        "nurse on duty saw the patient",
        "estado general malo",
        "sin novedades",
        "buenas noches turno",
        "muchas gracias por la ayuda",
        "ayuda para girar al paciente",
        "she needs help",
        "recuérdeme mañana",
        "remind me later",
        "no deje de recordarme",
        "7K2F, gracias",
    ],
)
def test_a_description_is_never_a_command(text: str) -> None:
    """What says more than the command belongs to the case."""
    assert find_command(text) is None


def test_every_command_can_be_said_in_both_languages() -> None:
    """A command nobody can give would be dead."""
    for kind, said in (
        (CommandKind.HELP, ("ayuda", "help")),
        (CommandKind.STATUS, ("estado", "status")),
        (CommandKind.MY_CASES, ("mis casos", "my cases")),
        (CommandKind.CASE, ("caso 7K2F", "case 7K2F")),
        (CommandKind.LANGUAGE, ("idioma", "language")),
        (CommandKind.PERSON, ("persona", "person")),
        (CommandKind.STOP_REMINDERS, ("detener recordatorios", "stop reminders")),
        (CommandKind.WHAT_NOW, ("qué hago ahora", "what do I do now")),
        (CommandKind.ON_CALL, ("quién está de turno", "who is on call")),
    ):
        assert [command and command.kind for command in map(find_command, said)] == [kind] * 2
    meant = {"language" if meant in set(Language) else meant for meant, _ in _GIVEN}
    assert meant == set(CommandKind)
