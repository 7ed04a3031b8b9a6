"""The likely categories of one photo as bars, under its outline, for a clinician's phone."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.channels.advice_words import AdviceWords
from bot.channels.wording import share
from bot.core.assessment import CategoryDistribution
from jobs.lettering import letters

LEAST_WIDTH = 640
# A bar that touched the end would say certain.
_LONGEST = 0.99
_JPEG_QUALITY = 88
_GROUND, _INK = (255, 255, 255), (33, 37, 41)
BAR, REST, TRACK = (13, 94, 166), (108, 117, 125), (222, 226, 230)


@dataclass(frozen=True, slots=True)
class _Row:
    """`p` in 0 to 1."""

    label: str
    p: float
    colour: tuple[int, int, int]


def draw_bars(
    categories: CategoryDistribution,
    sure_from: float,
    words: AdviceWords,
    outlined: bytes | None,
) -> bytes:
    """A JPEG: a bar for each likely category and one for all others together, as long as each is
    probable, and on the likeliest a mark at `sure_from` (0 to 1). Above them stands `outlined`, a
    picture that Pillow can open, at its own size. Raises OSError where it is none."""
    photo = _opened(outlined) if outlined else None
    width = max(LEAST_WIDTH, photo.width if photo else 0)
    panel = _panel(_rows(categories, words), sure_from, words, width)
    page = Image.new("RGB", (width, panel.height + (photo.height if photo else 0)), _GROUND)
    if photo:
        page.paste(photo, ((width - photo.width) // 2, 0))
    page.paste(panel, (0, page.height - panel.height))
    out = io.BytesIO()
    # Letters blur where the colours are stored at half the size.
    page.save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB")


def _rows(categories: CategoryDistribution, words: AdviceWords) -> list[_Row]:
    likely = categories.likely
    rows = [_Row(words.category(category), p, BAR) for category, p in likely]
    if len(likely) < len(categories.probabilities):
        rest = max(0.0, 1.0 - sum(p for _, p in likely))
        rows.append(_Row(words.bars["others"], rest, REST))
    return rows


def _panel(rows: Sequence[_Row], sure_from: float, words: AdviceWords, width: int) -> Image.Image:
    """Every length is a share of the width: a phone shows the whole picture as wide as itself."""
    unit = width / 100
    large, small = (letters(size * unit) for size in (4.6, 3.8))
    left, right = round(4 * unit), round(96 * unit)
    height = round((9.5 + 10 * len(rows) + 7.5) * unit)
    panel = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(panel)
    pen.text((left, 5 * unit), words.bars["title"], _INK, font=small, anchor="lm")
    mark = round(left + sure_from * (right - left))
    for n, row in enumerate(rows):
        top = (9.5 + 10 * n) * unit
        label = row.label[:1].upper() + row.label[1:]
        pen.text((left, top + 2 * unit), label, _INK, font=large, anchor="lm")
        percent = f"{share(round(100 * row.p))} %"
        pen.text((right, top + 2 * unit), percent, _INK, font=large, anchor="rm")
        upper, lower = round(top + 5.1 * unit), round(top + 7.6 * unit)
        pen.rectangle((left, upper, right - 1, lower), TRACK)
        length = round(min(row.p, _LONGEST) * (right - left))
        if length:
            pen.rectangle((left, upper, left + length - 1, lower), row.colour)
        if n == 0:
            _mark(pen, mark, (upper, lower), unit)
    foot = height - 4.5 * unit
    _mark(pen, left + round(unit), (round(foot - unit), round(foot + unit)), unit)
    sure = words.bars["sure"].format(percent=f"{100 * sure_from:g}")
    pen.text((left + 3 * unit, foot), sure, _INK, font=small, anchor="lm")
    return panel


def _mark(pen: ImageDraw.ImageDraw, x: int, rows: tuple[int, int], unit: float) -> None:
    """Dark with a white edge: seen on a bar as well as beside it."""
    half, over = max(1, round(0.25 * unit)), round(0.6 * unit)
    pen.rectangle((x - 2 * half, rows[0] - over, x + 2 * half, rows[1] + over), _GROUND)
    pen.rectangle((x - half, rows[0] - over, x + half, rows[1] + over), _INK)
