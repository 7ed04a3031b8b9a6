"""ImageNet weights for the backbone, from torchvision's file (BSD-3), renamed for transformers."""

from pathlib import Path

import torch
from torch import Tensor
from transformers import MobileNetV2Model

_PARTS = {
    "0.weight": "convolution.weight",
    "1.weight": "normalization.weight",
    "1.bias": "normalization.bias",
    "1.running_mean": "normalization.running_mean",
    "1.running_var": "normalization.running_var",
    "1.num_batches_tracked": "normalization.num_batches_tracked",
}


def load_backbone(model: MobileNetV2Model, file: Path) -> None:
    """Raises RuntimeError unless every weight of the backbone is filled."""
    source = torch.load(file, map_location="cpu", weights_only=True)
    state: dict[str, Tensor] = {}
    for name, tensor in source.items():
        target = _target(name)
        if target:
            state[target] = tensor
    model.load_state_dict(state)


def _target(name: str) -> str | None:
    pieces = name.split(".")
    if pieces[0] != "features":
        return None
    index, rest = int(pieces[1]), pieces[2:]
    if index == 0:
        return f"conv_stem.first_conv.{_PARTS['.'.join(rest)]}"
    if index == 18:
        return f"conv_1x1.{_PARTS['.'.join(rest)]}"
    stage, tail = int(rest[1]), rest[2:]
    if index == 1:
        block = "conv_stem.conv_3x3" if stage == 0 else "conv_stem.reduce_1x1"
        return f"{block}.{_stage_part(stage, tail, last=1)}"
    block = ("expand_1x1", "conv_3x3", "reduce_1x1")[min(stage, 2)]
    return f"layer.{index - 2}.{block}.{_stage_part(stage, tail, last=2)}"


def _stage_part(stage: int, tail: list[str], *, last: int) -> str:
    """Inside a block torchvision nests conv and norm, except in the linear last step, where the
    convolution is number `last` and the norm the one after it."""
    if stage < last:
        return _PARTS[".".join(tail)]
    return _PARTS[f"{stage - last}.{tail[0]}"]
