"""A nurse says what the wound is, where the photo cannot."""

import pytest
from sqlalchemy import select

from bot.actions.replaying import replay
from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.staff import Language
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.said_rows import cards_of, message_by_id
from tests.actions.conftest import QuietWard

_WORDING = Wording(CHECKOUT / "templates")


def _told(ward: QuietWard, language: Language) -> str:
    with ward.store.snapshot() as snapshot:
        query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.RESULT)
        facts = message_by_id(snapshot, snapshot.value(query)).message.facts
    return _WORDING.words(MessageKind.RESULT, Channel.WHATSAPP, language, facts).text


@pytest.mark.parametrize(
    ("language", "said", "steps"),
    [
        (Language.ES, "en mucosa", "nunca se categoriza"),
        (Language.EN, "on a mucous membrane", "never staged"),
    ],
)
def test_a_mucosal_wound_gets_no_category(
    ward: QuietWard, language: Language, said: str, steps: str
) -> None:
    """Neither the nurse nor the clinicians read a category, and a person is called."""
    case_id = ward.sends_seen_as("lesión en la mucosa oral por el tubo", Category.II)
    text = _told(ward, language)
    assert said in text
    assert steps in text
    assert "categoría II" not in text
    assert "category II" not in text
    with ward.store.snapshot() as snapshot:
        facts = cards_of(snapshot, case_id)[0].message.facts
    card = _WORDING.words(MessageKind.CARD, Channel.SLACK, language, facts)
    assert said in str(card.blocks)
    assert "ategoría II" not in str(card.blocks)
    assert "ategory II" not in str(card.blocks)


def test_a_wound_from_a_device_keeps_its_category(ward: QuietWard) -> None:
    """The device is named beside the category, and its advice comes first."""
    ward.sends_seen_as("talón, marca por la férula", Category.II)
    text = _told(ward, Language.ES)
    assert "categoría II" in text
    assert "Según sus palabras: por dispositivo." in text
    assert "1. Suelte o cambie de lugar el dispositivo" in text


def test_what_the_wound_was_called_is_replayed(ward: QuietWard) -> None:
    """The words are kept sealed, and decide the same when they are read again."""
    id = ward.sends_seen_as("dermatitis del pañal en glúteos", Category.I)
    with ward.store.snapshot() as snapshot:
        (again,) = replay(snapshot, case_by_id(snapshot, id), ward.rules.table)
    assert again.is_same
    assert again.row == "10"
    assert "kind:iad" in again.now.why
