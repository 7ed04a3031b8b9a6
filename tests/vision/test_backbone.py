"""The backbone that is shipped computes what the original computes."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from transformers import Dinov2Config, Dinov2Model

from jobs.training.backbone import Seen, export, quantize

_SIDE = 56


@pytest.fixture(scope="module")
def tiny() -> Dinov2Model:
    torch.manual_seed(0)
    config = Dinov2Config(
        hidden_size=48, num_hidden_layers=4, num_attention_heads=3, patch_size=14, image_size=_SIDE
    )
    config._attn_implementation = "eager"
    model = Dinov2Model(config)
    model.train(False)
    return model


def _pictures() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (3, _SIDE, _SIDE, 3), dtype=np.uint8)


def _run(file: Path) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(file)
    return [np.asarray(found) for found in session.run(["tokens", "early"], {"image": _pictures()})]


def test_the_exported_backbone_agrees_with_torch(tiny: Dinov2Model, tmp_path: Path) -> None:
    """In full precision to a ten-thousandth; with eight bits a weight in nearly the same
    direction."""
    export(tiny, tmp_path / "full.onnx", side=_SIDE)
    quantize(tmp_path / "full.onnx", tmp_path / "small.onnx")
    with torch.inference_mode():
        wanted = [found.numpy() for found in Seen(tiny)(torch.from_numpy(_pictures()))]
    for full, small, true in zip(
        _run(tmp_path / "full.onnx"), _run(tmp_path / "small.onnx"), wanted, strict=True
    ):
        assert np.abs(full - true).max() < 1e-4
        cosine = (small * true).sum(-1) / np.linalg.norm(small, axis=-1)
        assert (cosine / np.linalg.norm(true, axis=-1)).min() > 0.99
