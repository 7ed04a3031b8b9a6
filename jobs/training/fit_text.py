"""Fits a linear model of short texts, and packs it into two bytes a bucket."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.core.text_model import TextModel, counted

BUCKETS = 1 << 17
_SEEN_IN = 2
_STRENGTH = 10.0
_STEPS = 255
_HALF = 128

Words = Sequence[str]


def fit_text(
    texts: Sequence[Words], is_kind: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> TextModel:
    """`weights`: how much each text counts, 1 where None. Both kinds count alike in sum."""
    rows = [counted(words, BUCKETS) for words in texts]
    seen = np.zeros(BUCKETS)
    for row in rows:
        seen[list(row)] += 1
    rarity = np.where(seen >= _SEEN_IN, np.log((1 + len(rows)) / (1 + seen)) + 1, 0.0)
    rarity_unit = float(rarity.max()) / _STEPS
    packed = np.rint(rarity / rarity_unit).astype(np.uint8)
    counts = np.ones(len(rows)) if weights is None else weights
    # At the usual tolerance it stops anywhere, and a dozen new phrases move thousands of others.
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=3000, tol=1e-6)
    seen_rarity = packed.astype(np.float64) * rarity_unit
    model.fit(_matrix(rows, seen_rarity), is_kind, sample_weight=counts)
    pulls = model.coef_[0]
    weight_unit = float(np.abs(pulls).max()) / (_HALF - 1)
    bent = (np.rint(pulls / weight_unit) + _HALF).astype(np.uint8)
    return TextModel(
        BUCKETS,
        packed.tobytes(),
        rarity_unit,
        bent.tobytes(),
        weight_unit,
        float(model.intercept_[0]),
    )


def _matrix(rows: Sequence[dict[int, int]], rarity: NDArray[np.float64]) -> csr_matrix:
    values: list[float] = []
    buckets: list[int] = []
    ends = [0]
    for row in rows:
        heard = {b: (1 + math.log(n)) * rarity[b] for b, n in row.items() if rarity[b]}
        length = math.sqrt(sum(value * value for value in heard.values())) or 1.0
        buckets += heard
        values += [value / length for value in heard.values()]
        ends.append(len(buckets))
    return csr_matrix((values, buckets, ends), shape=(len(rows), BUCKETS))
