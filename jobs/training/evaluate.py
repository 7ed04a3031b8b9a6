"""`vigia evaluate`: how the reader does on photos it was not fitted to, with intervals."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.core.assessment import DEEP, Category, Tissue
from bot.core.decision_table import load_table
from bot.settings import CHECKOUT
from jobs.training import tasks
from jobs.training.calibration import (
    IS_DEEP,
    calibrated_out_of_fold,
    fit_calibration,
    softmax,
)
from jobs.training.crossval import interval, out_of_fold
from jobs.training.dataset import ORDER, Item, load_items
from jobs.training.features import Features, extract
from jobs.training.figures import (
    accuracy,
    auc,
    calibration_error,
    lower_bound,
    ratio,
    safe_threshold,
    share,
    specificity,
    weighted_kappa,
)
from jobs.training.heads import Floats, fit_temperature
from jobs.training.report import Judged, write_report
from jobs.training.segmentation import dice_parts, outline_split
from jobs.vision.model import BACKBONE, KINDS, OUTLINE, Eye, WoundModel, load

_SHALLOW_RATED = frozenset({"I", "II"})
_FOUR = 4
DECISION_TABLE = CHECKOUT / "bot" / "core" / "decision_table.toml"
_DEEP_FIGURES = (
    ("AUC", auc),
    ("accuracy", accuracy),
    ("specificity at 95% sensitivity", specificity),
)


def _say(
    name: str, groups: NDArray[np.str_], figure: Callable[..., float], *arrays: NDArray[Any]
) -> None:
    """Prints `figure(*arrays)` with its interval; the arrays are in the order of `groups`."""
    if not len(groups):
        return
    low, high = interval(groups, lambda i: figure(*(array[i] for array in arrays)))
    value = figure(*arrays)
    print(f"{name:<58} {value:.3f}  [{low:.3f}, {high:.3f}]  n={len(groups)}", flush=True)


def evaluate_command(
    data: Path, model: Path, *, report: Path | None = None, extra: Path | None = None
) -> int:
    """Grouped five-fold cross-validation of the heads on the model's backbone, which never saw
    these photos; the outline on the groups that it was not fitted to."""
    if not (data / "index.csv").is_file():
        print(f"Skipped: there is no index.csv in {data}, so there is nothing to measure on.")
        return 0
    torch.set_num_threads(2)
    wound_model = load(model)
    items = load_items(data)
    eye = Eye(model / BACKBONE, model / OUTLINE)
    features = extract(eye, items, extra, CHECKOUT / "var" / "features" / _key(model, data, extra))
    print(f"{wound_model.config.name}; {len(items)} photos, {len({i.group for i in items})} groups")
    _gate(features, items, wound_model)
    judged = _categories(features, items, wound_model)
    _tissue(features, items)
    _outline(eye, items)
    if report:
        print(f"Report: {write_report(report, judged)}")
    return 0


def _key(model: Path, data: Path, extra: Path | None) -> str:
    """Names what the features depend on."""
    parts = [model / BACKBONE, model / OUTLINE, data / "index.csv"]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts))
    for file in sorted(extra.glob("*/*")) if extra else ():
        digest.update(file.name.encode())
    return digest.hexdigest()[:16]


def _gate(features: Features, items: list[Item], model: WoundModel) -> None:
    task = tasks.gate(features)
    logits = out_of_fold(features, task)
    p = softmax(logits / fit_temperature(logits, task.targets, task.loss))[:, KINDS.index("wound")]
    above, below = model.config.wound_above, model.config.no_wound_below
    first = np.array([i >= 0 and items[i].labelled is Category.I for i in features.items])
    photographed = np.array([name.startswith("extra") for name in features.groups])
    other = features.kinds == "other"
    wound, skin = features.kinds == "wound", features.kinds == "skin"
    for name, which, hits in (
        ('category I called "no wound"', first, p < below),
        ("category I sent to a person as unsure", first, (p >= below) & (p < above)),
        ("healthy skin called wound", skin, p >= above),
        ("drawn non-bodies called wound", other & ~photographed, p >= above),
        ("photographed non-bodies called wound", other & photographed, p >= above),
        ("wounds that pass the gate", wound, p >= above),
    ):
        _say(name, features.groups[which], share, hits[which])


def _categories(features: Features, items: list[Item], model: WoundModel) -> list[Judged]:
    task = tasks.category(features, items)
    logits = out_of_fold(features, task)
    of = [items[i] for i in features.items[task.which]]
    groups = features.groups[task.which]
    named = np.array([ORDER.index(item.labelled) if item.labelled else -1 for item in of])
    labelled = named >= 0
    is_deep = np.array([item.labelled in DEEP for item in of])
    # Whatever was rated only took no part in the calibration.
    p = softmax(fit_calibration(logits[labelled], is_deep[labelled])(logits))
    p[labelled] = calibrated_out_of_fold(logits[labelled], is_deep[labelled], groups[labelled])
    deep = p[:, IS_DEEP].sum(1)
    raters = np.array([_raters_say(item) for item in of])
    agreed = labelled & (raters == is_deep.astype(int))
    both = agreed | (~labelled & (raters >= 0))
    truth = np.where(labelled, is_deep, raters == 1)
    for name, which in (
        ("stage labels", labelled),
        ("label and raters agree", agreed),
        ("raters agree, no label against them", both),
    ):
        for measure, figure in _DEEP_FIGURES:
            _say(f"deep, {name}: {measure}", groups[which], figure, truth[which], deep[which])
    g, label, t, d = groups[labelled], named[labelled], truth[labelled], deep[labelled]
    four = p[labelled, :_FOUR].argmax(1)
    _say("four-category accuracy", g, share, four == label)
    _say("quadratic-weighted kappa", g, weighted_kappa, four, label)
    _say("expected calibration error (deep)", g, calibration_error, t, d)
    inside = p[labelled] >= model.config.plausible_above
    _say("label among the plausible categories", g, share, inside[np.arange(len(label)), label])
    _say("plausible categories per photo", g, share, inside.sum(1))
    _threshold("stage labels", t, d)
    _threshold("raters agree, no label against them", truth[both], deep[both])
    return list(_judged(of, p))


def _threshold(name: str, truth: NDArray[np.bool_], deep: Floats) -> None:
    """What the decision table's own threshold would have found, and the safest quiet one."""
    table = load_table(DECISION_TABLE.read_text("utf-8")).thresholds.review_p_deep
    for which, found in (("table's", table), ("highest safe", safe_threshold(truth, deep))):
        if found is None:
            print(f"deep, {name}: too few photos to show 95% sensitivity with 95% confidence")
            continue
        passed, of = int((deep[truth] >= found).sum()), int(truth.sum())
        quiet = float((deep[~truth] < found).mean())
        print(
            f"deep, {name}, {which} threshold {found:.3f}: sensitivity {passed} of {of}, lower "
            f"95% bound {lower_bound(passed, of):.3f}; specificity {quiet:.3f}"
        )


