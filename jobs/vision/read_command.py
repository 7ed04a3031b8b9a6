"""`vigia read`: one line per photo."""

import json
from pathlib import Path
from typing import TextIO

from bot.core.assessment import NotAssessed, Reading, not_assessed
from bot.core.ports import PhotoReader
from jobs.vision.readers import load_reader


def read_photos(paths: list[Path], *, as_json: bool, out: TextIO) -> int:
    """Every file gets its line, readable or not. Returns 0."""
    reader = load_reader()
    for path in paths:
        reading = _read(reader, path)
        line = json.dumps(as_dict(path, reading)) if as_json else as_text(path, reading)
        print(line, file=out, flush=True)
    return 0


def _read(reader: PhotoReader, path: Path) -> Reading:
    try:
        content = path.read_bytes()
    except OSError:
        return not_assessed(NotAssessed.PHOTO_MISSING)
    return reader.read(content).reading


def as_dict(path: Path, reading: Reading) -> dict[str, object]:
    categories, quality = reading.categories, reading.quality
    return {
        "file": str(path),
        "outcome": reading.outcome,
        "reason": reading.reason,
        "quality": (
            {
                "width": quality.width,
                "height": quality.height,
                "brightness": quality.brightness,
                "sharpness": quality.sharpness,
            }
            if quality
            else None
        ),
        "wound": _wound(reading),
        "p_wound": reading.p_wound,
        "categories": (
            {category.value: p for category, p in categories.probabilities.items()}
            if categories
            else None
        ),
        "p_deep": reading.p_deep,
        "plausible": sorted(reading.plausible),
        "tissue": dict(reading.tissue),
        "notices": sorted(reading.notices),
        "model": reading.model,
    }


def _wound(reading: Reading) -> bool | None:
    """True or False where the gate was sure, None where it was not or did not run."""
    if reading.categories is not None:
        return True
    refusals = (NotAssessed.NO_WOUND_SEEN, NotAssessed.NOT_A_BODY, NotAssessed.FACE)
    return False if reading.reason in refusals else None


def as_text(path: Path, reading: Reading) -> str:
    if reading.categories is None:
        return f"{path}: not assessed ({reading.reason})"
    named = ", ".join(f"{category} {p:.0%}" for category, p in reading.categories.ranked[:3])
    return f"{path}: {named}; deep {reading.p_deep:.0%}"
