"""What each head learns from which samples."""

import numpy as np

from jobs.training.crossval import Task
from jobs.training.dataset import Item
from jobs.training.features import Features
from jobs.training.heads import Loss
from jobs.vision.model import KINDS

# Chosen by grouped cross-validation: docs/experiments.md.
_GATE_DECAY = 0.003
_CATEGORY_DECAY = 0.06
_TISSUE_DECAY = 0.1


def gate(features: Features) -> Task:
    """Wound, skin or other: each kind weighs the same."""
    kinds = features.kinds
    targets = np.stack([kinds == kind for kind in KINDS], axis=1).astype(np.float32)
    counts = np.maximum(targets.sum(0), 1)
    weights = (targets / counts).sum(1).astype(np.float32)
    return Task(np.arange(len(kinds)), targets, weights, _GATE_DECAY, Loss.ONE_OF)


def category(features: Features, items: list[Item]) -> Task:
    """Labels and ratings together, as soft targets."""
    which = np.array([n for n, i in enumerate(features.items) if i >= 0 and items[i].target])
    targets = np.array([items[i].target for i in features.items[which]], dtype=np.float32)
    weights = np.ones(len(which), dtype=np.float32)
    return Task(which, targets, weights, _CATEGORY_DECAY, Loss.ONE_OF)


def tissue(features: Features, items: list[Item]) -> Task:
    """What the raters saw in the bed."""
    which = np.array([n for n, i in enumerate(features.items) if i >= 0 and items[i].tissue])
    targets = np.array([items[i].tissue for i in features.items[which]], dtype=np.float32)
    weights = np.ones(len(which), dtype=np.float32)
    return Task(which, targets, weights, _TISSUE_DECAY, Loss.EACH)
