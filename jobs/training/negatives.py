"""Pictures of everything but wounds, drawn in code: floors, furniture, documents, screens, cloth.

Colours include reds, browns and skin tones, so that colour alone does not say "wound".
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Draw = Callable[[np.random.Generator], Image.Image]
_SIDE = 384


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    warm = rng.random() < 0.6
    low, high = ((90, 50, 30), (250, 200, 180)) if warm else ((20, 20, 20), (255, 255, 255))
    r, g, b = (int(rng.integers(lo, hi)) for lo, hi in zip(low, high, strict=True))
    return r, g, b


def _noise(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    small = Image.fromarray((rng.random((cells, cells)) * 255).astype(np.uint8))
    big = small.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return np.asarray(big, dtype=np.float32) / np.float32(255) - np.float32(0.5)


def _lit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Uneven light, grain and a little blur, as a phone in a ward would have it."""
    pixels = np.asarray(image, dtype=np.float32)
    light = 1 + 0.5 * _noise(rng, 3)[..., None] + 0.06 * _noise(rng, 64)[..., None]
    grain = rng.normal(0, rng.uniform(1, 8), pixels.shape)
    done = Image.fromarray(np.clip(pixels * light + grain, 0, 255).astype(np.uint8))
    return done.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.2))))


def tiles(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (_SIDE, _SIDE), _colour(rng))
    draw = ImageDraw.Draw(image)
    base, step, gap = np.array(_colour(rng)), int(rng.integers(24, 140)), int(rng.integers(1, 6))
    for x in range(-step, _SIDE + step, step):
        for y in range(-step, _SIDE + step, step):
            shade = np.clip(base + rng.integers(-14, 15), 0, 255)
            shift = (y // step % 2) * step // 2
            r, g, b = (int(v) for v in shade)
            box = (x + shift + gap, y + gap, x + shift + step - gap, y + step - gap)
            draw.rectangle(box, (r, g, b))
    return image.rotate(float(rng.uniform(-30, 30)), expand=False, fillcolor=_colour(rng))


def planks(rng: np.random.Generator) -> Image.Image:
    base = np.array(_colour(rng), dtype=np.float32)
    rows = np.arange(_SIDE)[:, None]
    width = int(rng.integers(24, 110))
    plank = (rows // width * 7919 % 23 - 11) * 2.5
    grain = 40 * _noise(rng, 24) * np.sin(rows / rng.uniform(2, 9) + 9 * _noise(rng, 5))
    pixels = base + (plank + grain)[..., None]
    pixels[(rows[:, 0] % width) < 2] *= 0.4
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return image.rotate(float(rng.uniform(0, 180)), fillcolor=_colour(rng))


def speckled_floor(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (_SIDE, _SIDE), _colour(rng))
    draw = ImageDraw.Draw(image)
    palette = [_colour(rng) for _ in range(4)]
    for _ in range(int(rng.integers(200, 2500))):
        x, y = rng.integers(0, _SIDE, 2)
        r = float(rng.uniform(0.5, 5))
        draw.ellipse((x - r, y - r, x + r, y + r), palette[int(rng.integers(4))])
    return image


def cloth(rng: np.random.Generator) -> Image.Image:
    base = np.array(_colour(rng), dtype=np.float32)
    yy, xx = np.mgrid[:_SIDE, :_SIDE]
    period = rng.uniform(2, 9)
    weave = np.sin(xx / period) * np.sin(yy / period) * rng.uniform(3, 18)
    folds = 120 * _noise(rng, int(rng.integers(3, 8)))
    stripes = (np.sin(xx / rng.uniform(8, 40)) > 0.4) * rng.uniform(0, 60)
    return Image.fromarray(
        np.clip(base + (weave + folds + stripes)[..., None], 0, 255).astype(np.uint8)
    )


def furniture(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (_SIDE, _SIDE), _colour(rng))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, int(rng.integers(180, 330)), _SIDE, _SIDE), _colour(rng))
    for _ in range(int(rng.integers(3, 14))):
        x, y = (int(v) for v in rng.integers(-60, _SIDE, 2))
        w, h = (int(v) for v in rng.integers(15, 240, 2))
        lean = int(rng.integers(-30, 30))
        corners = [(x, y), (x + w, y + lean), (x + w, y + h + lean), (x, y + h)]
        draw.polygon(corners, _colour(rng), outline=_colour(rng))
        if rng.random() < 0.4:
            draw.ellipse((x, y, x + w // 2, y + w // 2), _colour(rng))
    return image


def document(rng: np.random.Generator) -> Image.Image:
    paper = int(rng.integers(215, 256))
    image = Image.new("RGB", (_SIDE, _SIDE), (paper, paper, int(paper * rng.uniform(0.9, 1))))
    draw = ImageDraw.Draw(image)
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789     ")
    size, y = int(rng.integers(8, 22)), 10
    while y < _SIDE:
        line = "".join(rng.choice(letters, int(rng.integers(10, 70))))
        draw.text((12, y), line, fill=(30, 30, int(rng.integers(30, 120))), font_size=size)
        y += int(size * 1.6)
        if rng.random() < 0.1:
            draw.rectangle((12, y, _SIDE - 12, y + 40), outline=(0, 0, 0))
    return image.rotate(float(rng.uniform(-25, 25)), fillcolor=_colour(rng))


def screen(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (_SIDE, _SIDE), _colour(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(5, 30))):
        x, y = (int(v) for v in rng.integers(0, _SIDE - 20, 2))
        w, h = (int(v) for v in rng.integers(10, 200, 2))
        draw.rounded_rectangle((x, y, x + w, y + h), 8, _colour(rng))
        draw.text((x + 4, y + 4), "".join(rng.choice(list("abcdef ghij"), 14)), font_size=14)
    return image


def food(rng: np.random.Generator) -> Image.Image:
    """A plate with blobs: round, red and brown, and still no wound."""
    image = Image.new("RGB", (_SIDE, _SIDE), _colour(rng))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 40, _SIDE - 40, _SIDE - 40), (240, 240, 238))
    for _ in range(int(rng.integers(8, 60))):
        x, y = (int(v) for v in rng.normal(_SIDE / 2, 60, 2))
        a, b = (int(v) for v in rng.integers(6, 46, 2))
        draw.ellipse((x - a, y - b, x + a, y + b), _colour(rng))
    return image


def texture(rng: np.random.Generator) -> Image.Image:
    one, two = (np.array(_colour(rng), dtype=np.float32) for _ in range(2))
    field = sum(_noise(rng, int(cells)) / k for k, cells in enumerate((4, 12, 40, 120), start=1))
    mix = np.clip(field + 0.5, 0, 1)[..., None]
    return Image.fromarray((one * mix + two * (1 - mix)).astype(np.uint8))


GENERATORS: dict[str, Draw] = {
    draw.__name__: draw
    for draw in (
        tiles,
        planks,
        speckled_floor,
        cloth,
        furniture,
        document,
        screen,
        food,
        texture,
    )
}


def draw_negatives(count: int, seed: int = 0) -> Iterator[tuple[str, Image.Image]]:
    """`count` pictures of each kind, with the kind's name."""
    for name, draw in GENERATORS.items():
        rng = np.random.default_rng([seed, *name.encode()])
        for _ in range(count):
            yield name, _lit(draw(rng), rng)
