"""Linear heads on frozen features: fitted in seconds, so that every fold gets its own."""

from enum import Enum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobs.vision.model import Head

_STEPS = 150

Floats = NDArray[np.float32]


class Loss(Enum):
    """Whether the classes exclude one another."""

    ONE_OF = "one of"
    EACH = "each by itself"


def fit_head(x: Floats, targets: Floats, weights: Floats, *, decay: float, loss: Loss) -> Head:
    """Logistic regression on soft targets (N x C) by L-BFGS; deterministic. The features are
    scaled for the fit, and the head that comes back takes them as they are."""
    mean, scale = x.mean(0), np.maximum(x.std(0), 1e-3)
    features = torch.from_numpy((x - mean) / scale).float()
    wanted = torch.from_numpy(targets).float()
    share = torch.from_numpy(weights / weights.sum()).float()
    linear = nn.Linear(x.shape[1], targets.shape[1])
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    optimizer = torch.optim.LBFGS(
        linear.parameters(), max_iter=_STEPS, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        total: Tensor = (_losses(linear(features), wanted, loss) * share).sum()
        total = total + decay * (linear.weight**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    weight = linear.weight.detach().numpy() / scale
    bias = linear.bias.detach().numpy() - weight @ mean
    return Head(weight.astype(np.float32), bias.astype(np.float32))


def fit_temperature(logits: Floats, targets: Floats, loss: Loss) -> float:
    """The one number that makes out-of-fold probabilities as sure as they are right."""
    candidates = np.geomspace(0.1, 5.0, 120)
    found, wanted = torch.from_numpy(logits), torch.from_numpy(targets)
    losses = [float(_losses(found / t, wanted, loss).mean()) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _losses(logits: Tensor, wanted: Tensor, loss: Loss) -> Tensor:
    if loss is Loss.ONE_OF:
        return -(wanted * logits.log_softmax(1)).sum(1)
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum(1)
