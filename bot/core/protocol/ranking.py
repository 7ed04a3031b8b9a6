"""One rank from two searches, and whether its first passage is an answer at all."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

# Any weight from 0.1 to 0.5 ranks the development questions alike.
_WORDS_WEIGHT = 0.2
# Enough to lift a passage of the document that was named over its neighbours, no further.
_NAMED_WEIGHT = 0.04
_FILE = Path(__file__).with_name("calibration.toml")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first passage. `meaning` and `outside` are cosines: the nearest text of
    the passage, and the nearest question outside the library (None without a model). `words` is
    BM25 over its best, `covered` and `known` the share of the question's weight in the passage and
    in the whole library: 0 to 1."""

    meaning: float
    outside: float | None
    words: float
    covered: float
    known: float

    def features(self) -> tuple[float, ...]:
        by_words = (self.words, self.covered, self.known)
        if self.outside is None:
            return by_words
        return (self.meaning - self.outside, self.meaning, *by_words)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic rule, fitted by `python -m jobs fit-answers`. `weights` are in the order of
    Evidence.features; `least` is how likely an answer must be to be given."""

    weights: tuple[float, ...]
    bias: float
    least: float
    gibberish_below: float

    def answers(self, evidence: Evidence) -> bool:
        return self.probability(evidence) >= self.least

    def probability(self, evidence: Evidence) -> float:
        pairs = zip(self.weights, evidence.features(), strict=True)
        return 1 / (1 + math.exp(-(self.bias + sum(weight * x for weight, x in pairs))))


def fused(*, by_words: float, by_meaning: float, named: bool = False) -> float:
    return by_meaning + _WORDS_WEIGHT * by_words + _NAMED_WEIGHT * named


def load_calibration(*, with_meaning: bool) -> Calibration:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    row = data["words_and_meaning" if with_meaning else "words_only"]
    return Calibration(tuple(row["weights"]), row["bias"], row["least"], data["gibberish_below"])
