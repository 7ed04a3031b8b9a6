"""A linear model of short texts: how much a text resembles those of one kind. No installed code."""

import json
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_LETTERS = (2, 3, 4, 5)
_WORDS = (1, 2, 3)
_HALF = 128


@dataclass(frozen=True, slots=True)
class TextModel:
    """Rows of letters and words, each counted in one of `buckets`. A byte a bucket: `rarity` how
    much a row counts (0: unknown), `weights` which way it pulls, 128 being neither."""

    buckets: int
    rarity: bytes
    rarity_unit: float
    weights: bytes
    weight_unit: float
    bias: float

    def probability(self, words: Sequence[str]) -> float:
        """0 to 1, for a text given as words."""
        heard = {
            bucket: (1 + math.log(times)) * self.rarity[bucket] * self.rarity_unit
            for bucket, times in counted(words, self.buckets).items()
            if self.rarity[bucket]
        }
        length = math.sqrt(sum(value * value for value in heard.values()))
        if not length:
            return 0.0
        pull = sum(value * (self.weights[bucket] - _HALF) for bucket, value in heard.items())
        return 1 / (1 + math.exp(-(self.bias + pull * self.weight_unit / length)))


def counted(words: Sequence[str], buckets: int) -> Counter[int]:
    return Counter(zlib.crc32(row.encode()) % buckets for row in _rows(words))


def _rows(words: Sequence[str]) -> Iterator[str]:
    text = f" {' '.join(words)} "
    for length in _LETTERS:
        for at in range(len(text) - length + 1):
            yield text[at : at + length]
    bounded = ("^", *words, "$")
    for length in _WORDS:
        for at in range(len(bounded) - length + 1):
            yield "\0" + "\1".join(bounded[at : at + length])


def load_text_model(file: Path) -> TextModel:
    """A line of JSON, then the bytes of `rarity` and of `weights`."""
    header, _, rest = file.read_bytes().partition(b"\n")
    told = json.loads(header)
    buckets = int(told["buckets"])
    if len(rest) != 2 * buckets:
        raise ValueError(f"{file.name} is cut short")
    return TextModel(
        buckets,
        rest[:buckets],
        told["rarity_unit"],
        rest[buckets:],
        told["weight_unit"],
        told["bias"],
    )


def save_text_model(model: TextModel, file: Path) -> None:
    header = {
        "buckets": model.buckets,
        "rarity_unit": model.rarity_unit,
        "weight_unit": model.weight_unit,
        "bias": model.bias,
    }
    file.write_bytes(json.dumps(header).encode() + b"\n" + model.rarity + model.weights)
