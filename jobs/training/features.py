"""Features of every photo under the frozen backbone, extracted once and kept beside the model."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jobs.training.dataset import Item
from jobs.training.negatives import draw_negatives
from jobs.vision.decode import NotReadable, decode
from jobs.vision.model import Eye, Look, pooled
from jobs.vision.overlay import LONGEST_SIDE
from jobs.vision.views import find, square, within

# How often a photo is varied beside being read as it is.
_VARIED = {"category": 5, "kind": 2}
# Foot ulcers would outnumber everything else.
_FOOT_SHARE = 3
_SHARD = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture to learn from. `kind` is wound, skin or other; `item` its number in the data,
    None for a piece of one or a picture from elsewhere."""

    name: str
    kind: str
    group: str
    item: int | None
    image: Image.Image
    varied: int


@dataclass(frozen=True, slots=True)
class Features:
    """All samples in order. `read` is N x F; `varied` M x F with `of` naming the sample of each."""

    kinds: NDArray[np.str_]
    groups: NDArray[np.str_]
    items: NDArray[np.int64]
    read: NDArray[np.float32]
    varied: NDArray[np.float32]
    of: NDArray[np.int64]


def samples(items: list[Item], extra: Path | None) -> Iterator[Sample]:
    """`extra` holds folders `skin` and `other` of further pictures without a wound."""
    for number, item in enumerate(items):
        if item.pool != "masks":
            kind = "skin" if item.pool == "normal-skin" else "wound"
            varied = _VARIED["category" if item.target else "kind"]
            image = decode(item.file.read_bytes(), side=LONGEST_SIDE)
            yield Sample(str(number), kind, item.group, number, image, varied)
        elif item.mask and number % _FOOT_SHARE == 0:
            yield from _feet(number, item)
    for n, (name, image) in enumerate(draw_negatives(40)):
        yield Sample(f"d{n}", "other", f"drawn-{name}", None, image, 0)
    for file in sorted(extra.glob("*/*")) if extra else ():
        try:
            image = decode(file.read_bytes(), side=LONGEST_SIDE)
        except NotReadable:
            continue
        kind = "skin" if file.parent.name == "skin" else "other"
        yield Sample(f"x{file.stem}", kind, f"extra-{file.stem}", None, image, 1)


def _feet(number: int, item: Item) -> Iterator[Sample]:
    """A foot ulcer whole or with some skin around it, and a piece of the skin beside it."""
    assert item.mask is not None
    rng = np.random.default_rng(number)
    image = decode(item.file.read_bytes())
    mask = np.asarray(Image.open(item.mask).convert("L")) > 127
    if mask.any():
        seen = image if number % 2 else _around(image, mask, rng)
        yield Sample(f"{number}w", "wound", item.group, None, seen, 1)
    skin = _away(image, mask, rng)
    if skin is not None:
        yield Sample(f"{number}s", "skin", item.group, None, skin, 1)


