"""`vigia train`: makes a model folder from a folder of photos."""

import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from bot.core.assessment import Tissue
from jobs.training import tasks
from jobs.training.crossval import fit, out_of_fold
from jobs.training.dataset import ORDER, Item, load_items
from jobs.training.features import Features, extract
from jobs.training.figures import plausible_threshold
from jobs.training.heads import Floats, fit_temperature
from jobs.training.segmentation import export_outline, masked_views, outline_split, train_outline
from jobs.vision.face import FACE
from jobs.vision.model import (
    BACKBONE,
    CONFIG,
    HEADS,
    KINDS,
    OUTLINE,
    Eye,
    Familiar,
    Head,
    ModelConfig,
    seal,
)
from jobs.vision.onboard import WEIGHTS

NAME = "onboard-dinov2-2"
COVERAGE = 0.90
_WOUND_ABOVE = 0.5
_NO_WOUND_BELOW = 0.05
_COMPONENTS = 32
_FAMILIAR_SHARE = 0.995


def train_command(
    data: Path, out: Path, *, backbone: Path | None = None, extra: Path | None = None
) -> int:
    """`backbone` is an ONNX file as `python -m jobs.training.backbone` makes it; without one the
    present backbone stays. `extra` holds folders `skin` and `other` of further pictures without a
    wound. What was finished is kept in `out` and not done again."""
    if not (data / "index.csv").is_file():
        print(f"No index.csv in {data}; nothing was changed.", file=sys.stderr)
        return 1
    torch.set_num_threads(2)
    out.mkdir(parents=True, exist_ok=True)
    items = load_items(data)
    # A folder is a model again only when all of it is done.
    (out / CONFIG).unlink(missing_ok=True)
    shutil.copy(backbone or WEIGHTS / BACKBONE, out / BACKBONE)
    shutil.copy(WEIGHTS / FACE, out / FACE)
    _outline(out, items)
    eye = Eye(out / BACKBONE, out / OUTLINE)
    features = extract(eye, items, extra, out / "features")
    seal(out, _heads(features, items, out))
    print(f"Saved in {out}", file=sys.stderr)
    return 0


def _outline(out: Path, items: list[Item]) -> None:
    if (out / OUTLINE).is_file():
        return
    fitted, _ = outline_split(items)
    if not fitted:
        shutil.copy(WEIGHTS / OUTLINE, out / OUTLINE)
        return
    skin = [item for item in items if item.pool == "normal-skin"]
    views = masked_views(Eye(out / BACKBONE, WEIGHTS / OUTLINE), fitted + skin)
    unfinished = out / "outline.part"
    export_outline(train_outline(views), unfinished)
    unfinished.rename(out / OUTLINE)


def _heads(features: Features, items: list[Item], out: Path) -> ModelConfig:
    gate, category, tissue = (
        tasks.gate(features),
        tasks.category(features, items),
        tasks.tissue(features, items),
    )
    gate_temperature = fit_temperature(out_of_fold(features, gate), gate.targets, gate.loss)
    logits = out_of_fold(features, category)
    temperature = fit_temperature(logits, category.targets, category.loss)
    tissue_head = fit(features, tissue)
    cooler = fit_temperature(out_of_fold(features, tissue), tissue.targets, tissue.loss)
    familiar, distances = _familiar(features.read[features.kinds == KINDS[0]])
    tensors = {
        **_named("gate", fit(features, gate)),
        **_named("category", fit(features, category)),
        **_named("tissue", Head(tissue_head.weight / cooler, tissue_head.bias / cooler)),
        "familiar.components": familiar.components,
        "familiar.mean": familiar.mean,
        "familiar.scale": familiar.scale,
    }
    save_file({name: np.ascontiguousarray(one) for name, one in tensors.items()}, out / HEADS)
    named = np.array(
        [ORDER.index(c) if (c := items[i].labelled) else -1 for i in features.items[category.which]]
    )
    known = named >= 0
    return ModelConfig(
        name=NAME,
        categories=tuple(ORDER),
        tissues=tuple(Tissue),
        gate_temperature=gate_temperature,
        category_temperature=temperature,
        wound_above=_WOUND_ABOVE,
        no_wound_below=_NO_WOUND_BELOW,
        plausible_above=plausible_threshold(
            named[known], softmax(logits[known] / temperature), COVERAGE
        ),
        coverage=COVERAGE,
        unfamiliar_above=float(np.quantile(distances, _FAMILIAR_SHARE)),
        sha256={},
    )


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), dtype=np.float32)


def _familiar(wounds: Floats) -> tuple[Familiar, Floats]:
    """The components that wounds vary in, and each one's distance."""
    center = wounds.mean(0)
    _, _, directions = np.linalg.svd(wounds - center, full_matrices=False)
    components = directions[:_COMPONENTS]
    z = wounds @ components.T
    familiar = Familiar(components, z.mean(0), np.maximum(z.std(0), 1e-3))
    return familiar, (((z - familiar.mean) / familiar.scale) ** 2).mean(1)


def _named(name: str, head: Head) -> dict[str, Floats]:
    return {f"{name}.weight": head.weight, f"{name}.bias": head.bias}
