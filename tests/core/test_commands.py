"""What a nurse may ask of Vigia in plain words, and what is never taken for it."""

import pytest

from bot.core.commands import PHRASES, Command, CommandKind, find_command
from bot.core.staff import Language

HELP, STATUS = Command(CommandKind.HELP), Command(CommandKind.STATUS)
MINE, PERSON = Command(CommandKind.MY_CASES), Command(CommandKind.PERSON)
ASKED = Command(CommandKind.CASE, code="7K2F")
SPANISH = Command(CommandKind.LANGUAGE, language=Language.ES)
ENGLISH = Command(CommandKind.LANGUAGE, language=Language.EN)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("AYUDA!!", HELP),
        ("Hola, ayúda por favor", HELP),
        ("please help", HELP),
        ("Estdo", STATUS),
        ("¿Cómo va el caso?", STATUS),
        ("status?", STATUS),
        ("quiero ver mis casos", MINE),
        ("My cases, please", MINE),
        ("caso 7k2f", ASKED),
        ("Hola, ver caso #7K2F, gracias", ASKED),
        ("how is case 7K2F?", ASKED),
        ("english", ENGLISH),
        ("In English, please", ENGLISH),
        ("inglés", ENGLISH),
        ("en español, por favor", SPANISH),
        ("Spanish", SPANISH),
        ("idioma", Command(CommandKind.LANGUAGE)),
        ("I want to talk to a person", PERSON),
        ("necesito hablar con un médico", PERSON),
        ("talk to a docter", PERSON),
        ("I need help", PERSON),
    ],
)
def test_plain_words_are_understood(text: str, command: Command) -> None:
    """Accents, case, courtesies and one slip of the finger do not matter."""
    assert find_command(text) == command


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
    ):
        assert [command and command.kind for command in map(find_command, said)] == [kind] * 2
    assert set(PHRASES) | {CommandKind.CASE} == set(CommandKind)
