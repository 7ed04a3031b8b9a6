"""A scale over time, as a picture."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from jobs.chart import Total, draw_totals

_ZONE = ZoneInfo("America/Santiago")


def _drawn(*values: int) -> Image.Image:
    start = datetime(2026, 11, 1, 12, tzinfo=UTC)
    totals = [Total(start + timedelta(days=n), value) for n, value in enumerate(values)]
    return Image.open(io.BytesIO(draw_totals("PUSH 3.0", totals, 17, _ZONE))).convert("RGB")


def _height_of_line(picture: Image.Image, x: int) -> float:
    """The mean row of the blue pixels in a column."""
    rows = [
        y
        for y in range(picture.height)
        if (pixel := picture.getpixel((x, y))) and pixel[2] > pixel[0] + 60  # type: ignore[index]
    ]
    return sum(rows) / len(rows)


@pytest.mark.parametrize("values", [(13, 11), (17, 9, 4, 0), tuple(range(17, 0, -1))])
def test_a_healing_wound_goes_down(values: tuple[int, ...]) -> None:
    """Two totals or many, the line starts high and ends low, inside the picture."""
    picture = _drawn(*values)
    assert picture.size == (720, 420)
    assert _height_of_line(picture, 95) < _height_of_line(picture, 650)
