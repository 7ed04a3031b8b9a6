"""The mask decoder, trained on the backbone's frozen levels."""

import sys

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from jobs.training.dataset import Item
from jobs.vision.decode import decode
from jobs.vision.network import MaskDecoder, WoundNet
from jobs.vision.views import tensor

_EPOCHS = 14
_BATCH = 16
_MASK_SIDE_SHARE = 4


def outline_split(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Photos with a mask: those the decoder is fitted to, and those of other groups."""
    with_mask = [item for item in items if item.mask]
    fitted = with_mask[::2]
    groups = {item.group for item in fitted}
    return fitted, [item for item in with_mask if item.group not in groups]


@torch.no_grad()
def masked_levels(
    model: WoundNet, items: list[Item], seed: int = 5
) -> tuple[list[list[Tensor]], list[Tensor]]:
    """For each photo with a mask, whole and seen closer: the four levels, and the mask."""
    rng = np.random.default_rng(seed)
    side = model.config.side
    levels: list[list[Tensor]] = []
    masks: list[Tensor] = []
    for n, item in enumerate(items, start=1):
        assert item.mask is not None
        image, mask = decode(item.file.read_bytes()), Image.open(item.mask).convert("L")
        for box in (None, _box(mask, rng)):
            view, wanted = (image, mask) if box is None else (image.crop(box), mask.crop(box))
            _, found = model.features(tensor(view, side)[None])
            levels.append([level[0].half() for level in found])
            small = wanted.resize((side // _MASK_SIDE_SHARE,) * 2, Image.Resampling.BOX)
            masks.append(torch.from_numpy(np.asarray(small, dtype=np.float32) / 255))
        if n % 50 == 0:
            print(f"\rmasks {n}/{len(items)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return levels, masks


def train_decoder(
    decoder: MaskDecoder, levels: list[list[Tensor]], masks: list[Tensor], seed: int = 0
) -> None:
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(decoder.parameters(), lr=2e-3, weight_decay=1e-4)
    steps = _EPOCHS * (len(masks) // _BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    decoder.train()
    for epoch in range(_EPOCHS):
        order = torch.randperm(len(masks)).tolist()
        for at in range(0, len(order), _BATCH):
            picked = order[at : at + _BATCH]
            batch = [torch.stack([levels[i][k].float() for i in picked]) for k in range(4)]
            wanted = torch.stack([masks[i] for i in picked])
            if torch.rand(()) < 0.5:
                batch, wanted = [level.flip(-1) for level in batch], wanted.flip(-1)
            optimizer.zero_grad()
            loss = _loss(decoder(batch), wanted)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        print(f"mask decoder, epoch {epoch + 1}/{_EPOCHS}: {loss.item():.3f}", file=sys.stderr)
    decoder.eval()


@torch.no_grad()
def pooled_dice(
    decoder: MaskDecoder, levels: list[list[Tensor]], masks: list[Tensor], above: float
) -> float:
    """Dice over all pixels of all pictures together."""
    both = union = 0.0
    for level, mask in zip(levels, masks, strict=True):
        found = decoder([one[None].float() for one in level])[0].sigmoid() > above
        truth = mask > 0.5
        both += 2 * float((found & truth).sum())
        union += float(found.sum() + truth.sum())
    return both / union if union else 0.0


def _loss(logits: Tensor, wanted: Tensor) -> Tensor:
    p = logits.sigmoid()
    overlap = (2 * (p * wanted).sum() + 1) / (p.sum() + wanted.sum() + 1)
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted) + 1 - overlap


def _box(mask: Image.Image, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A square around the wound, as a nurse who steps closer would frame it."""
    found = np.asarray(mask) > 127
    w, h = mask.size
    if not found.any():
        return 0, 0, w, h
    ys, xs = np.nonzero(found)
    half = int(max(int(np.ptp(ys)), int(np.ptp(xs)), 30) * rng.uniform(0.7, 1.6))
    cx, cy = int(xs.mean()), int(ys.mean())
    return max(0, cx - half), max(0, cy - half), min(w, cx + half), min(h, cy + half)
