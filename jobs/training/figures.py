"""How good a reader is, in numbers. Every function takes arrays of one length."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.metrics import cohen_kappa_score, roc_auc_score

Bools = NDArray[np.bool_]
Shares = NDArray[np.floating]

SENSITIVITY = 0.95
_BINS = 10


def share(hits: NDArray[Any]) -> float:
    return float(hits.mean())


def ratio(parts: Shares, wholes: Shares) -> float:
    """Of the sums: large pictures count for more."""
    return float(parts.sum() / wholes.sum())


def auc(truth: Bools, p: Shares) -> float:
    """Not a number where only one kind is there."""
    return float(roc_auc_score(truth, p)) if 0 < truth.sum() < len(truth) else float("nan")


def accuracy(truth: Bools, p: Shares) -> float:
    return float(((p >= 0.5) == truth).mean())


def specificity(truth: Bools, p: Shares) -> float:
    """At the threshold that finds 95% of those that are true."""
    if not 0 < truth.sum() < len(truth):
        return float("nan")
    threshold = np.quantile(p[truth], 1 - SENSITIVITY)
    return float((p[~truth] < threshold).mean())


def calibration_error(truth: Bools, p: Shares) -> float:
    """Expected calibration error over ten equal bins."""
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(p[bins == b].mean() - truth[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def weighted_kappa(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Quadratic weights: two categories apart counts four times one."""
    return float(cohen_kappa_score(one, other, weights="quadratic"))


def lower_bound(hits: int, of: int) -> float:
    """The one-sided exact 95% bound of a share (Clopper and Pearson)."""
    return float(beta.ppf(0.05, hits, of - hits + 1)) if hits else 0.0


def safe_threshold(truth: Bools, p: Shares) -> float | None:
    """The highest threshold whose sensitivity has a lower 95% bound of 0.95 or more; None where
    even finding all of them would not show that, for they are too few."""
    deep = np.sort(p[truth])
    missed = -1
    while missed + 1 < len(deep) and lower_bound(len(deep) - missed - 1, len(deep)) >= SENSITIVITY:
        missed += 1
    return None if missed < 0 else float(deep[missed])


def plausible_threshold(truth: NDArray[np.int64], p: Shares, coverage: float) -> float:
    """Split-conformal: categories of at least this probability hold the true one in `coverage` of
    photos like these. `p` is N x C, out of fold."""
    scores = np.sort(p[np.arange(len(truth)), truth])
    allowed = int(np.floor((1 - coverage) * (len(scores) + 1)))
    return float(scores[allowed - 1]) if allowed >= 1 else 0.0
