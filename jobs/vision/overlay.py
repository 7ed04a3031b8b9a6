"""The outline that goes back to the thread: a line around the wound, never paint over it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from scipy import ndimage

from jobs.lettering import letters
from jobs.vision.model import Look

LONGEST_SIDE = 1280
_LEAST_SHARE = 0.0008
_JPEG_QUALITY = 88
_MASK_SIDE = 512
_LARGE_SHARE = 0.15
_SMOOTH = 2.0
_INSIDE = 0.45
_GAP_SHARE = 0.04
_SPECK_SHARE = 0.05


def outlined(look: Look) -> NDArray[np.bool_]:
    """The area inside the outline (H x W, at most 512 px): finer where it was seen from near, with
    a smooth edge, without holes and specks."""
    left, top, right, bottom = look.found.box
    width, height = look.size
    scale = min(1.0, _MASK_SIDE / max(width, height))
    joined = _resized(
        look.whole.mask, (max(1, round(width * scale)), max(1, round(height * scale)))
    )
    inner = (round(left * scale), round(top * scale), round(right * scale), round(bottom * scale))
    near = _resized(look.near.mask, (max(1, inner[2] - inner[0]), max(1, inner[3] - inner[1])))
    if (right - left) * (bottom - top) >= _LARGE_SHARE * width * height:
        # Of a large wound the near view may hold nothing but bed, and take it for skin.
        near = ImageChops.lighter(near, joined.crop(inner).resize(near.size))
    joined.paste(near, inner[:2])
    inside = ndimage.gaussian_filter(np.asarray(joined, np.float32), _SMOOTH) > _INSIDE * 255
    gap = max(1, round(_GAP_SHARE * (near.width * near.height) ** 0.5))
    return _without_specks(ndimage.binary_fill_holes(_closed(inside, gap)))


def _closed(inside: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """Bridges gaps of up to twice `gap` pixels: slough in the bed belongs to the wound."""
    padded = np.pad(inside, gap).astype(np.uint8)
    grown = ndimage.maximum_filter(padded, 2 * gap + 1)
    closed = ndimage.minimum_filter(grown, 2 * gap + 1)[gap:-gap, gap:-gap]
    # The filters leave corners that no wound has.
    return np.asarray(ndimage.gaussian_filter(closed.astype(np.float32), gap / 2) > 0.5)


def _without_specks(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels, count = ndimage.label(inside)
    if not count:
        return inside
    areas = np.asarray(ndimage.sum(inside, labels, range(1, count + 1)))
    return np.isin(labels, 1 + np.flatnonzero(areas >= _SPECK_SHARE * areas.max()))


def _resized(mask: NDArray[np.float32], shape: tuple[int, int]) -> Image.Image:
    grey = Image.fromarray((mask * 255).astype(np.uint8))
    return grey.resize(shape, Image.Resampling.BILINEAR)


def draw_overlay(image: Image.Image, area: NDArray[np.bool_], legend: str) -> bytes | None:
    """A JPEG copy of the picture with a line around `area` (H x W) and the legend below, or None
    where it holds no wound worth a line. The picture itself is left alone."""
    shown = _phone_sized(image)
    soft = Image.fromarray(area.astype(np.uint8) * 255).resize(shown.size, Image.Resampling.BICUBIC)
    inside = soft.point(lambda value: 255 if value > 127 else 0)
    share = float((np.asarray(inside) > 0).mean())
    if share < _LEAST_SHARE:
        return None
    line = max(3, round(max(shown.size) / 220) | 1)
    # White on black is seen on any skin and on any wound.
    for colour, wide in (((0, 0, 0), 2 * line + 1), ((255, 255, 255), line)):
        shown.paste(colour, mask=_line(inside, wide))
    return _encoded(_with_legend(shown, legend))


def _phone_sized(image: Image.Image) -> Image.Image:
    """A copy, 640 to 1280 px on the longer side. Shrunk by a whole number, many times faster."""
    longest = max(image.size)
    if longest < LONGEST_SIDE // 2:
        grown = LONGEST_SIDE / 2 / longest
        return image.resize((round(image.width * grown), round(image.height * grown)))
    return image.reduce(-(-longest // LONGEST_SIDE))


def _line(inside: Image.Image, width: int) -> Image.Image:
    """A band of about `width` pixels along the border: where a box blur of the mask is neither
    all in nor all out. Far faster than growing and shrinking it."""
    blurred = inside.filter(ImageFilter.BoxBlur(width / 2))
    return blurred.point(lambda value: 255 if 4 < value < 251 else 0)


def _with_legend(picture: Image.Image, legend: str) -> Image.Image:
    size = max(14, picture.width // 24)
    page = Image.new("RGB", (picture.width, picture.height + 2 * size), "black")
    page.paste(picture, (0, 0))
    font = letters(size)
    wide = font.getlength(legend) + size
    if wide > picture.width:
        font = letters(size * picture.width / wide)
    at = (picture.width / 2, picture.height + size)
    ImageDraw.Draw(page).text(at, legend, fill="white", font=font, anchor="mm")
    return page


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()
