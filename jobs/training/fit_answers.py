"""Fits the rule that tells an answer from a refusal, on the development questions and the library's
own: never on the held-out ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.cli.answer_evaluation import Question, load_questions
from bot.core.decision_table import shipped_table
from bot.core.protocol.passage import Passage
from bot.core.protocol.ranking import Evidence
from bot.core.protocol.refusal import RefusalReason, refused_by_rule, refused_by_sound
from bot.core.staff import Language
from bot.protocols.embedding import Embedder
from bot.protocols.library import Library, load_library
from bot.protocols.retrieval import Retriever, load_embedder

_FOLDS = 5
_LEFT_TO_THE_RULE = (
    RefusalReason.NO_PASSAGE,
    RefusalReason.OUT_OF_SCOPE,
    RefusalReason.UNREADABLE,
)
_Row = tuple[Evidence, bool]


def fit_answers(templates: Path, questions: Path) -> None:
    """Prints the two tables of calibration.toml."""
    library = load_library(templates)
    development = [q for q in load_questions(questions) if _measures_the_rule(q)]
    for name, embedder in (("words_and_meaning", load_embedder(None)), ("words_only", None)):
        retriever = Retriever(library, embedder)
        rows = [(_evidence(retriever, q.text), bool(q.keys)) for q in development]
        rows += _own_questions(library, embedder)
        weights, bias = _fit(
            np.array([evidence.features() for evidence, _ in rows]),
            np.array([answered for _, answered in rows]),
        )
        print(f"[{name}]\nweights = {[round(w, 4) for w in weights]}\nbias = {bias:.4f}\n")


def _own_questions(library: Library, embedder: Embedder | None) -> list[_Row]:
    """The questions of the passages and those outside the library, a fifth at a time, each
    measured in a library that does not know it."""
    rows: list[_Row] = []
    for fold in range(_FOLDS):
        passages = tuple(_without(passage, fold) for passage in library.passages)
        unanswered = (library.uncovered, library.outside)
        uncovered, outside = (
            tuple(q for n, q in enumerate(questions) if n % _FOLDS != fold)
            for questions in unanswered
        )
        smaller = replace(library, passages=passages, uncovered=uncovered, outside=outside)
        retriever = Retriever(smaller, embedder)
        rows += [
            (_evidence(retriever, question), True)
            for passage in library.passages
            for asked in passage.asked.values()
            if len(asked) >= _FOLDS
            for question in asked[fold::_FOLDS]
        ]
        rows += [
            (_evidence(retriever, question), False)
            for questions in unanswered
            for question in questions[fold::_FOLDS]
        ]
    return rows


def _without(passage: Passage, fold: int) -> Passage:
    kept = {
        language: tuple(q for n, q in enumerate(passage.asked[language]) if n % _FOLDS != fold)
        for language in Language
    }
    return replace(passage, asked=kept)


def _evidence(retriever: Retriever, question: str) -> Evidence:
    return retriever.find(question, retriever.language(question)).evidence


def _measures_the_rule(question: Question) -> bool:
    if refused_by_rule(question.text, shipped_table().limits) or refused_by_sound(question.text):
        return False
    return bool(question.keys) or question.reason in _LEFT_TO_THE_RULE


def _fit(features: NDArray[np.float64], answered: NDArray[np.bool_]) -> tuple[list[float], float]:
    mean, spread = features.mean(0), features.std(0)
    model = LogisticRegression(class_weight="balanced")
    model.fit((features - mean) / spread, answered)
    weights = model.coef_[0] / spread
    return [float(w) for w in weights], float(model.intercept_[0] - weights @ mean)
