"""WhatsApp takes pictures of up to 5 MB: a larger one goes out smaller, never not at all."""

import io

from PIL import Image, ImageOps

LARGEST_PICTURE = 5 * 1024 * 1024
_SIDES = (2560, 1920, 1280, 960)


def small_enough(content: bytes, limit: int = LARGEST_PICTURE) -> bytes:
    """The picture itself, or a JPEG of it with the longest side at most 2560 px. Raises OSError
    where it is no picture."""
    if len(content) <= limit:
        return content
    with Image.open(io.BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    smaller = content
    for side in _SIDES:
        fitted = upright.copy()
        fitted.thumbnail((side, side))
        out = io.BytesIO()
        fitted.save(out, "JPEG", quality=85)
        smaller = out.getvalue()
        if len(smaller) <= limit:
            break
    return smaller
