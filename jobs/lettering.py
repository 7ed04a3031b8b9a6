"""The letters of every picture that Vigia draws: Pillow's own font has no Spanish ones."""

from font_hanken_grotesk import font_files_otf
from PIL import ImageFont

_FONT = font_files_otf["HankenGroteskMedium"]


def letters(size: float) -> ImageFont.FreeTypeFont:
    """`size` in pixels."""
    return ImageFont.truetype(_FONT, size)
