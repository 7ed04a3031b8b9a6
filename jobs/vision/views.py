"""How a picture is shown to the model, in training and in use alike: whole, then from near."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

SIDE = 224
_FOUND = 0.4
_MARGIN = 0.6
# Nearer than this, a small photo has no more to show.
_LEAST_SHARE = 0.18
_LEAST_PIXELS = 96
_LEAST_ASPECT = 0.6
_SECOND_WOUND_SHARE = 0.25
_SECOND_WOUND_CELLS = 24

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Where to look from near: `box` in pixels of the picture, around the largest of `wounds`
    separate ones; the middle where none was found."""

    box: Box
    wounds: int


def square(image: Image.Image) -> NDArray[np.uint8]:
    """SIDE x SIDE x 3, RGB. The picture is squeezed: nothing is cut off, no colour corrected."""
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0))


def find(mask: NDArray[np.float32], width: int, height: int) -> Found:
    """`mask` is the outline's first probability map (rows x columns, 0..1) of the whole picture."""
    labels, count = ndimage.label(mask > _FOUND)
    if not count:
        middle = (width * 0.15, height * 0.15, width * 0.85, height * 0.85)
        return Found(within(middle, width, height), 0)
    sums = np.asarray(ndimage.sum(mask, labels, range(1, count + 1)))
    least = max(_SECOND_WOUND_CELLS, _SECOND_WOUND_SHARE * float(sums.max()))
    rows, columns = np.nonzero(labels == int(sums.argmax()) + 1)
    high, wide = mask.shape
    left, right = columns.min() / wide * width, (columns.max() + 1) / wide * width
    top, bottom = rows.min() / high * height, (rows.max() + 1) / high * height
    w = max((right - left) * (1 + _MARGIN), _LEAST_SHARE * width, _LEAST_PIXELS)
    h = max((bottom - top) * (1 + _MARGIN), _LEAST_SHARE * height, _LEAST_PIXELS)
    w, h = max(w, _LEAST_ASPECT * h), max(h, _LEAST_ASPECT * w)
    x, y = (left + right) / 2, (top + bottom) / 2
    box = within((x - w / 2, y - h / 2, x + w / 2, y + h / 2), width, height)
    return Found(box, max(1, int((sums >= least).sum())))


def within(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    """Whole pixels inside the picture, at least 8 each way where it has them."""
    left, top = (
        min(int(max(0, box[0])), max(0, width - 8)),
        min(int(max(0, box[1])), max(0, height - 8)),
    )
    return left, top, min(width, max(int(box[2]), left + 8)), min(height, max(int(box[3]), top + 8))
