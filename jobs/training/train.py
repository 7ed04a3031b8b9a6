"""`vigia train`: makes a model folder from a folder of photos."""

import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from bot.core.assessment import Tissue
from jobs.training import tasks
from jobs.training.calibration import IS_DEEP, fit_calibration, softmax
from jobs.training.crossval import Task, fit, out_of_fold
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
    logits = out_of_fold(features, category)
    labels = [items[i].labelled for i in features.items[category.which]]
    known = np.array([label is not None for label in labels])
    named = np.array([ORDER.index(label) for label in labels if label])
    calibration = fit_calibration(logits[known], IS_DEEP[named])
    familiar, distances = _familiar(features.read[features.kinds == KINDS[0]])
    tensors = {
        **_named("gate", _as_sure_as_right(features, gate)),
        **_named("category", calibration.built_into(fit(features, category))),
        **_named("tissue", _as_sure_as_right(features, tissue)),
        "familiar.components": familiar.components,
        "familiar.mean": familiar.mean,
        "familiar.scale": familiar.scale,
    }
    save_file({name: np.ascontiguousarray(one) for name, one in tensors.items()}, out / HEADS)
    return ModelConfig(
        name=NAME,
        categories=tuple(ORDER),
        tissues=tuple(Tissue),
        wound_above=_WOUND_ABOVE,
        no_wound_below=_NO_WOUND_BELOW,
        plausible_above=plausible_threshold(named, softmax(calibration(logits[known])), COVERAGE),
        coverage=COVERAGE,
        unfamiliar_above=float(np.quantile(distances, _FAMILIAR_SHARE)),
        sha256={},
    )


def _as_sure_as_right(features: Features, task: Task) -> Head:
    temperature = fit_temperature(out_of_fold(features, task), task.targets, task.loss)
    head = fit(features, task)
    return Head(head.weight / np.float32(temperature), head.bias / np.float32(temperature))


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
