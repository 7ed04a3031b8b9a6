"""Two photos of one wound side by side, the older on the left."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from jobs.lettering import letters

_SIDE, _GAP, _STRIP = 620, 16, 44
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
    picture = Image.new("RGB", (width, _SIDE + _STRIP), _GROUND)
    pen, font = ImageDraw.Draw(picture), letters(24)
    for n, shot in enumerate(shots):
        left = n * (_SIDE + _GAP)
        with Image.open(io.BytesIO(shot.content)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            fitted = ImageOps.contain(upright, (_SIDE, _SIDE))
        place = (left + (_SIDE - fitted.width) // 2, _STRIP + (_SIDE - fitted.height) // 2)
        picture.paste(fitted, place)
        pen.text((left + _SIDE / 2, _STRIP / 2), shot.caption, _INK, font=font, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
