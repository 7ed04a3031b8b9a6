"""The words of the scales, in one language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.scales import ScaleName
from bot.core.staff import Language


@cache
def scale_words(templates: Path, language: Language) -> dict[str, Any]:
    return tomllib.loads((templates / "scales" / f"{language}.toml").read_text("utf-8"))


def scale_labels(templates: Path, language: Language) -> dict[str, str]:
    """Every answer as "braden.very_limited"."""
    words = scale_words(templates, language)
    return {
        f"{name}.{key}": label
        for name in ScaleName
        for key, label in words[name]["choices"].items()
    }
