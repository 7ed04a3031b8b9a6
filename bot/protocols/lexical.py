"""Search by words: BM25 on stems without accents, and a guess at words that were mistyped."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from bot.core.protocol.passage import Passage
from bot.core.protocol.text import content_words, contents_among, words_of
from bot.core.redflags.spelling import distance
from bot.core.staff import Language

_K1 = 1.2
_B = 0.5
_STEMMERS = {
    Language.ES: snowballstemmer.stemmer("spanish"),
    Language.EN: snowballstemmer.stemmer("english"),
}


@lru_cache(maxsize=16384)
def stem(word: str, language: Language) -> str:
    return str(_STEMMERS[language].stemWord(word))


class LexicalIndex:
    """One per language: passages as bags of stems."""

    def __init__(self, passages: Sequence[Passage], language: Language) -> None:
        self._language = language
        every = [words_of(_text(passage, language)) for passage in passages]
        contents = [contents_among(words) for words in every]
        self._words = frozenset(word for words in contents for word in words)
        self._every_word = frozenset(word for words in every for word in words)
        self._bags = [Counter(stem(word, language) for word in words) for words in contents]
        lengths = np.array([bag.total() for bag in self._bags], dtype=np.float64)
        self._norms = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1.0))
        seen = Counter(term for bag in self._bags for term in bag)
        count = len(self._bags)
        self._weights: Mapping[str, float] = {
            term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in seen.items()
        }
        self._unknown = math.log(1 + (count + 0.5) / 0.5)

    def terms(self, question: str) -> list[str]:
        """The stems of a question, each mistyped word as the word it most likely stands for."""
        words = content_words(question)
        return list(dict.fromkeys(stem(self._corrected(word), self._language) for word in words))

    def known_words(self, question: str) -> int:
        """How many words of the question stand in the library as they are written."""
        return sum(word in self._every_word for word in words_of(question))

    def scores(
        self, terms: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """BM25 of each passage over the best it could be, the share of the question's weight that
        each passage mentions, and the share that the library knows at all. All 0 to 1."""
        bm25 = np.zeros(len(self._bags))
        covered = np.zeros(len(self._bags))
        weight = sum(self._weights.get(term, self._unknown) for term in terms) or 1.0
        known = sum(self._weights.get(term, 0.0) for term in terms)
        for term in terms:
            idf = self._weights.get(term)
            if idf is None:
                continue
            counts = np.array([bag[term] for bag in self._bags], dtype=np.float64)
            bm25 += idf * counts * (_K1 + 1) / (counts + self._norms)
            covered += idf * (counts > 0)
        return bm25 / (weight * (_K1 + 1)), covered / weight, known / weight

    @lru_cache(maxsize=4096)  # noqa: B019 - an index lives as long as the process
    def _corrected(self, word: str) -> str:
        if len(word) < 5 or word in self._words or stem(word, self._language) in self._weights:
            return word
        limit = 2 if len(word) >= 9 else 1
        near = [(distance(word, known, limit), known) for known in self._words if len(known) > 4]
        best = min(near, default=(limit + 1, word))
        return best[1] if best[0] <= limit else word


def _text(passage: Passage, language: Language) -> str:
    asked = " ".join(passage.asked[language])
    return f"{passage.says[language]} {asked} {passage.terms} {passage.key}"
