"""How a picture is shown to the model, in training and in use alike."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

CLOSER = 0.7


def tensor(image: Image.Image, side: int) -> Tensor:
    """3 x side x side in 0..1. The picture is squeezed to a square: nothing is cut off."""
    small = image.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return torch.from_numpy(np.asarray(small, dtype=np.float32) / 255).permute(2, 0, 1)


def closer(image: Image.Image) -> Image.Image:
    """The middle, seen closer."""
    w, h = image.size
    dx, dy = int(w * (1 - CLOSER) / 2), int(h * (1 - CLOSER) / 2)
    return image.crop((dx, dy, w - dx, h - dy))


def reading_views(image: Image.Image, side: int) -> Tensor:
    """The whole, its mirror image, and the middle: 3 x 3 x side x side."""
    whole = tensor(image, side)
    return torch.stack([whole, whole.flip(2), tensor(closer(image), side)])
