"""The totals of a scale over time, as a small picture for a phone."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from jobs.lettering import letters

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 30, 64, 60
_MOST_POINTS = 12
_INK, _GRID, _LINE = (33, 37, 41), (222, 226, 230), (13, 94, 166)


@dataclass(frozen=True, slots=True)
class Total:
    at: datetime
    value: int


def draw_totals(title: str, totals: Sequence[Total], highest: int, zone: ZoneInfo) -> bytes:
    """A JPEG, 720 x 420. `totals` are oldest first, at least two; the latest are drawn. They stand
    at even distances with their dates, for visits come in bursts. `highest` tops the axis."""
    shown = totals[-_MOST_POINTS:]
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(picture)
    large, small = letters(24), letters(17)
    pen.text((_LEFT, 18), title, _INK, font=large)
    for share in (0.0, 0.5, 1.0):
        y = _y(share * highest, highest)
        pen.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], _GRID, 1)
        pen.text((_LEFT - 12, y), f"{share * highest:g}", _INK, font=small, anchor="rm")
    step = (_WIDTH - _LEFT - _RIGHT - 60) / (len(shown) - 1)
    points = [(_LEFT + 30 + n * step, _y(one.value, highest)) for n, one in enumerate(shown)]
    pen.line(points, _LINE, 3)
    every = 1 + (len(shown) - 1) // 6
    for n, ((x, y), one) in enumerate(zip(points, shown, strict=True)):
        pen.ellipse([x - 5, y - 5, x + 5, y + 5], _LINE)
        pen.text((x, y - 12), str(one.value), _INK, font=small, anchor="ms")
        if n % every == 0 or n == len(shown) - 1:
            day = one.at.astimezone(zone).strftime("%d-%m")
            pen.text((x, _HEIGHT - _BOTTOM + 14), day, _INK, font=small, anchor="ma")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def _y(value: float, highest: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / highest
