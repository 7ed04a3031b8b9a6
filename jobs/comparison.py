"""Two photos of one wound side by side, the older on the left."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from jobs.lettering import letters

# A phone shows the picture at a quarter of its width: letters of 60 are read at 15 there.
_SIDE, _GAP, _STRIP, _LETTERS = 620, 16, 84, 60
_GROUND, _INK = (250, 250, 250), (33, 37, 41)


@dataclass(frozen=True, slots=True)
class Shot:
    """`content` is a picture that Pillow can open; `caption` stands above it."""

    content: bytes
    caption: str


def side_by_side(shots: Sequence[Shot]) -> bytes:
    """A JPEG. Each photo keeps its proportions and is never cut. Raises OSError where one is no
    picture."""
    width = len(shots) * _SIDE + (len(shots) - 1) * _GAP
    fitted = [_fitted(shot) for shot in shots]
    height = max(photo.height for photo in fitted)
    picture = Image.new("RGB", (width, height + _STRIP), _GROUND)
    pen, font = ImageDraw.Draw(picture), letters(_LETTERS)
    for n, (shot, photo) in enumerate(zip(shots, fitted, strict=True)):
        left = n * (_SIDE + _GAP)
        place = (left + (_SIDE - photo.width) // 2, _STRIP + (height - photo.height) // 2)
        picture.paste(photo, place)
        pen.text((left + _SIDE / 2, _STRIP / 2), shot.caption, _INK, font=font, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _fitted(shot: Shot) -> Image.Image:
    with Image.open(io.BytesIO(shot.content)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
        return ImageOps.contain(upright, (_SIDE, _SIDE))
