"""Fits the models that know a question about one wound or one patient by its sound."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.cli.answer_evaluation import load_questions
from bot.core.protocol.refusal import SOUNDS_REFUSED, model_file
from bot.core.protocol.text import words_of
from bot.core.text_model import save_text_model
from bot.protocols.library import load_library
from jobs.training.fit_text import fit_text

_ANSWERABLE = "answerable"
# There are thousands of them, and they are all plain.
_LIBRARY_COUNTS = 0.3


def fit_refusals(templates: Path, development: Path, listed: Path) -> None:
    """Writes a model for each reason of SOUNDS_REFUSED. `listed`: language, reason or
    "answerable", question."""
    rows = [*_library(templates), *_development(development), *_listed(listed)]
    words = [words_of(text) for text, *_ in rows]
    counts = np.array([count for *_, count in rows])
    for reason in SOUNDS_REFUSED:
        model = fit_text(words, np.array([named == reason for _, named, _ in rows]), counts)
        save_text_model(model, model_file(reason))


def _library(templates: Path) -> Iterator[tuple[str, str, float]]:
    for passage in load_library(templates).passages:
        for asked in passage.asked.values():
            yield from ((text, _ANSWERABLE, _LIBRARY_COUNTS) for text in asked)


def _development(folder: Path) -> Iterator[tuple[str, str, float]]:
    for question in load_questions(folder):
        yield question.text, question.reason or _ANSWERABLE, 1.0


def _listed(file: Path) -> Iterator[tuple[str, str, float]]:
    for line in file.read_text("utf-8").splitlines():
        _, reason, text = line.split("\t")
        yield text, reason, 1.0
