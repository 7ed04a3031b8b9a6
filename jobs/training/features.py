"""Features of every photo under the frozen backbone, extracted once and kept in a cache file."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from jobs.training.dataset import Item
from jobs.training.negatives import draw_negatives
from jobs.vision.decode import decode
from jobs.vision.network import WoundNet
from jobs.vision.views import reading_views, tensor

_TRAIN_VIEWS = 3
_SKIN_CROPS = 1
# Foot ulcers would outnumber everything else.
_FOOT_SHARE = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture to learn from. `kind` is wound, skin or other."""

    name: str
    kind: str
    group: str
    item: int | None
    image: Image.Image


def samples(items: list[Item], extra: Path | None) -> Iterator[Sample]:
    rng = np.random.default_rng(3)
    for number, item in enumerate(items):
        image = decode(item.file.read_bytes())
        if item.pool == "masks" and item.mask:
            if number % _FOOT_SHARE:
                continue
            mask = np.asarray(Image.open(item.mask).convert("L")) > 127
            if mask.any():
                close = _around(image, mask, rng)
                yield Sample(f"{number}w", "wound", item.group, None, close)
            for n in range(_SKIN_CROPS):
                crop = _away(image, mask, rng)
                if crop is not None:
                    yield Sample(f"{number}s{n}", "skin", item.group, None, crop)
        else:
            kind = "skin" if item.pool == "normal-skin" else "wound"
            yield Sample(str(number), kind, item.group, number, image)
    for n, (name, image) in enumerate(draw_negatives(40)):
        yield Sample(f"d{n}", "other", f"drawn-{name}", None, image)
    for file in sorted(extra.iterdir()) if extra else ():
        image = decode(file.read_bytes())
        for n in range(12):
            yield Sample(f"{file.stem}{n}", "other", f"extra-{file.stem}", None, _crop(image, rng))


def train_views(image: Image.Image, side: int, rng: np.random.Generator) -> Tensor:
    """Random crops, mirrored and turned, with a little light and warmth: never another hue."""
    views = []
    for _ in range(_TRAIN_VIEWS):
        view = _crop(image, rng, 0.55)
        if rng.random() < 0.5:
            view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if rng.random() < 0.5:
            view = view.rotate(int(rng.integers(4)) * 90, expand=True)
        gain = torch.tensor(rng.uniform(0.75, 1.25) * rng.uniform(0.93, 1.07, 3))
        views.append((tensor(view, side) * gain.float().view(3, 1, 1)).clamp(0, 1))
    return torch.stack(views)


@torch.no_grad()
def extract(model: WoundNet, found: Iterable[Sample], total: int) -> dict[str, object]:
    """For each sample: pooled features of the reading views and of the training views."""
    side = model.config.side
    rng = np.random.default_rng(11)
    names, kinds, groups, numbers = [], [], [], []
    read: list[Tensor] = []
    train: list[Tensor] = []
    for n, sample in enumerate(found, start=1):
        batch = torch.cat([reading_views(sample.image, side), train_views(sample.image, side, rng)])
        pooled, _ = model.features(batch)
        read.append(pooled[:3].half())
        train.append(pooled[3:].half())
        names.append(sample.name)
        kinds.append(sample.kind)
        groups.append(sample.group)
        numbers.append(-1 if sample.item is None else sample.item)
        if n % 50 == 0:
            print(f"\rfeatures {n}/{total}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {
        "names": names,
        "kinds": kinds,
        "groups": groups,
        "items": numbers,
        "read": torch.stack(read),
        "train": torch.stack(train),
    }


def _crop(image: Image.Image, rng: np.random.Generator, least: float = 0.3) -> Image.Image:
    w, h = image.size
    share = rng.uniform(least, 1.0)
    cw, ch = max(8, int(w * share)), max(8, int(h * share))
    x, y = int(rng.integers(0, w - cw + 1)), int(rng.integers(0, h - ch + 1))
    return image.crop((x, y, x + cw, y + ch))


def _around(image: Image.Image, mask: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """The wound with some skin around it: the whole picture shows mostly a foot."""
    ys, xs = np.nonzero(mask)
    span = int(max(int(np.ptp(ys)), int(np.ptp(xs)), 24) * rng.uniform(1.6, 3.5))
    cy, cx = int(ys.mean()), int(xs.mean())
    half = span // 2
    box = (cx - half, cy - half, cx + half, cy + half)
    w, h = image.size
    return image.crop((max(0, box[0]), max(0, box[1]), min(w, box[2]), min(h, box[3])))


def _away(image: Image.Image, mask: np.ndarray, rng: np.random.Generator) -> Image.Image | None:
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
