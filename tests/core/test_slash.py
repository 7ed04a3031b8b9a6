"""The words after /vigia, in both languages."""

import pytest

from bot.core.commands import CommandKind
from bot.core.slash import AS_IN_THE_CHAT, WORDS, SlashWord, hours_meant, read_slash


def test_every_word_can_be_said_and_means_one_thing():
    """The table is complete, and no spelling stands in it twice."""
    assert set(WORDS) | set(AS_IN_THE_CHAT.values()) == set(SlashWord)
    assert set(AS_IN_THE_CHAT) == set(CommandKind)
    spellings = [spelling for said in WORDS.values() for spelling in said]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("estado", SlashWord.STATUS, ""),
        ("status", SlashWord.STATUS, ""),
        ("Mis casos", SlashWord.STATUS, ""),
        ("caso 7k2m", SlashWord.CASE, "7K2M"),
        ("caso", SlashWord.CASE, ""),
        ("cómo va el 7k2m", SlashWord.CASE, "7K2M"),
        ("english", SlashWord.LANGUAGE, "en"),
        ("en español", SlashWord.LANGUAGE, "es"),
        ("idioma", SlashWord.LANGUAGE, ""),
        ("persona", SlashWord.PERSON, ""),
        ("no más recordatorios", SlashWord.STOP_REMINDERS, ""),
        ("¿quién está de turno?", SlashWord.ON_CALL, ""),
        ("Case 7K2M ", SlashWord.CASE, "7K2M"),
        (
            "preguntar cada cuánto giro a un paciente",
            SlashWord.ASK,
            "cada cuánto giro a un paciente",
        ),
        ("ask how often to turn", SlashWord.ASK, "how often to turn"),
        ("¿cada cuánto lo giro?", SlashWord.ASK, "¿cada cuánto lo giro?"),
        ("turno", SlashWord.ON_CALL, ""),
        ("oncall take 8", SlashWord.ON_CALL, "take 8"),
        ("ayuda", SlashWord.HELP, ""),
        ("help", SlashWord.HELP, ""),
        ("", SlashWord.HELP, ""),
        ("xyz", SlashWord.HELP, "xyz"),
    ],
)
def test_a_word_is_told_from_what_follows_it(text, word, rest):
    """A question needs no word; what says nothing gets help."""
    assert read_slash(text) == (word, rest)


@pytest.mark.parametrize(
    ("rest", "hours"),
    [
        ("8", 8),
        ("8 h", 8),
        ("tomar 12 horas", 12),
        ("take 1 hour", 1),
        ("99", 99),
        ("", None),
        ("mañana", None),
        ("a las 8", None),
        ("-8", None),
    ],
)
def test_hours_are_meant_only_where_nothing_else_is_said(rest, hours):
    """A duty is not taken by a slip."""
    assert hours_meant(rest) == hours
