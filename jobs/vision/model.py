"""The onboard model: a DINOv2 backbone and an outline decoder in ONNX, and linear heads."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load_file

from jobs.vision.face import FACE, FaceFinder
from jobs.vision.views import Found, find, square

CONFIG = "config.json"
BACKBONE = "backbone.onnx"
OUTLINE = "outline.onnx"
HEADS = "model.safetensors"
FILES = (BACKBONE, OUTLINE, FACE, HEADS)
KINDS = ("wound", "skin", "other")

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What was fitted beside the weights. Thresholds are probabilities; `unfamiliar_above` is a
    squared distance in units of the training wounds' spread. A category is plausible from
    `plausible_above` on: `coverage` is the share of photos whose category then lay in the set.
    The other files must hash to `sha256` (hex)."""

    name: str
    categories: tuple[str, ...]
    tissues: tuple[str, ...]
    wound_above: float
    no_wound_below: float
    plausible_above: float
    coverage: float
    unfamiliar_above: float
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """One square under the model: `cls` holds the class tokens of layers 10, 11 and 12
    (3 x 384), `patches` the last tokens (256 x 384), `mask` the wound's probability (112 x 112)."""

    cls: Array
    patches: Array
    mask: Array


@dataclass(frozen=True, slots=True)
class Look:
    """A whole picture of `size` (width, height), and the wound in it from near."""

    size: tuple[int, int]
    whole: View
    near: View
    found: Found


class Eye:
    """The backbone and the outline decoder. One thread: each photo is read in a process that was
    forked, and threads do not survive a fork."""

    def __init__(self, backbone: Path, outline: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._backbone = onnxruntime.InferenceSession(backbone, options)
        self._outline = onnxruntime.InferenceSession(outline, options)

    def tokens(self, picture: NDArray[np.uint8]) -> Array:
        """The class token and the patches of one square: 257 x 384."""
        found: Array = self._backbone.run(["tokens"], {"image": picture[None]})[0][0]
        return found

    def view(self, picture: NDArray[np.uint8]) -> View:
        """`picture` is SIDE x SIDE x 3."""
        batch = picture[None]
        tokens, early = self._backbone.run(None, {"image": batch})
        (logits,) = self._outline.run(None, {"image": batch, "tokens": tokens})
        cls = np.concatenate([early[0, 1:], tokens[0, :1]])
        return View(cls, tokens[0, 1:], 1 / (1 + np.exp(-logits[0])))

    def look(self, image: Image.Image) -> Look:
        whole = self.view(square(image))
        found = find(whole.mask, *image.size)
        return Look(image.size, whole, self.view(square(image.crop(found.box))), found)


def pooled(look: Look) -> Array:
    """What the heads see: the class tokens of both views, the patches of each weighted by the
    mask, and how much of each view is wound."""
    parts: list[Array] = []
    for view in (look.whole, look.near):
        share = view.mask.reshape(16, 7, 16, 7).mean((1, 3)).reshape(-1)
        inside = (view.patches * share[:, None]).sum(0) / (share.sum() + 1e-2)
        amounts = [share.mean(), share.max(), (share > 0.5).mean(), share.std()]
        parts += [view.cls.reshape(-1), inside, np.array(amounts, dtype=np.float32)]
    return np.concatenate(parts).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head on `pooled` features; `weight` is classes x features."""

    weight: Array
    bias: Array

    def logits(self, features: Array) -> Array:
        return (self.weight @ features + self.bias).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Familiar:
    """The principal directions in which the wounds it was fitted to vary."""

    components: Array
    mean: Array
    scale: Array

    def distance(self, features: Array) -> float:
        """Mean squared distance from those wounds, in units of their spread."""
        z = (self.components @ features - self.mean) / self.scale
        return float((z**2).mean())


@dataclass(frozen=True, slots=True)
class WoundModel:
    config: ModelConfig
    eye: Eye
    face: FaceFinder
    gate: Head
    category: Head
    tissue: Head
    familiar: Familiar


def load(folder: Path) -> WoundModel:
    """Raises OSError, KeyError, ValueError or an onnxruntime error where the folder holds no such
    model, or another one than was measured."""
    config = ModelConfig(**json.loads((folder / CONFIG).read_text()))
    for file, expected in config.sha256.items():
        if _hash(folder / file) != expected:
            raise ValueError("these are not the weights that were measured")
    if set(config.sha256) != set(FILES):
        raise ValueError("the weights were never measured")
    tensors = load_file(folder / HEADS)

    def head(name: str) -> Head:
        return Head(tensors[f"{name}.weight"], tensors[f"{name}.bias"])

    familiar = Familiar(*(tensors[f"familiar.{part}"] for part in ("components", "mean", "scale")))
    return WoundModel(
        config,
        Eye(folder / BACKBONE, folder / OUTLINE),
        FaceFinder(folder / FACE),
        head("gate"),
        head("category"),
        head("tissue"),
        familiar,
    )


def seal(folder: Path, config: ModelConfig) -> None:
    """Writes the configuration of the weights that lie in the folder, with their hashes."""
    hashes = {file: _hash(folder / file) for file in FILES}
    sealed = asdict(config) | {"sha256": hashes}
    (folder / CONFIG).write_text(json.dumps(sealed, indent=2) + "\n")


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
