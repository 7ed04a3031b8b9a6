"""A folder of photos with index.csv (file, pool, label, group) and, if there, ratings.csv."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bot.core.assessment import Category, Tissue

_RATED = {
    "I": Category.I,
    "II": Category.II,
    "III": Category.III,
    "IV": Category.IV,
    "U": Category.UNSTAGEABLE,
    "D": Category.DEEP_TISSUE,
}
ORDER = tuple(Category)
# A label is one opinion too: two raters against it agree on the category in 0.62 and 0.57.
_LABEL_WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class Item:
    """One photo. `target` is a soft distribution over categories in the order of `Category`,
    None where nobody named one; `tissue` the share of raters who saw each kind. `mask` is the
    wound's mask picture."""

    file: Path
    pool: str
    label: str
    group: str
    target: tuple[float, ...] | None
    raters: tuple[str, ...]
    tissue: tuple[float, ...] | None
    mask: Path | None

    @property
    def labelled(self) -> Category | None:
        return _RATED.get(self.label) if self.pool == "stage" else None


def load_items(data: Path) -> list[Item]:
    """Raises FileNotFoundError without index.csv."""
    ratings: dict[str, list[dict[str, str]]] = defaultdict(list)
    rated = data / "ratings.csv"
    if rated.is_file():
        with rated.open(newline="") as file:
            for row in csv.DictReader(file):
                ratings[row["file"]].append(row)
    with (data / "index.csv").open(newline="") as file:
        return [_item(data, row, ratings[row["file"]]) for row in csv.DictReader(file)]


def _item(data: Path, row: dict[str, str], rated: list[dict[str, str]]) -> Item:
    path = data / row["file"]
    mask = path.parent.parent / "labels" / f"{path.stem}.png"
    weights = dict.fromkeys(ORDER, 0.0)
    if row["pool"] == "stage":
        weights[_RATED[row["label"]]] += _LABEL_WEIGHT
    raters = tuple(rating["category"] for rating in rated)
    for rater in raters:
        if rater in _RATED:
            weights[_RATED[rater]] += 1.0
    total = sum(weights.values())
    target = tuple(weights[category] / total for category in ORDER) if total else None
    return Item(
        path,
        row["pool"],
        row["label"],
        row["group"],
        target,
        raters,
        _seen(rated),
        mask if row["pool"] == "masks" and mask.is_file() else None,
    )


def _seen(rated: list[dict[str, str]]) -> tuple[float, ...] | None:
    if not rated or any(tissue not in rated[0] for tissue in Tissue):
        return None
    return tuple(sum(int(one[tissue]) for one in rated) / len(rated) for tissue in Tissue)
