"""Fits the rule that tells an answer from a refusal, on the development questions alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.answer_evaluation import Question, load_questions
from bot.core.language import language_of
from bot.core.protocol.ranking import Evidence
from bot.core.protocol.refusal import RefusalReason, refused_by_rule
from bot.protocols.embedding import Embedder
from bot.protocols.library import Library, load_library
from bot.protocols.retrieval import Retriever, load_embedder

_FOLDS = 5
_LEFT_TO_THE_RULE = (RefusalReason.NO_PASSAGE, RefusalReason.OUT_OF_SCOPE, RefusalReason.UNREADABLE)


def fit_answers(templates: Path, questions: Path) -> None:
    """Prints calibration.toml. The questions of outside.toml count as refused, each measured
    against the others."""
    library = load_library(templates)
    development = [q for q in load_questions(questions) if not q.held_out]
    for name in ("words_and_meaning", "words_only"):
        embedder = load_embedder(None) if name == "words_and_meaning" else None
        retriever = Retriever(library, embedder)

        def evidence(question: str, retriever: Retriever = retriever) -> Evidence:
            return retriever.find(question, language_of(question)).evidence

        rows = [
            (evidence(q.text), bool(q.keys))
            for q in development
            if not refused_by_rule(q.text) and _measures_the_rule(q)
        ]
        if embedder:
            rows += [(found, False) for found in _outside(library, embedder)]
        weights, bias = _fit(
            np.array([e.features() for e, _ in rows]), np.array([answer for _, answer in rows])
        )
        print(f"[{name}]\nweights = {[round(w, 4) for w in weights]}\nbias = {bias:.4f}\n")


def _outside(library: Library, embedder: Embedder) -> list[Evidence]:
    """Each question outside the library, measured with a fifth of them left out."""
    found = []
    for fold in range(_FOLDS):
        kept = tuple(q for n, q in enumerate(library.outside) if n % _FOLDS != fold)
        retriever = Retriever(replace(library, outside=kept), embedder)
        for question in library.outside[fold::_FOLDS]:
            found.append(retriever.find(question, language_of(question)).evidence)
    return found


def _measures_the_rule(question: Question) -> bool:
    return bool(question.keys) or question.reason in _LEFT_TO_THE_RULE


def _fit(features: NDArray[np.float64], answered: NDArray[np.bool_]) -> tuple[list[float], float]:
    mean, spread = features.mean(0), features.std(0)
    model = LogisticRegression(class_weight="balanced")
    model.fit((features - mean) / spread, answered)
    weights = model.coef_[0] / spread
    return [float(w) for w in weights], float(model.intercept_[0] - weights @ mean)
