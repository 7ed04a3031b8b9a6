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
    assert seen.size == (1256, 664)
    assert seen.getpixel((310, 354))[0] > 200
    assert seen.getpixel((946, 354))[2] > 200
    assert min(seen.getpixel((20, 354))) > 200
    assert min(seen.getpixel((946, 100))) > 200
