"""Small heads on frozen features: fitted in seconds, so that every fold gets its own."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

_STEPS = 200


@dataclass(frozen=True, slots=True)
class Head:
    weight: Tensor
    bias: Tensor

    def logits(self, x: Tensor) -> Tensor:
        return x @ self.weight.T + self.bias


@dataclass(frozen=True, slots=True)
class Scale:
    mean: Tensor
    scale: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return (x - self.mean) / self.scale


def fit_scale(x: Tensor) -> Scale:
    return Scale(x.mean(0), x.std(0).clamp_min(1e-3))


def fit_head(x: Tensor, targets: Tensor, weights: Tensor, *, decay: float) -> Head:
    """Multinomial logistic regression on soft targets (N x C) by L-BFGS; deterministic."""
    linear = nn.Linear(x.shape[1], targets.shape[1])
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    optimizer = torch.optim.LBFGS(
        linear.parameters(), max_iter=_STEPS, line_search_fn="strong_wolfe"
    )
    share = weights / weights.sum()

    def closure() -> Tensor:
        optimizer.zero_grad()
        losses = -(targets * linear(x).log_softmax(1)).sum(1)
        loss: Tensor = (losses * share).sum() + decay * (linear.weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return Head(linear.weight.detach(), linear.bias.detach())


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """The one number that makes out-of-fold probabilities as sure as they are right."""
    candidates = torch.linspace(0.5, 5.0, 91)
    losses = [-(targets * (logits / t).log_softmax(1)).sum(1).mean() for t in candidates]
    return float(candidates[int(torch.stack(losses).argmin())])
