"""A second reader is heard after the answer went out, and never holds it up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions.deciding import decide_case
from bot.actions.second_opinion import weigh
from bot.channels.wording import Wording
from bot.core.assessment import Category, CategoryDistribution, Quality, assessed
from bot.core.case import FETCH_LEASE, READING_LEASE, CaseStatus, PhotoStatus
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.ports import ReadPhoto
from bot.core.second_opinion import Agreement, Description, Opinion
from bot.core.staff import Language
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import open_escalations
from bot.store.photo_rows import claim_photo, photos_of_case, save_reading, store_photo
from bot.store.said_rows import cards_of
from bot.store.second_opinion_rows import (
    ask_for_second,
    claim_second,
    overdue_seconds,
    seconds_of_case,
    seconds_to_ask,
)
from tests.actions.conftest import QuietWard

_PATIENCE = timedelta(minutes=15)
_WORDS = Description("Lecho con esfacelo.", "Bordes definidos.", "Piel roja.")


def _shows(category: Category, p: float = 0.97) -> CategoryDistribution:
    rest = (1 - p) / (len(Category) - 1)
    return CategoryDistribution({one: p if one is category else rest for one in Category})


def _opinion(category: Category | None) -> Opinion:
    shown = _shows(category) if category else None
    return Opinion("medgemma", shown, frozenset(), _WORDS)


def _answered(ward: QuietWard, category: Category) -> tuple[str, str]:
    """A photo that was read and decided on, and of which a second reader was asked."""
    ward.says("Sacro", photos=1)
    with ward.transaction() as tx:
        case_id = str(tx.value(select(t.cases.c.id)))
        photo_id = photos_of_case(tx, case_id)[0].id
        fetched = claim_photo(tx, photo_id, PhotoStatus.ANNOUNCED, FETCH_LEASE, "system:test")
        assert fetched
        store_photo(tx, fetched, b"a photo", False, "system:test")
    with ward.transaction() as tx:
        stored = claim_photo(tx, photo_id, PhotoStatus.STORED, READING_LEASE, "system:test")
        assert stored
        quality = Quality(800, 600, 0.5, 9.0)
        reading = assessed(_shows(category), model="onboard", p_wound=0.99, quality=quality)
        save_reading(tx, stored, ReadPhoto(reading), "system:test")
        ask_for_second(tx, stored, _PATIENCE, "system:test")
    with ward.transaction() as tx:
        decide_case(tx, case_id, ward.rules)
    return case_id, photo_id


def _told(ward: QuietWard) -> list[MessageKind]:
    with ward.store.snapshot() as snapshot:
        return [row.kind for row in snapshot.all(select(t.outbox.c.kind))]


def test_the_nurse_has_the_answer_before_the_second_reader_is_heard(ward: QuietWard) -> None:
    case_id, photo_id = _answered(ward, Category.I)
    assert MessageKind.RESULT in _told(ward)
    with ward.store.snapshot() as snapshot:
        assert seconds_to_ask(snapshot, ward.now) == [photo_id]
        assert seconds_of_case(snapshot, case_id) == []


@pytest.mark.parametrize("second", [Category.III, None])
def test_another_depth_calls_a_person(ward: QuietWard, second: Category | None) -> None:
    """The first reader saw category I; the second sees a deep wound, or none."""
    case_id, photo_id = _answered(ward, Category.I)
    with ward.transaction() as tx:
        weigh(tx, photo_id, _opinion(second), ward.rules)
    with ward.store.snapshot() as snapshot:
        assert len(open_escalations(snapshot)) == 1
        assert case_by_id(snapshot, case_id).status is CaseStatus.AWAITING_PERSON
    assert MessageKind.SECOND_OPINION in _told(ward)


def test_the_card_shows_what_the_second_reader_said(ward: QuietWard) -> None:
    """Agreement is one line on the card of a deep wound, with the second reader's words."""
    case_id, photo_id = _answered(ward, Category.III)
    ward.post_everything()
    with ward.transaction() as tx:
        weigh(tx, photo_id, _opinion(Category.III), ward.rules)
    with ward.store.snapshot() as snapshot:
        updates = snapshot.all(select(t.outbox).where(t.outbox.c.kind == MessageKind.CARD))
        facts = cards_of(snapshot, case_id)[0].message.facts
    assert len(updates) >= 2
    assert facts["second"] == []
    with ward.transaction() as tx:
        heard = seconds_of_case(tx, case_id)
    assert heard == [(Agreement.SAME, _opinion(Category.III))]
    shown = {
        "agreement": Agreement.SAME,
        "model": "medgemma",
        "category": Category.III,
        "described": ["Lecho con esfacelo.", "Bordes definidos.", "Piel roja."],
    }
    words = Wording(CHECKOUT / "templates").words(
        MessageKind.CARD, Channel.SLACK, Language.ES, {**facts, "second": [shown]}
    )
    assert "Segundo lector* (medgemma): ve lo mismo (categoría III)" in str(words.blocks)


def test_silence_changes_nothing_but_is_shown(ward: QuietWard) -> None:
    """After its time the second reader counts as silent; a late word is not believed."""
    case_id, photo_id = _answered(ward, Category.I)
    ward.advance(minutes=16)
    with ward.store.snapshot() as snapshot:
        assert overdue_seconds(snapshot, ward.now) == [photo_id]
        assert seconds_to_ask(snapshot, ward.now) == []
    for opinion in (None, _opinion(Category.IV)):
        with ward.transaction() as tx:
            weigh(tx, photo_id, opinion, ward.rules)
    with ward.store.snapshot() as snapshot:
        assert seconds_of_case(snapshot, case_id) == [(Agreement.NO_ANSWER, None)]
        assert open_escalations(snapshot) == []


def test_two_workers_ask_once(ward: QuietWard) -> None:
    """A photo that is being asked about is nobody else's until the lease runs out."""
    _, photo_id = _answered(ward, Category.I)
    lease = timedelta(minutes=5)
    with ward.transaction() as tx:
        assert claim_second(tx, photo_id, lease, "system:test")
    with ward.transaction() as tx:
        assert not claim_second(tx, photo_id, lease, "system:test")
    ward.advance(minutes=6)
    with ward.transaction() as tx:
        assert claim_second(tx, photo_id, lease, "system:test")
