"""The onboard model: a MobileNetV2 backbone and three small heads, in transformers format."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import MobileNetV2Config, MobileNetV2Model

CONFIG = "config.json"
WEIGHTS = "model.safetensors"

# Hidden states at strides 4, 8, 16 and 32, and how many channels each has.
_LEVELS = ((1, 24), (4, 32), (11, 96), (15, 320))
_POOLED = 1280 + 1280 + 96
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)
KINDS = ("wound", "skin", "other")


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """What was fitted beside the weights. Thresholds are probabilities; `unfamiliar_above` is a
    squared Mahalanobis distance in the principal components of the pooled features. The weights
    file must hash to `weights_sha256` (hex)."""

    name: str
    side: int
    gate_temperature: float
    category_temperature: float
    wound_above: float
    no_wound_below: float
    mask_above: float
    unfamiliar_above: float
    weights_sha256: str = ""
    categories: Sequence[str] = field(
        default_factory=lambda: ("I", "II", "III", "IV", "unstageable", "deep_tissue")
    )


@dataclass(frozen=True, slots=True)
class Views:
    """Pooled features (views x F) and the mask's logits of the first view (H/4 x W/4)."""

    pooled: Tensor
    mask: Tensor


def backbone() -> MobileNetV2Model:
    config = MobileNetV2Config(
        tf_padding=False,
        layer_norm_eps=1e-5,
        first_layer_is_expansion=True,
        finegrained_output=True,
    )
    return MobileNetV2Model(config)


class MaskDecoder(nn.Module):
    """Adds the levels up from coarse to fine: each is narrowed, doubled in size and refined."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.narrow = nn.ModuleList(nn.Conv2d(c, width, 1) for _, c in _LEVELS)
        self.refine = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(width, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            )
            for _ in _LEVELS
        )
        self.out = nn.Conv2d(width, 1, 1)

    def forward(self, levels: Sequence[Tensor]) -> Tensor:
        x: Tensor | None = None
        for level, narrow, refine in reversed(
            list(zip(levels, self.narrow, self.refine, strict=True))
        ):
            y = narrow(level)
            if x is not None:
                y = y + nn.functional.interpolate(x, size=y.shape[-2:], mode="nearest")
            x = refine(y)
        logits: Tensor = self.out(x)
        return logits[:, 0]


class WoundNet(nn.Module):
    """Inputs are RGB batches in 0..1, N x 3 x side x side."""

    feature_mean: Tensor
    feature_scale: Tensor
    components: Tensor
    component_mean: Tensor
    component_scale: Tensor
    _mean: Tensor
    _std: Tensor

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = backbone()
        self.gate = nn.Linear(_POOLED, len(KINDS))
        self.category = nn.Linear(_POOLED, len(config.categories))
        self.decoder = MaskDecoder()
        self.register_buffer("feature_mean", torch.zeros(_POOLED))
        self.register_buffer("feature_scale", torch.ones(_POOLED))
        self.register_buffer("components", torch.zeros(32, _POOLED))
        self.register_buffer("component_mean", torch.zeros(32))
        self.register_buffer("component_scale", torch.ones(32))
        self.register_buffer("_mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("_std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)

    def features(self, images: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Pooled features N x F, and the four levels that the mask decoder takes."""
        out = self.backbone((images - self._mean) / self._std, output_hidden_states=True)
        last = out.last_hidden_state
        levels = [out.hidden_states[index] for index, _ in _LEVELS]
        pooled = torch.cat([last.mean((2, 3)), last.amax((2, 3)), levels[2].mean((2, 3))], dim=1)
        return pooled, levels

    def forward(self, images: Tensor) -> Views:
        pooled, levels = self.features(images)
        mask = self.decoder([level[:1] for level in levels])[0]
        return Views((pooled - self.feature_mean) / self.feature_scale, mask)

    def strangeness(self, pooled: Tensor) -> Tensor:
        """Squared distance of each view from the wounds it was trained on, in units of their
        spread; grows without bound for pictures of another kind."""
        z = (pooled @ self.components.T - self.component_mean) / self.component_scale
        return (z**2).mean(1)


def save(model: WoundNet, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    halves = {
        name: (t.half() if t.is_floating_point() else t).contiguous()
        for name, t in model.state_dict().items()
    }
    save_file(halves, folder / WEIGHTS)
    config = replace(model.config, weights_sha256=_hash(folder / WEIGHTS))
    (folder / CONFIG).write_text(json.dumps(asdict(config), indent=2) + "\n")


def load(folder: Path) -> WoundNet:
    """Raises OSError, KeyError, ValueError or RuntimeError where the folder holds no such model."""
    data = json.loads((folder / CONFIG).read_text())
    model = WoundNet(ReaderConfig(**data))
    if _hash(folder / WEIGHTS) != model.config.weights_sha256:
        raise ValueError("these are not the weights that were measured")
    state = load_file(folder / WEIGHTS)
    model.load_state_dict({n: t.float() if t.dtype == torch.half else t for n, t in state.items()})
    return model.eval()


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
