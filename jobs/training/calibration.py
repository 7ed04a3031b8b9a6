"""Makes out-of-fold probabilities as sure as they are right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from bot.core.assessment import DEEP
from jobs.training.crossval import FOLDS
from jobs.training.dataset import ORDER
from jobs.training.heads import Floats
from jobs.vision.model import Head

IS_DEEP = np.array([category in DEEP for category in ORDER])


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logits are divided by `temperature`; those of the deep categories then move by `deep_shift`,
    for the rated photos show more deep wounds than the labelled ones."""

    temperature: float
    deep_shift: float

    def __call__(self, logits: Floats) -> Floats:
        return (logits / self.temperature + self.deep_shift * IS_DEEP).astype(np.float32)

    def built_into(self, head: Head) -> Head:
        bias = head.bias / self.temperature + self.deep_shift * IS_DEEP
        return Head(head.weight / np.float32(self.temperature), bias.astype(np.float32))


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), dtype=np.float32)


def fit_calibration(logits: Floats, deep: NDArray[np.bool_]) -> Calibration:
    """By likelihood of deep or not on labelled photos; `logits` are out of fold."""

    def loss(parameters: NDArray[np.float64]) -> float:
        tried = Calibration(float(np.exp(parameters[0])), float(parameters[1]))
        p = softmax(tried(logits))[:, IS_DEEP].sum(1).clip(1e-6, 1 - 1e-6)
        return float(-np.log(np.where(deep, p, 1 - p)).mean())

    found = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return Calibration(float(np.exp(found[0])), float(found[1]))


def calibrated_out_of_fold(
    logits: Floats, deep: NDArray[np.bool_], groups: NDArray[np.str_]
) -> Floats:
    """Probabilities of photos whose groups the calibration never saw."""
    p = np.zeros_like(logits)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(groups, groups=groups):
        p[unseen] = softmax(fit_calibration(logits[seen], deep[seen])(logits[unseen]))
    return p
