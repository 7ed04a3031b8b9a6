"""The evaluation as a page: confusion matrix, reliability, ROC, and the photos that went wrong."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sklearn.metrics import roc_curve

from bot.core.assessment import DEEP, Category
from bot.settings import CHECKOUT
from jobs.vision.decode import decode

_WORST = 24
_SIDE = 220
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled photo, and the out-of-fold probability of each category."""

    file: Path
    label: Category
    p: Mapping[Category, float]

    @property
    def deep(self) -> float:
        return sum(self.p[category] for category in DEEP)

    @property
    def likeliest(self) -> Category:
        return max(self.p, key=lambda category: self.p[category])


class InsideCheckout(Exception):
    """Photos of patients must not lie among the source."""


def write_report(folder: Path, judged: Sequence[Judged]) -> Path:
    """Raises InsideCheckout for a folder of the source tree, other than its `var`."""
    target, root = folder.resolve(), CHECKOUT.resolve()
    if target.is_relative_to(root) and not target.is_relative_to(root / "var"):
        raise InsideCheckout
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    environment = Environment(
        loader=FileSystemLoader(CHECKOUT / "templates"), undefined=StrictUndefined, autoescape=True
    )
    template = environment.get_template("report/evaluation.html")
    page.write_text(template.render(_facts(judged)), "utf-8")
    return page


def _facts(judged: Sequence[Judged]) -> dict[str, object]:
    truth = np.array([one.label in DEEP for one in judged])
    deep = np.array([one.deep for one in judged])
    false_alarm, found, _ = roc_curve(truth, deep)
    wrong = sorted(judged, key=lambda one: -abs((one.label in DEEP) - one.deep))[:_WORST]
    return {
        "count": len(judged),
        "categories": [category.value for category in Category],
        "confusion": [
            (label.value, [_count(judged, label, seen) for seen in Category])
            for label in Category
            if any(one.label is label for one in judged)
        ],
        "roc": [(float(x), float(y)) for x, y in zip(false_alarm, found, strict=True)],
        "reliability": _reliability(truth, deep),
        "wrong": [
            {
                "picture": _thumbnail(one.file),
                "label": one.label.value,
                "likeliest": one.likeliest.value,
                "deep": one.deep,
            }
            for one in wrong
        ],
    }


def _count(judged: Sequence[Judged], label: Category, seen: Category) -> int:
    return sum(one.label is label and one.likeliest is seen for one in judged)


def _reliability(truth: np.ndarray, deep: np.ndarray) -> list[tuple[float, float, int]]:
    """Mean p(deep), share that was deep, and count, of each bin."""
    bins = np.minimum((deep * _BINS).astype(int), _BINS - 1)
    return [
        (float(deep[bins == b].mean()), float(truth[bins == b].mean()), int((bins == b).sum()))
        for b in np.unique(bins)
    ]


def _thumbnail(file: Path) -> str:
    small = decode(file.read_bytes(), side=_SIDE)
    small.thumbnail((_SIDE, _SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
