"""Grouped cross-validation: a photo is only ever judged by heads that never saw its group."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from jobs.training.features import Features
from jobs.training.heads import Floats, Loss, fit_head
from jobs.vision.model import Head

FOLDS = 5
_DRAWS = 500

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """What one head learns: `targets` (N x C) and `weights` (N) of the samples numbered `which`."""

    which: Indices
    targets: Floats
    weights: Floats
    decay: float
    loss: Loss


def fit(features: Features, task: Task, chosen: Indices | None = None) -> Head:
    """On the samples `chosen` out of the task's (all of them by default), as they are read and as
    they were varied. Every photo weighs the same, however often it was varied."""
    positions = np.arange(len(task.which)) if chosen is None else chosen
    at = np.full(len(features.read), -1)
    at[task.which[positions]] = positions
    varied = np.flatnonzero(at[features.of] >= 0)
    which = np.concatenate([positions, at[features.of[varied]]])
    x = np.concatenate([features.read[task.which[positions]], features.varied[varied]])
    views = np.bincount(which, minlength=len(task.which))
    weights = task.weights[which] / views[which]
    return fit_head(x, task.targets[which], weights, decay=task.decay, loss=task.loss)


def out_of_fold(features: Features, task: Task) -> Floats:
    """Logits (N x C) of every sample of the task."""
    logits = np.zeros_like(task.targets)
    groups = features.groups[task.which]
    for seen, unseen in GroupKFold(FOLDS, shuffle=True, random_state=0).split(
        groups, groups=groups
    ):
        head = fit(features, task, seen)
        x = features.read[task.which[unseen]]
        logits[unseen] = x @ head.weight.T + head.bias
    return logits


def interval(
    groups: NDArray[np.str_], figure: Callable[[Indices], float], seed: int = 0
) -> tuple[float, float]:
    """The 95% bootstrap interval of `figure(indices)` over groups."""
    rng = np.random.default_rng(seed)
    names = np.unique(groups)
    members = {name: np.flatnonzero(groups == name) for name in names}
    values = []
    for _ in range(_DRAWS):
        drawn = np.concatenate([members[name] for name in rng.choice(names, len(names))])
        value = figure(drawn)
        if np.isfinite(value):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
