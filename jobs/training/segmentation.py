"""The outline decoder: fitted to wound masks on the backbone's frozen tokens."""

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from jobs.training.dataset import Item
from jobs.vision.decode import decode
from jobs.vision.model import Eye
from jobs.vision.overlay import outlined
from jobs.vision.views import SIDE, square, within

_EPOCHS = 10
_BATCH = 16
_RATE = 3e-3
_CLOSER_VIEWS = 3
_GRID, _WIDTH = 16, 384


def outline_split(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Photos with a mask: those the decoder is fitted to, and a quarter of the groups."""
    with_mask = [item for item in items if item.mask]
    kept = set(sorted({item.group for item in with_mask})[::4])
    fitted = [item for item in with_mask if item.group not in kept]
    return fitted, [item for item in with_mask if item.group in kept]


class OutlineNet(nn.Module):
    """Patch tokens say what is wound, a shallow look at the pixels where it ends. Inputs are
    N x SIDE x SIDE x 3 (uint8) and N x 257 x 384; the output is N x 112 x 112 logits."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.fine = _block(3, 16, 2)
        self.coarse = _block(16, 32, 2)
        self.narrow = nn.Sequential(_block(_WIDTH, width, size=1), _block(width, width))
        self.join = nn.Sequential(_block(width + 32, 48), _block(48, 48))
        self.out = nn.Sequential(_block(48 + 16, 24), nn.Conv2d(24, 1, 1))

    def forward(self, image: Tensor, tokens: Tensor) -> Tensor:
        fine = self.fine(image.permute(0, 3, 1, 2).float() / 127.5 - 1)
        coarse = self.coarse(fine)
        x = self.narrow(tokens[:, 1:].transpose(1, 2).reshape(-1, _WIDTH, _GRID, _GRID))
        x = nn.functional.interpolate(x, size=coarse.shape[-2:], mode="bilinear")
        x = self.join(torch.cat([x, coarse], 1))
        x = nn.functional.interpolate(x, size=fine.shape[-2:], mode="bilinear")
        logits: Tensor = self.out(torch.cat([x, fine], 1))
        return logits[:, 0]


def _block(before: int, after: int, stride: int = 1, *, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


@dataclass(frozen=True, slots=True)
class MaskedViews:
    """N squares (uint8), their tokens (float16, N x 257 x 384) and masks (N x 112 x 112, 0..1)."""

    pictures: NDArray[np.uint8]
    tokens: NDArray[np.float16]
    masks: NDArray[np.float16]


def masked_views(eye: Eye, items: list[Item], seed: int = 5) -> MaskedViews:
    """Each photo whole and seen closer; healthy skin has an empty mask."""
    rng = np.random.default_rng(seed)
    pictures, masks = [], []
    for item in items:
        image = decode(item.file.read_bytes())
        mask = Image.open(item.mask).convert("L") if item.mask else Image.new("L", image.size)
        boxes = [_box(mask, rng) for _ in range(_CLOSER_VIEWS if item.mask else 0)]
        for box in [(0, 0, *image.size), *boxes]:
            turn = 90 * int(rng.integers(4))
            pictures.append(square(image.crop(box).rotate(turn, expand=True)))
            wanted = mask.crop(box).rotate(turn, expand=True)
            small = wanted.resize((SIDE // 2, SIDE // 2), Image.Resampling.BOX)
            masks.append(np.asarray(small, dtype=np.float16) / 255)
    tokens = []
    for n, picture in enumerate(pictures):
        tokens.append(eye.tokens(picture).astype(np.float16))
        if n % 50 == 0:
            print(f"\rtokens {n}/{len(pictures)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return MaskedViews(np.stack(pictures), np.stack(tokens), np.stack(masks))


def train_outline(views: MaskedViews, epochs: int = _EPOCHS, seed: int = 0) -> OutlineNet:
    torch.manual_seed(seed)
    net = OutlineNet()
    optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=1e-2)
    steps = epochs * -(-len(views.masks) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    for epoch in range(epochs):
        order = torch.randperm(len(views.masks)).numpy()
        lost = 0.0
        for at in range(0, len(order), _BATCH):
            picked = np.sort(order[at : at + _BATCH])
            tokens = torch.from_numpy(views.tokens[picked]).float()
            # A little noise, for there are few photos.
            tokens += 0.05 * tokens.std() * torch.randn_like(tokens)
            wanted = torch.from_numpy(views.masks[picked]).float()
            optimizer.zero_grad()
            loss = _loss(net(torch.from_numpy(views.pictures[picked]), tokens), wanted)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            lost += loss.item() * len(picked)
        mean = lost / len(order)
        print(f"outline, epoch {epoch + 1}/{epochs}: {mean:.3f}", file=sys.stderr, flush=True)
    return net.eval()


def export_outline(net: OutlineNet, file: Path) -> None:
    example = (
        torch.zeros(2, SIDE, SIDE, 3, dtype=torch.uint8),
        torch.zeros(2, _GRID * _GRID + 1, _WIDTH),
    )
    with warnings.catch_warnings():
        # The tracing exporter is the one that needs no further package; it warns of its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            example,
            str(file),
            input_names=["image", "tokens"],
            output_names=["mask"],
            dynamic_axes={name: {0: "n"} for name in ("image", "tokens", "mask")},
            opset_version=17,
            dynamo=False,
        )


def dice_parts(eye: Eye, item: Item) -> tuple[float, float]:
    """Twice the overlap, and the sum, of the outlined and the true area, in pixels of the mask."""
    assert item.mask is not None
    truth = np.asarray(Image.open(item.mask).convert("L")) > 127
    area = outlined(eye.look(decode(item.file.read_bytes())))
    found = Image.fromarray(area.astype(np.uint8) * 255)
    inside = np.asarray(found.resize(truth.shape[::-1], Image.Resampling.BILINEAR)) > 127
    return 2.0 * float((inside & truth).sum()), float(inside.sum() + truth.sum())


def _loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy, and Dice both of each picture and of the batch: small wounds count too."""
    p = logits.sigmoid()
    each = (2 * (p * wanted).sum((1, 2)) + 20) / (p.sum((1, 2)) + wanted.sum((1, 2)) + 20)
    pooled = (2 * (p * wanted).sum() + 1) / (p.sum() + wanted.sum() + 1)
    bce = nn.functional.binary_cross_entropy_with_logits(logits, wanted)
    return bce + 0.5 * (1 - each).mean() + 0.5 * (1 - pooled)


def _box(mask: Image.Image, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A square around the wound, as a nurse who steps closer would frame it."""
    found = np.asarray(mask) > 127
    w, h = mask.size
    if not found.any():
        half = rng.uniform(0.15, 0.4) * w
        x, y = rng.uniform(0.3, 0.7) * w, rng.uniform(0.3, 0.7) * h
        return within((x - half, y - half, x + half, y + half), w, h)
    ys, xs = np.nonzero(found)
    half = max(int(np.ptp(ys)), int(np.ptp(xs)), 24) * rng.uniform(0.62, 2.0)
    x = (xs.min() + xs.max()) / 2 + rng.normal() * 0.24 * half
    y = (ys.min() + ys.max()) / 2 + rng.normal() * 0.24 * half
    return within((x - half, y - half, x + half, y + half), w, h)
