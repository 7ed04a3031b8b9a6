"""The picture of the likely categories, from a photo on its way through the house."""

import io

from PIL import Image
from sqlalchemy import func, select

from bot.core.assessment import Category, CategoryDistribution, Quality, assessed
from bot.core.ports import PhotoReader, ReadPhoto
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.photo_rows import assessments_of_case, picture
from jobs import assess, fetch
from jobs.vision.onboard import load_reader
from tests.journeys.conftest import Ward, eventually


class _OfASite:
    """A reader that a site added, whose outline is no picture."""

    def read(self, photo: bytes) -> ReadPhoto:
        shared = CategoryDistribution({one: 1 / len(Category) for one in Category})
        quality = Quality(800, 600, 0.5, 9.0)
        reading = assessed(shared, model="of a site", p_wound=0.9, quality=quality)
        return ReadPhoto(reading, b"no picture")


def _read_by(ward: Ward, reader: PhotoReader, photo: bytes, times: int = 1) -> tuple[str, str]:
    """The ids of the photo's case and its reading."""
    ward.nurse().sends_photo(photo, caption="Sacro")
    query = select(t.photos.c.id, t.photos.c.case_id)

    def arrived() -> bool:
        with ward.house.store.snapshot() as snapshot:
            return snapshot.first(query) is not None

    assert eventually(arrived)
    with ward.house.store.snapshot() as snapshot:
        row = snapshot.first(query)
    assert row
    fetch.run(ward.house, row.id)
    for _ in range(times):
        assess.run(ward.house, reader, row.id)
    with ward.house.store.snapshot() as snapshot:
        (read,) = assessments_of_case(snapshot, row.case_id)
    return row.case_id, read.id


def test_a_photo_that_is_read_twice_has_one_picture_of_bars(ward: Ward) -> None:
    """It stands under the outline that the nurse gets without it."""
    case_id, id = _read_by(ward, load_reader(), draw_wound(), times=2)
    with ward.house.store.snapshot() as snapshot:
        (read,) = assessments_of_case(snapshot, case_id)
        assert (read.has_overlay, read.has_bars) == (True, True)
        bars, outline = picture(snapshot, f"bars:{id}"), picture(snapshot, f"overlay:{id}")
        assert snapshot.value(select(func.count()).select_from(t.assessments)) == 1
    assert bars
    assert outline
    with Image.open(io.BytesIO(bars)) as both, Image.open(io.BytesIO(outline)) as alone:
        assert both.width == alone.width
        assert both.height > alone.height


def test_a_photo_without_a_reading_has_no_picture_of_bars(ward: Ward) -> None:
    """Too dark to be read: nothing to draw."""
    dark = io.BytesIO()
    Image.new("RGB", (900, 700), (2, 2, 2)).save(dark, "JPEG")
    case_id, _ = _read_by(ward, load_reader(), dark.getvalue())
    with ward.house.store.snapshot() as snapshot:
        (read,) = assessments_of_case(snapshot, case_id)
    assert read.reading.categories is None
    assert (read.has_overlay, read.has_bars) == (False, False)


def test_bars_that_cannot_be_drawn_cost_no_reading(ward: Ward) -> None:
    """The categories are kept, and the case goes on to its decision."""
    case_id, _ = _read_by(ward, _OfASite(), draw_wound())
    with ward.house.store.snapshot() as snapshot:
        (read,) = assessments_of_case(snapshot, case_id)
    assert read.reading.categories is not None
    assert not read.has_bars