def extract(eye: Eye, items: list[Item], extra: Path | None, cache: Path) -> Features:
    """Resumes after the last complete shard in `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    done = len(list(cache.glob("*.npz"))) * _SHARD
    numbered = islice(enumerate(samples(items, extra)), done, None)
    # The runtime lets go of the interpreter while it computes.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(numbered, _SHARD)):
            seen = list(pool.map(lambda one: _seen(eye, one[1], one[0]), batch))
            _write(cache, batch[0][0] // _SHARD, [sample for _, sample in batch], seen)
            print(f"\rfeatures of {batch[-1][0] + 1} pictures", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return _joined(cache)


def _seen(eye: Eye, sample: Sample, number: int) -> NDArray[np.float32]:
    """(1 + varied) x F, as read first."""
    rng = np.random.default_rng(number)
    looks = [eye.look(sample.image)]
    looks += [_varied_look(eye, sample.image, rng) for _ in range(sample.varied)]
    return np.stack([pooled(look) for look in looks])


def _varied_look(eye: Eye, image: Image.Image, rng: np.random.Generator) -> Look:
    """Cropped, mirrored, turned, the wound framed less exactly, with a little light and warmth:
    never another hue."""
    image = _turned(_crop(image, rng, 0.55), rng)
    whole = eye.view(_lit(square(image), rng))
    found = find(whole.mask, *image.size)
    left, top, right, bottom = found.box
    w, h = right - left, bottom - top
    grown = rng.uniform(0.8, 1.4) / 2
    x = (left + right) / 2 + rng.normal() * 0.08 * w
    y = (top + bottom) / 2 + rng.normal() * 0.08 * h
    moved = (x - w * grown, y - h * grown, x + w * grown, y + h * grown)
    near = image.crop(within(moved, *image.size))
    return Look(image.size, whole, eye.view(_lit(square(near), rng)), found)


def _lit(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    gain = rng.uniform(0.75, 1.25) * rng.uniform(0.93, 1.07, 3)
    return np.clip(picture * gain, 0, 255).astype(np.uint8)


def _turned(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.rotate(90 * int(rng.integers(4)), expand=True)


def _write(
    cache: Path, number: int, shard: list[Sample], features: list[NDArray[np.float32]]
) -> None:
    part = cache / f"{number:04}.part"
    with part.open("wb") as file:
        np.savez(
            file,
            kinds=np.array([sample.kind for sample in shard]),
            groups=np.array([sample.group for sample in shard]),
            items=np.array([-1 if s.item is None else s.item for s in shard], dtype=np.int64),
            counts=np.array([len(one) for one in features]),
            features=np.concatenate(features).astype(np.float16),
        )
    # A shard that was cut off must not look complete.
    part.rename(part.with_suffix(".npz"))


def _joined(cache: Path) -> Features:
    shards = [np.load(file) for file in sorted(cache.glob("*.npz"))]
    counts = np.concatenate([shard["counts"] for shard in shards])
    features = np.concatenate([shard["features"] for shard in shards]).astype(np.float32)
    of = np.repeat(np.arange(len(counts)), counts)
    first = np.concatenate([[0], counts.cumsum()[:-1]])
    read = np.zeros(len(features), dtype=bool)
    read[first] = True
    kinds, groups, items = (
        np.concatenate([shard[name] for shard in shards]) for name in ("kinds", "groups", "items")
    )
    return Features(
        kinds,
        groups,
        items,
        read=features[read],
        varied=features[~read],
        of=of[~read],
    )


def _crop(image: Image.Image, rng: np.random.Generator, least: float) -> Image.Image:
    w, h = image.size
    share = rng.uniform(least, 1.0)
    cw, ch = max(8, int(w * share)), max(8, int(h * share))
    x, y = int(rng.integers(0, w - cw + 1)), int(rng.integers(0, h - ch + 1))
    return image.crop((x, y, x + cw, y + ch))


def _around(image: Image.Image, mask: NDArray[np.bool_], rng: np.random.Generator) -> Image.Image:
    """The wound with some skin around it: the whole picture shows mostly a foot."""
    ys, xs = np.nonzero(mask)
    half = int(max(int(np.ptp(ys)), int(np.ptp(xs)), 24) * rng.uniform(0.8, 1.75))
    cy, cx = int(ys.mean()), int(xs.mean())
    return image.crop(within((cx - half, cy - half, cx + half, cy + half), *image.size))


def _away(
    image: Image.Image, mask: NDArray[np.bool_], rng: np.random.Generator
) -> Image.Image | None:
    """A piece without any wound and without the black frame that some pictures have."""
    w, h = image.size
    for _ in range(20):
        span = int(rng.integers(90, 220))
        x, y = int(rng.integers(0, w - span)), int(rng.integers(0, h - span))
        piece = image.crop((x, y, x + span, y + span))
        dark = (np.asarray(piece.convert("L")) < 12).mean()
        if not mask[y : y + span, x : x + span].any() and dark < 0.05:
            return piece
    return None
