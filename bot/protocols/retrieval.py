"""Finds the passages that may answer a question: by words and by meaning, fused into one rank."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.core.language import language_of
from bot.core.protocol.passage import Passage
from bot.core.protocol.ranking import Evidence, fused
from bot.core.protocol.text import documents_named, matter_of
from bot.core.staff import Language
from bot.protocols.embedding import Embedder, EmbeddingMissing
from bot.protocols.lexical import LexicalIndex
from bot.protocols.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The passages in order, the best first, and what speaks for the first. `on_subject`: even the
    nearest question that the library does not answer is about wounds."""

    passages: tuple[Passage, ...]
    evidence: Evidence
    on_subject: bool


class Retriever:
    def __init__(self, library: Library, embedder: Embedder | None) -> None:
        self._library = library
        self._lexical = {
            language: LexicalIndex(library.passages, language) for language in Language
        }
        self._embedder = embedder
        if embedder:
            texts = texts_to_embed(library.passages)
            self._owners = np.array([owner for owner, _ in texts])
            vectors = embedder.library(
                [*(text for _, text in texts), *library.uncovered, *library.outside]
            )
            self._vectors, self._outside = vectors[: len(texts)], vectors[len(texts) :]

    def find(self, question: str, language: Language) -> Found:
        """The whole library, ranked."""
        named = documents_named(question)
        question = matter_of(question) if named else question
        index = self._lexical[language]
        bm25, covered, known = index.scores(index.terms(question))
        meaning, outside, on_subject = self._meaning(question, len(bm25))
        scores = [
            fused(
                by_words=float(words),
                by_meaning=near,
                named=passage.key.split(" ")[0] in named,
            )
            for passage, words, near in zip(self._library.passages, bm25, meaning, strict=True)
        ]
        order = np.argsort(-np.array(scores), kind="stable")
        first = int(order[0])
        evidence = Evidence(
            meaning=meaning[first],
            outside=outside,
            words=float(bm25[first]),
            covered=float(covered[first]),
            known=known,
        )
        return Found(tuple(self._library.passages[i] for i in order), evidence, on_subject)

    def language(self, question: str) -> Language:
        """The one in which the library knows more of the words; else as any text's."""
        known = {language: index.known_words(question) for language, index in self._lexical.items()}
        if known[Language.ES] == known[Language.EN]:
            return language_of(question)
        return max(known, key=lambda language: known[language])

    def _meaning(self, question: str, count: int) -> tuple[list[float], float | None, bool]:
        """The nearest text of each passage, the nearest question that none answers, and
        whether that is about wounds."""
        if self._embedder is None:
            return [0.0] * count, None, True
        try:
            vector = self._embedder.question(question)
        except EmbeddingMissing as missing:
            log.warning("protocol_search_by_words_only", extra={"reason": str(missing)})
            return [0.0] * count, None, True
        near: NDArray[np.float32] = np.full(count, -1.0, dtype=np.float32)
        np.maximum.at(near, self._owners, self._vectors @ vector)
        unanswered = self._outside @ vector
        if not self._embedder.is_fitted:
            return [float(value) for value in near], None, True
        nearest = int(unanswered.argmax())
        on_subject = nearest < len(self._library.uncovered)
        return [float(value) for value in near], float(unanswered[nearest]), on_subject


def texts_to_embed(passages: Sequence[Passage]) -> list[tuple[int, str]]:
    """Each text with the number of its passage."""
    return [
        (number, text)
        for number, passage in enumerate(passages)
        for language in Language
        for text in (passage.says[language], *passage.asked[language])
    ]


def load_embedder(kept: Path | None, model: str = "") -> Embedder | None:
    """None where the model cannot be loaded: the search is then by words alone, and says so."""
    try:
        return Embedder(kept, model)
    except EmbeddingMissing as missing:
        log.warning("protocol_search_by_words_only", extra={"reason": str(missing)})
        return None
