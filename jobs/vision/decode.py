"""Opens what a stranger's phone sent, without trusting it. No model is needed here."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from bot.core.assessment import NotAssessed

MAX_PIXELS = 64_000_000
JPEG_QUALITY = 95
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "MPO", "BMP", "TIFF")

pillow_heif.register_heif_opener()
# The limit is checked below, before a pixel is decoded, and has its own answer.
Image.MAX_IMAGE_PIXELS = None


class NotReadable(Exception):
    """The bytes are no picture that may be read; `reason` says why."""

    def __init__(self, reason: NotAssessed) -> None:
        super().__init__(reason.value)
        self.reason = reason


@contextmanager
def _distrusted() -> Iterator[None]:
    """Decoders raise almost anything on hostile bytes, some of it only when they are asked for a
    size or a tag; none of it is an image then."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except NotReadable:
        raise
    except UnidentifiedImageError:
        raise NotReadable(NotAssessed.NOT_AN_IMAGE) from None
    except Exception:
        raise NotReadable(NotAssessed.DAMAGED_IMAGE) from None


@_distrusted()
def clean_copy(content: bytes) -> bytes:
    """The same picture as JPEG or PNG, upright, without EXIF, position, thumbnail or comment.
    Its colour profile stays: without it the same numbers are other colours.

    A plain upright JPEG keeps its compressed pixels; everything else is encoded anew at q95.
    Raises NotReadable.
    """
    image = _open(content)
    upright = image.getexif().get(0x0112, 1) in (0, 1)
    if image.format == "JPEG" and upright and image.mode in ("RGB", "L"):
        image.load()
        return _without_metadata(content)
    if image.format == "PNG" and image.mode == "RGB" and upright:
        return _encoded(_pixels(image), "PNG")
    return _encoded(_pixels(image), "JPEG")


@_distrusted()
def decode(content: bytes, *, side: int | None = None) -> Image.Image:
    """An upright RGB picture. With `side` it may be decoded smaller, but no side shorter than
    that where the original has it (JPEG draft decoding, much faster). Raises NotReadable."""
    image = _open(content)
    if side is not None and image.format == "JPEG":
        image.draft("RGB", (side, side))
    return _pixels(image)


@_distrusted()
def size(content: bytes) -> tuple[int, int]:
    """Width and height of the original, upright. Raises NotReadable."""
    image = _open(content)
    width, height = image.size
    return (height, width) if image.getexif().get(0x0112, 1) in (5, 6, 7, 8) else (width, height)


def _open(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    moving = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    if image.format not in _FORMATS or moving:
        raise NotReadable(NotAssessed.UNSUPPORTED_IMAGE)
    if image.width * image.height > MAX_PIXELS:
        raise NotReadable(NotAssessed.IMAGE_TOO_LARGE)
    return image


def _pixels(image: Image.Image) -> Image.Image:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    return upright.convert("RGB")


def _encoded(image: Image.Image, format: str) -> bytes:
    buffer = io.BytesIO()
    profile = image.info.get("icc_profile")
    # Pillow would write the sender's comment again.
    image.info.clear()
    # Coarser colour than light, the usual in JPEG, would blur the edge of a redness.
    image.save(buffer, format, quality=JPEG_QUALITY, subsampling=0, icc_profile=profile)
    return buffer.getvalue()


def _without_metadata(jpeg: bytes) -> bytes:
    """Drops the application and comment segments of a JPEG, except what its colours need (JFIF,
    Adobe, the profile)."""
    kept = bytearray(jpeg[:2])
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        marker = jpeg[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        described = 0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)
        profile = marker == 0xE2 and jpeg.startswith(b"ICC_PROFILE\0", at + 4)
        if profile or not described:
            kept += jpeg[at:end]
        at = end
    # What follows the end-of-image marker may be a second picture or a hidden thumbnail.
    end_of_image = jpeg.rfind(b"\xff\xd9")
    return bytes(kept + jpeg[at : end_of_image + 2 if end_of_image > at else len(jpeg)])
