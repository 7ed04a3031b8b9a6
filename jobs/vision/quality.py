"""Whether a picture can be read at all. Measured, never corrected: colour stays as it came."""

import numpy as np
from PIL import Image

from bot.core.assessment import NotAssessed, Quality

MIN_SIDE = 64
DARKEST = 0.10
BRIGHTEST = 0.97
BLURRED_BELOW = 1.2
_MEASURED_AT = 256


def measure(image: Image.Image, width: int, height: int) -> Quality:
    """`sharpness` is the mean absolute Laplacian (grey levels) at 256 px on the longer side."""
    small = image.convert("L")
    small.thumbnail((_MEASURED_AT, _MEASURED_AT), Image.Resampling.BILINEAR)
    grey = np.asarray(small, dtype=np.float32)
    if min(grey.shape) < 3:
        return Quality(width, height, float(grey.mean() / 255), 0.0)
    laplacian = (
        4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    )
    return Quality(
        width, height, round(float(grey.mean() / 255), 4), round(float(np.abs(laplacian).mean()), 3)
    )


def problem(quality: Quality) -> NotAssessed | None:
    """The first reason not to read it, or None."""
    if min(quality.width, quality.height) < MIN_SIDE:
        return NotAssessed.TOO_SMALL
    if quality.brightness < DARKEST:
        return NotAssessed.TOO_DARK
    if quality.brightness > BRIGHTEST:
        return NotAssessed.OVEREXPOSED
    if quality.sharpness < BLURRED_BELOW:
        return NotAssessed.BLURRED
    return None
