"""`vigia train`: makes a model folder from a folder of photos."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from jobs.training.crossval import fit, out_of_fold
from jobs.training.dataset import Item, load_items
from jobs.training.features import Sample, extract, samples
from jobs.training.heads import fit_temperature
from jobs.training.pretrained import load_backbone
from jobs.training.segmentation import masked_levels, outline_split, train_decoder
from jobs.vision.network import KINDS, ReaderConfig, WoundNet, load, save

SIDE = 256
CATEGORY_DECAY = 3e-2
GATE_DECAY = 1e-2
_UNTRAINED = ReaderConfig("untrained", SIDE, 1, 1, 0.5, 0.05, 0.5, 1e9)
WEIGHTS = Path(__file__).parent.parent / "vision" / "weights"


def train_command(
    data: Path, out: Path, *, backbone: Path | None = None, extra: Path | None = None
) -> int:
    """`backbone` is a MobileNetV2 file; without one the backbone of the present weights stays.
    `extra` is a folder of further pictures that show no wound. Resumes from cached features."""
    if not (data / "index.csv").is_file():
        print(f"No index.csv in {data}; nothing was changed.", file=sys.stderr)
        return 1
    torch.manual_seed(0)
    torch.set_num_threads(2)
    model = WoundNet(_UNTRAINED).eval()
    if backbone:
        load_backbone(model.backbone, backbone)
    else:
        model.backbone.load_state_dict(load(WEIGHTS).backbone.state_dict())
    items = load_items(data)
    out.mkdir(parents=True, exist_ok=True)
    cache = out / "features.pt"
    if not cache.is_file():
        found: list[Sample] = list(samples(items, extra))
        torch.save(extract(model, found, len(found)), cache)
    features = torch.load(cache)
    with_mask, _ = outline_split(items)
    if with_mask:
        train_decoder(model.decoder, *masked_levels(model, with_mask))
    _fit_heads(model, features, items)
    save(model, out)
    print(f"Saved in {out}", file=sys.stderr)
    return 0


def _fit_heads(model: WoundNet, features: dict[str, object], items: list[Item]) -> None:
    read, train = (features[name].float() for name in ("read", "train"))  # type: ignore[attr-defined]
    kinds = np.array(features["kinds"])
    groups = np.array(features["groups"])
    numbers = np.array(features["items"])
    gate_targets = torch.tensor(np.array([[k == name for name in KINDS] for k in kinds])).float()
    gate_weights = torch.tensor([1.0 / (kinds == kind).sum() for kind in kinds]).float()
    gate_logits = out_of_fold(read, train, gate_targets, gate_weights, groups, GATE_DECAY)
    gate = fit(read, train, gate_targets, gate_weights, GATE_DECAY)
    rated = np.array([n for n, i in enumerate(numbers) if i >= 0 and items[i].target])
    targets = torch.tensor([items[numbers[n]].target for n in rated])
    weights = torch.ones(len(rated))
    logits = out_of_fold(read[rated], train[rated], targets, weights, groups[rated], CATEGORY_DECAY)
    category = fit(read[rated], train[rated], targets, weights, CATEGORY_DECAY)
    # Both heads share the gate's scale, so that the model keeps one.
    model.feature_mean.copy_(gate.scale.mean)
    model.feature_scale.copy_(gate.scale.scale)
    model.gate.weight.data.copy_(gate.head.weight)
    model.gate.bias.data.copy_(gate.head.bias)
    ratio = gate.scale.scale / category.scale.scale
    shift = (gate.scale.mean - category.scale.mean) / category.scale.scale
    model.category.weight.data.copy_(category.head.weight * ratio)
    model.category.bias.data.copy_(category.head.bias + category.head.weight @ shift)
    strange = _familiarity(model, read[torch.from_numpy(kinds == "wound")])
    model.config = replace(
        model.config,
        name="onboard-mobilenetv2-1",
        gate_temperature=fit_temperature(gate_logits, gate_targets),
        category_temperature=fit_temperature(logits, targets),
        unfamiliar_above=strange,
    )


def _familiarity(model: WoundNet, wounds: torch.Tensor) -> float:
    """Fits the components that wounds vary in; returns the distance that 99.5% stay below."""
    whole = (wounds[:, 0] - model.feature_mean) / model.feature_scale
    _, _, v = torch.linalg.svd(whole - whole.mean(0), full_matrices=False)
    model.components.copy_(v[: model.components.shape[0]])
    z = whole @ model.components.T
    model.component_mean.copy_(z.mean(0))
    model.component_scale.copy_(z.std(0).clamp_min(1e-3))
    return float(torch.quantile(model.strangeness(whole), 0.995))
