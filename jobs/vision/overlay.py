"""The outline that goes back to the thread: a line around the wound, never paint over it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from jobs.vision.model import Look

LONGEST_SIDE = 1280
_LEAST_SHARE = 0.0008
_JPEG_QUALITY = 88
_MASK_SIDE = 512


def joined_mask(look: Look) -> NDArray[np.float32]:
    """The probability map of the whole picture (H x W, 0..1), finer where it was seen from near."""
    left, top, right, bottom = look.found.box
    width, height = look.size
    scale = min(1.0, _MASK_SIDE / max(width, height))
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    joined = _resized(look.whole.mask, shape)
    inner = (round(left * scale), round(top * scale), round(right * scale), round(bottom * scale))
    near = _resized(look.near.mask, (max(1, inner[2] - inner[0]), max(1, inner[3] - inner[1])))
    joined.paste(near, inner[:2])
    return np.asarray(joined)


def _resized(mask: NDArray[np.float32], shape: tuple[int, int]) -> Image.Image:
    return Image.fromarray(mask).resize(shape, Image.Resampling.BILINEAR)


def draw_overlay(image: Image.Image, mask: NDArray[np.float32], legend: str) -> bytes | None:
    """A JPEG copy of the picture with the outline of `mask` (H x W, 0..1) and the legend below,
    or None where the mask holds no wound worth a line. The picture itself is left alone."""
    # By a whole number: many times faster, and still wider than a phone shows.
    shown = image.reduce(-(-max(image.size) // LONGEST_SIDE))
    filled = (_without_holes(mask) * 255).astype(np.uint8)
    soft = Image.fromarray(filled).resize(shown.size, Image.Resampling.BICUBIC)
    inside = soft.point(lambda value: 255 if value > 127 else 0)
    share = float((np.asarray(inside) > 0).mean())
    if share < _LEAST_SHARE:
        return None
    line = max(3, round(max(shown.size) / 220) | 1)
    # White on black is seen on any skin and on any wound.
    for colour, wide in (((0, 0, 0), 2 * line + 1), ((255, 255, 255), line)):
        shown.paste(colour, mask=_line(inside, wide))
    return _encoded(_with_legend(shown, legend))


def _without_holes(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Slough in the bed belongs to the wound: only the outer border is drawn."""
    return np.maximum(mask, ndimage.binary_fill_holes(mask > 0.5)).astype(np.float32)


def _line(inside: Image.Image, width: int) -> Image.Image:
    """A band of about `width` pixels along the border: where a box blur of the mask is neither
    all in nor all out. Far faster than growing and shrinking it."""
    blurred = inside.filter(ImageFilter.BoxBlur(width / 2))
    return blurred.point(lambda value: 255 if 4 < value < 251 else 0)


def _with_legend(picture: Image.Image, legend: str) -> Image.Image:
    size = max(14, picture.width // 42)
    page = Image.new("RGB", (picture.width, picture.height + 2 * size), "black")
    page.paste(picture, (0, 0))
    draw = ImageDraw.Draw(page)
    draw.text((size // 2, picture.height + size // 2), legend, fill="white", font_size=size)
    return page


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()
