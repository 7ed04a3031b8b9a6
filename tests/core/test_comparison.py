"""Two looks at one wound, side by side."""

import io

from PIL import Image

from jobs.comparison import Shot, side_by_side


def _photo(color: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG")
    return out.getvalue()


def test_each_photo_stands_whole_on_its_side() -> None:
    """A tall one and a wide one, uncut, the older on the left."""
    drawn = side_by_side(
        [
            Shot(_photo("red", (300, 900)), "20-11-2026"),
            Shot(_photo("blue", (900, 300)), "24-11-2026"),
        ]
    )
    with Image.open(io.BytesIO(drawn)) as picture:
        seen = picture.convert("RGB")
    assert seen.size == (1256, 704)
    assert seen.getpixel((310, 394))[0] > 200
    assert seen.getpixel((946, 394))[2] > 200
    assert min(seen.getpixel((20, 394))) > 200
    assert min(seen.getpixel((946, 140))) > 200


def test_no_room_is_left_empty_and_the_dates_can_be_read_on_a_phone() -> None:
    """Two wide photos make a wide picture; the letters fill more than half of their strip."""
    wide = _photo("blue", (1240, 800))
    drawn = side_by_side([Shot(wide, "20-11-2026"), Shot(wide, "24-11-2026")])
    with Image.open(io.BytesIO(drawn)) as picture:
        seen = picture.convert("L")
    assert seen.size == (1256, 84 + 400)
    strip = seen.crop((0, 0, 620, 84)).point(lambda light: 255 if light < 128 else 0)
    box = strip.getbbox()
    assert box
    assert 40 <= box[3] - box[1] <= 84
    assert box[2] - box[0] < 620
