"""`vigia evaluate`: how the reader does on photos it was not fitted to, with intervals."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score, roc_auc_score
from torch import Tensor

from bot.core.assessment import DEEP, Category
from jobs.training.crossval import interval, out_of_fold
from jobs.training.dataset import ORDER, Item, load_items
from jobs.training.features import extract, samples
from jobs.training.heads import fit_temperature
from jobs.training.segmentation import masked_levels, outline_split, pooled_dice
from jobs.training.train import CATEGORY_DECAY, GATE_DECAY, WEIGHTS
from jobs.vision.network import KINDS, WoundNet, load

_DEEP = torch.tensor([category in DEEP for category in ORDER])
_SHALLOW_RATED = frozenset({"I", "II"})


def evaluate_command(data: Path) -> int:
    """Grouped five-fold cross-validation of the heads on the committed backbone's features. The
    backbone never saw these photos: it knows ImageNet only."""
    if not (data / "index.csv").is_file():
        print(f"Skipped: there is no index.csv in {data}, so there is nothing to measure on.")
        return 0
    torch.set_num_threads(2)
    model = load(WEIGHTS)
    items = load_items(data)
    found = list(samples(items, None))
    features = extract(model, found, len(found))
    read, train = features["read"].float(), features["train"].float()  # type: ignore[attr-defined]
    kinds, groups = np.array(features["kinds"]), np.array(features["groups"])
    numbers = np.array(features["items"])
    print(f"model {model.config.name}; {len(items)} photos, {len(set(groups))} groups")
    _gate(read, train, kinds, groups, numbers, items)
    _categories(read, train, groups, numbers, items)
    _outline(model, items)
    return 0


def _outline(model: WoundNet, items: list[Item]) -> None:
    _, unseen = outline_split(items)
    if not unseen:
        return
    levels, masks = masked_levels(model, unseen)
    # Each photo is there whole and seen closer.
    for name, first in (("whole photo", 0), ("wound seen closer", 1)):
        views, wanted = levels[first::2], masks[first::2]
        dice = pooled_dice(model.decoder, views, wanted, model.config.mask_above)
        print(f"{f'outline of foot ulcers, {name}: pooled Dice':<62} {dice:.3f}  n={len(wanted)}")


def _gate(
    read: Tensor,
    train: Tensor,
    kinds: NDArray[Any],
    groups: NDArray[Any],
    numbers: NDArray[Any],
    items: list[Item],
) -> None:
    targets = torch.tensor(np.array([[kind == name for name in KINDS] for kind in kinds])).float()
    weights = torch.tensor([1.0 / (kinds == kind).sum() for kind in kinds]).float()
    logits = out_of_fold(read, train, targets, weights, groups, GATE_DECAY)
    p = (logits / fit_temperature(logits, targets)).softmax(1)[:, 0].numpy()
    first = np.array([n >= 0 and items[n].label == "I" for n in numbers])
    config = load(WEIGHTS).config
    below, above = config.no_wound_below, config.wound_above
    _say("category I called no wound", groups[first], lambda i: (p[first][i] < below).mean())
    _say("category I sent to a person as unsure", groups[first], _between(p[first], below, above))
    skin, other, wound = (kinds == name for name in ("skin", "other", "wound"))
    _say("healthy skin called wound", groups[skin], lambda i: (p[skin][i] >= above).mean())
    _say("drawn non-bodies called wound", groups[other], lambda i: (p[other][i] >= above).mean())
    _say("wounds assessed", groups[wound], lambda i: (p[wound][i] >= above).mean())


def _between(p: NDArray[Any], below: float, above: float) -> Callable[[NDArray[Any]], float]:
    return lambda i: float(((p[i] >= below) & (p[i] < above)).mean())


def _categories(
    read: Tensor, train: Tensor, groups: NDArray[Any], numbers: NDArray[Any], items: list[Item]
) -> None:
    rated = np.array([n for n, i in enumerate(numbers) if i >= 0 and items[i].target])
    targets = torch.tensor([items[numbers[n]].target for n in rated])
    logits = out_of_fold(
        read[rated], train[rated], targets, torch.ones(len(rated)), groups[rated], CATEGORY_DECAY
    )
    p = (logits / fit_temperature(logits, targets)).softmax(1)
    of = [items[numbers[n]] for n in rated]
    labelled = np.array([n for n, item in enumerate(of) if item.labelled])
    names = [category for n in labelled if (category := of[n].labelled)]
    truth = np.array([ORDER.index(category) for category in names])
    deep = p[:, _DEEP].sum(1).numpy()[labelled]
    is_deep = truth >= ORDER.index(Category.III)
    g = groups[rated][labelled]
    _deep_figures("stage labels", is_deep, deep, g)
    agreed = np.array([_agree(of[n], d) for n, d in zip(labelled, is_deep, strict=True)])
    _deep_figures("label and raters agree", is_deep[agreed], deep[agreed], g[agreed])
    four = p[labelled, :4].argmax(1).numpy()
    _say("four-category accuracy", g, lambda i: (four[i] == truth[i]).mean())
    _say("quadratic-weighted kappa", g, lambda i: _weighted_kappa(four[i], truth[i]))
    _say("expected calibration error (deep)", g, lambda i: _calibration(deep[i], is_deep[i]))


def _deep_figures(
    name: str, is_deep: NDArray[Any], deep: NDArray[Any], groups: NDArray[Any]
) -> None:
    _say(
        f"deep, {name}: AUC",
        groups,
        lambda i: _auc(is_deep[i], deep[i]),
    )
    _say(f"deep, {name}: accuracy", groups, lambda i: ((deep[i] >= 0.5) == is_deep[i]).mean())
    _say(f"deep, {name}: specificity at 95% sensitivity", groups, _specificity(is_deep, deep))


def _specificity(is_deep: NDArray[Any], deep: NDArray[Any]) -> Callable[[NDArray[Any]], float]:
    def at_95(i: NDArray[Any]) -> float:
        threshold = np.quantile(deep[i][is_deep[i]], 0.05)
        return float((deep[i][~is_deep[i]] < threshold).mean())

    return at_95


def _agree(item: Item, deep: bool) -> bool:
    """Both raters see it as deep, or both as shallow, as the label does."""
    if len(item.raters) != 2 or "N" in item.raters:
        return False
    return all((rating not in _SHALLOW_RATED) == deep for rating in item.raters)


def _calibration(p: NDArray[Any], truth: NDArray[Any], bins: int = 10) -> float:
    which = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [
        abs(p[which == b].mean() - truth[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))


def _auc(truth: NDArray[Any], p: NDArray[Any]) -> float:
    # A draw of one kind only has no curve.
    return float(roc_auc_score(truth, p)) if 0 < truth.sum() < len(truth) else float("nan")


def _weighted_kappa(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(cohen_kappa_score(one, other, weights="quadratic"))


def _say(name: str, groups: NDArray[Any], figure: Callable[[NDArray[Any]], Any]) -> None:
    low, high = interval(groups, figure)
    value = float(figure(np.arange(len(groups))))
    print(f"{name:<62} {value:.3f}  [{low:.3f}, {high:.3f}]  n={len(groups)}")
    sys.stdout.flush()