def _tissue(features: Features, items: list[Item]) -> None:
    task = tasks.tissue(features, items)
    if not len(task.which):
        return
    logits = out_of_fold(features, task)
    groups = features.groups[task.which]
    for n, tissue in enumerate(Tissue):
        # Where the raters differ there is no truth to measure against.
        sure = np.isin(task.targets[:, n], (0.0, 1.0))
        seen = task.targets[sure, n] == 1.0
        _say(f"{tissue} (raters agree): AUC", groups[sure], auc, seen, logits[sure, n])


def _outline(eye: Eye, items: list[Item]) -> None:
    _, unseen = outline_split(items)
    parts = []
    for n, item in enumerate(unseen):
        parts.append(dice_parts(eye, item))
        print(f"\routlines {n + 1}/{len(unseen)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if not parts:
        return
    both, total = np.array(parts).T
    seen_in = np.array([item.group for item in unseen])
    _say("outline of foot ulcers: pooled Dice", seen_in, ratio, both, total)


def _raters_say(item: Item) -> int:
    """1 where both raters see it as deep, 0 where both as shallow, else -1."""
    if len(item.raters) != 2 or "N" in item.raters:
        return -1
    deep = {rating not in _SHALLOW_RATED for rating in item.raters}
    return int(deep.pop()) if len(deep) == 1 else -1


def _judged(of: list[Item], p: Floats) -> Iterator[Judged]:
    for item, one in zip(of, p, strict=True):
        if item.labelled:
            yield Judged(item.file, item.labelled, dict(zip(ORDER, one.tolist(), strict=True)))
