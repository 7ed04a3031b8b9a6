"""What stands under the card: each untouched photo, and what was read in it."""

from sqlalchemy import select

from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.staff import Language
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id, open_cases_of
from bot.store.photo_rows import assessments_of_case, photos_of_case, picture
from bot.store.said_rows import Outgoing, message_by_id
from bot.store.staff_rows import all_staff
from tests.actions.conftest import QuietWard

_WORDING = Wording(CHECKOUT / "templates")
OUTLINE, BARS = b"an outline", b"an outline with bars"


def _case(ward: QuietWard) -> str:
    with ward.store.snapshot() as snapshot:
        nurse = next(one for one in all_staff(snapshot) if one.name == "Ana")
        return open_cases_of(snapshot, nurse.id)[0].id


def _under_card(ward: QuietWard) -> list[Outgoing]:
    query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.CARD_PHOTO)
    with ward.store.snapshot() as snapshot:
        rows = snapshot.all(query.order_by(t.outbox.c.seq))
        return [message_by_id(snapshot, row.id) for row in rows]


def _pictures(ward: QuietWard) -> list[str]:
    return [str(one.message.picture) for one in _under_card(ward)]


def _text(ward: QuietWard, language: Language = Language.ES) -> str:
    """What stands beside the last picture."""
    message = _under_card(ward)[-1].message
    return _WORDING.words(message.kind, Channel.SLACK, language, message.facts).text


def _ids(ward: QuietWard, case_id: str) -> tuple[list[str], list[str]]:
    """Of the photos and of their readings, the oldest first."""
    with ward.store.snapshot() as snapshot:
        photos = [photo.id for photo in photos_of_case(snapshot, case_id)]
        read = {one.photo_id: one.id for one in assessments_of_case(snapshot, case_id)}
    return photos, [read[id] for id in photos if id in read]


def test_a_clinician_sees_the_bars_with_the_outline(ward: QuietWard) -> None:
    """In one picture, in the card's thread, beside the untouched photo; sealed where it lies."""
    ward.says("sacro", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.III, 0.62, overlay=OUTLINE, bars=BARS)
    (photo,), (read,) = _ids(ward, case_id)
    assert _pictures(ward) == [f"photo:{photo}", f"bars:{read}"]
    assert all(one.message.under for one in _under_card(ward))
    assert "contorno trazado por el programa; " in _text(ward)
    assert "en esta foto: categoría III 62 % · " in _text(ward)
    assert "in this photo: category III 62 % · " in _text(ward, Language.EN)
    assert "█" not in ward.card()
    with ward.store.snapshot() as snapshot:
        assert picture(snapshot, f"bars:{read}") == BARS
        assert picture(snapshot, f"overlay:{read}") == OUTLINE
        assert BARS not in snapshot.value(select(t.assessments.c.bars_sealed))


def test_a_wound_without_an_outline_has_its_bars_all_the_same(ward: QuietWard) -> None:
    """Too small to draw a line around."""
    ward.says("sacro", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.IV, bars=BARS)
    (photo,), (read,) = _ids(ward, case_id)
    assert _pictures(ward) == [f"photo:{photo}", f"bars:{read}"]
    assert "contorno" not in _text(ward)


def test_bars_that_could_not_be_drawn_leave_the_outline(ward: QuietWard) -> None:
    """And the card its words."""
    ward.says("sacro", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.III, overlay=OUTLINE)
    (photo,), (read,) = _ids(ward, case_id)
    assert _pictures(ward) == [f"photo:{photo}", f"overlay:{read}"]
    assert _text(ward).endswith("contorno trazado por el programa")
    assert "categoría III 97 %" in ward.card()


def test_a_second_photo_brings_bars_of_its_own(ward: QuietWard) -> None:
    """The first is not shown again; each says what was read in it."""
    ward.says("sacro", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.III, overlay=OUTLINE, bars=BARS)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, case_id).code
    ward.advance(seconds=30)
    ward.says(f"{code}, otro ángulo", photos=1)
    ward.has_read(case_id, Category.IV, 0.9, overlay=OUTLINE, bars=b"others")
    photos, read = _ids(ward, case_id)
    assert len(photos) == 2
    assert _pictures(ward) == [
        f"photo:{photos[0]}",
        f"bars:{read[0]}",
        f"photo:{photos[1]}",
        f"bars:{read[1]}",
    ]
    assert "categoría IV 90 %" in _text(ward)


def test_mucosa_has_no_category_in_words_or_in_bars(ward: QuietWard) -> None:
    """The nurse's words say that it is never staged: the outline stands alone."""
    ward.says("lesión por presión en la mucosa del labio, fiebre 39 y confuso", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.III, overlay=OUTLINE, bars=BARS)
    (photo,), (read,) = _ids(ward, case_id)
    assert _pictures(ward) == [f"photo:{photo}", f"overlay:{read}"]


def test_words_that_come_later_do_not_show_the_outline_again(ward: QuietWard) -> None:
    """It went with its bars; now they say mucosa, and another photo comes."""
    ward.says("fiebre 39 y confuso", photos=1)
    case_id = _case(ward)
    ward.has_read(case_id, Category.III, overlay=OUTLINE, bars=BARS)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, case_id).code
    ward.advance(seconds=30)
    ward.says(f"{code}, es en la mucosa del labio", photos=1)
    ward.has_read(case_id, Category.III)
    photos, read = _ids(ward, case_id)
    assert _pictures(ward) == [f"photo:{photos[0]}", f"bars:{read[0]}", f"photo:{photos[1]}"]


def test_a_card_does_not_wait_for_any_picture(ward: QuietWard) -> None:
    """A danger in the words calls a person while the photo is on its way."""
    ward.says("fiebre 39 y confuso", photos=1)
    assert "La foto aún no se ha leído." in ward.card()
    assert _pictures(ward) == []
