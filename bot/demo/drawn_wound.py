"""A wound drawn in code, for a demo without a patient's photo."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 1600, 1200
_SKIN = np.array((206, 160, 134), dtype=np.float32)
_RED = np.array((176, 74, 66), dtype=np.float32)
_GRANULATION = np.array((150, 30, 30), dtype=np.float32)
_SLOUGH = np.array((196, 172, 104), dtype=np.float32)
_ESCHAR = np.array((38, 26, 22), dtype=np.float32)
_EDGE = np.array((112, 48, 44), dtype=np.float32)

Field = NDArray[np.float32]


def draw_wound(seed: int = 7) -> bytes:
    """A JPEG of skin with a deep, irregular wound: red rim, granulation, slough, eschar."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    shape = 0.22 * _noise(rng, 5) + 0.10 * _noise(rng, 14) + 0.03 * _noise(rng, 60)
    distance = np.hypot((x - 800) / 360, (y - 610) / 300) + shape
    picture = _SKIN * (1 + 0.10 * _noise(rng, 4) + 0.05 * _noise(rng, 90))[..., None]
    picture = _blend(picture, _RED, 0.65 * _inside(distance, 1.55, 0.5))
    picture = _blend(picture, _EDGE, 0.9 * _inside(distance, 1.06, 0.06))
    bed = _inside(distance, 0.97, 0.05)
    wet = 1 + 0.35 * _noise(rng, 40) + 0.25 * _noise(rng, 120)
    picture = _blend(picture, _GRANULATION * wet[..., None], bed)
    slough = _inside(0.3 - _noise(rng, 9) - 0.5 * _noise(rng, 34), 0.22, 0.10)
    picture = _blend(
        picture, _SLOUGH * (0.9 + 0.4 * _noise(rng, 80))[..., None], 0.9 * bed * slough
    )
    eschar = _inside(np.hypot((x - 690) / 190, (y - 520) / 140) + 0.5 * shape, 0.9, 0.08)
    picture = _blend(picture, _ESCHAR * (1 + 0.8 * _noise(rng, 70))[..., None], 0.95 * bed * eschar)
    # A rim darker above than below reads as depth under a lamp.
    rim = np.exp(-(((distance - 0.96) / 0.07) ** 2)) * np.clip((640 - y) / 300, -0.5, 1)
    picture *= (1 - 0.45 * rim)[..., None]
    shine = bed * np.clip(_noise(rng, 110) - 0.28, 0, 1) * 500
    picture += shine[..., None]
    light = 1.06 - 0.28 * np.hypot((x - 720) / WIDTH, (y - 480) / HEIGHT)
    picture = picture * light[..., None] + rng.normal(0, 4, (HEIGHT, WIDTH, 1))
    buffer = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _noise(rng: np.random.Generator, cells: int) -> Field:
    """Smooth noise around 0 with `cells` grains across."""
    small = Image.fromarray((rng.random((cells, cells)) * 255).astype(np.uint8))
    big = small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(big, dtype=np.float32) / np.float32(255) - np.float32(0.5)


def _inside(distance: Field, edge: float, softness: float) -> Field:
    """1 well inside the edge, 0 well outside, soft between."""
    share: Field = np.clip((edge - distance) / softness + 0.5, 0, 1).astype(np.float32)
    return share


def _blend(below: Field, above: Field, share: Field) -> Field:
    return (below * (1 - share[..., None]) + above * share[..., None]).astype(np.float32)
