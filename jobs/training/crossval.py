"""Grouped cross-validation: a photo is only ever judged by heads that never saw its group."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from torch import Tensor

from jobs.training.heads import Head, Scale, fit_head, fit_scale

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    head: Head
    scale: Scale


def fit(read: Tensor, train: Tensor, targets: Tensor, weights: Tensor, decay: float) -> Fitted:
    """`read` and `train` are N x views x F: how it is read, and how it is varied in training."""
    views = torch.cat([read, train], 1)
    flat = views.flatten(0, 1)
    scale = fit_scale(flat)
    repeats = views.shape[1]
    return Fitted(
        fit_head(
            scale(flat),
            targets.repeat_interleave(repeats, 0),
            weights.repeat_interleave(repeats),
            decay=decay,
        ),
        scale,
    )


def out_of_fold(
    read: Tensor,
    train: Tensor,
    targets: Tensor,
    weights: Tensor,
    groups: NDArray[Any],
    decay: float,
) -> Tensor:
    """Logits (N x C), averaged over the reading views."""
    logits = torch.zeros_like(targets)
    for seen, unseen in GroupKFold(FOLDS).split(np.zeros(len(groups)), groups=groups):
        fitted = fit(read[seen], train[seen], targets[seen], weights[seen], decay)
        flat = fitted.scale(read[unseen].flatten(0, 1))
        views = fitted.head.logits(flat).view(len(unseen), read.shape[1], -1)
        logits[unseen] = views.mean(1)
    return logits


def interval(
    groups: NDArray[Any], figure: Any, *, draws: int = 500, seed: int = 0
) -> tuple[float, float]:
    """The 95% bootstrap interval of `figure(indices)` over groups."""
    rng = np.random.default_rng(seed)
    names = np.unique(groups)
    members = {name: np.flatnonzero(groups == name) for name in names}
    values = []
    for _ in range(draws):
        drawn = np.concatenate([members[n] for n in rng.choice(names, len(names))])
        value = figure(drawn)
        if np.isfinite(value):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
