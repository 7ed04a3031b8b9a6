"""Answers a general question from the library, or refuses it and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.core.decision_table import shipped_table
from bot.core.protocol.answer import (
    Answer,
    AnswerWords,
    braden_line,
    compose,
    load_answer_words,
    push_line,
    refuse,
)
from bot.core.protocol.passage import Basis, Passage
from bot.core.protocol.ranking import Calibration, load_calibration
from bot.core.protocol.refusal import RefusalReason, refused_by_rule, refused_by_sound
from bot.core.protocol.sums import braden_bands, braden_total, is_of_braden_q, push_sum
from bot.core.protocol.text import documents_named
from bot.core.redflags import Limits, find_red_flags
from bot.core.site import Site, shipped_site
from bot.core.staff import Language
from bot.protocols.embedding import SHIPPED, Embedder
from bot.protocols.library import Library, load_library
from bot.protocols.retrieval import Found, Retriever, load_embedder, texts_to_embed
from bot.protocols.site import site_values

_RELATED = 2
_PUSH, _BRADEN = "push-score", "braden"
# A passage of the site this high in the rank is shown beside the first.
_NEAR = 5


class Advisor:
    """Keeps answers by passage and language, never a question: no word of a patient can stay."""

    def __init__(
        self,
        library: Library,
        retriever: Retriever,
        words: Mapping[Language, AnswerWords],
        calibration: Calibration,
        site: Site,
        limits: Limits,
    ) -> None:
        self._settings = {passage.setting: passage for passage in site_values(site, words)}
        self._library = library
        self._retriever = retriever
        self._words = words
        self._calibration = calibration
        self._limits = limits
        self._passages = {passage.id: passage for passage in library.passages}
        self._composed = lru_cache(maxsize=512)(self.told_of)

    def ask(self, question: str, language: Language | None = None) -> Answer:
        """In the language of the question, unless the asker's is known to be another."""
        asked_in = self._retriever.language(question)
        language = language or asked_in
        words = self._words[language]
        if reason := refused_by_rule(question, self._limits):
            return refuse(reason, language, words)
        if given := push_sum(question):
            return _led(push_line(given, words), self._composed(_PUSH, language, None))
        if reason := refused_by_sound(question):
            return refuse(reason, language, words)
        found = self._retriever.find(question, asked_in)
        if reason := self._not_answered(found):
            # Danger without an answer is no matter of scope.
            danger = find_red_flags(question, self._limits)
            reason = RefusalReason.NEEDS_CLINICIAN if danger else reason
            return refuse(reason, language, words)
        near = next((p.id for p in found.passages[:_NEAR] if p.basis is Basis.SITE), None)
        ranked = found.passages
        if is_of_braden_q(question):
            ranked = tuple(passage for passage in ranked if passage.setting != _BRADEN)
        answer = self._composed(self._first(ranked[0], question), language, near)
        total = braden_total(question)
        if total is None or ranked[0].setting != _BRADEN:
            return answer
        sources = self._sources(language)
        line = braden_line(total, sources, words)
        cited = (*answer.citations, *braden_bands())
        return replace(_led(line, answer), citations=tuple(dict.fromkeys(cited)))

    def _sources(self, language: Language) -> dict[str, str]:
        """Short names of the sources by key."""
        keyed = {p.key.split(" ")[0]: p.source.name[language] for p in self._passages.values()}
        return {key: name.split(",")[0] for key, name in keyed.items()}

    def _first(self, best: Passage, question: str) -> str:
        """Of sources that disagree, the one that the question names."""
        conflict = self._library.conflicts.get(best.conflict)
        named = documents_named(question)
        for side in conflict.sides if conflict else ():
            if self._passages[side].key.split(" ")[0] in named:
                return side
        return best.id

    def _not_answered(self, found: Found) -> RefusalReason | None:
        evidence = found.evidence
        if self._calibration.answers(evidence):
            return None
        outside = evidence.outside or 0.0
        nearest = max(evidence.meaning, outside)
        if evidence.known == 0 and nearest < self._calibration.gibberish_below:
            return RefusalReason.UNREADABLE
        if not found.on_subject and outside > evidence.meaning:
            return RefusalReason.OUT_OF_SCOPE
        return RefusalReason.NO_PASSAGE

    def told_of(self, id: str, language: Language, site: str | None = None) -> Answer:
        """What the passage with this id says, with what completes or contradicts it, and what the
        `site`'s own protocol says beside it."""
        first = self._passages[id]
        conflict = self._library.conflicts.get(first.conflict)
        beside = [*(conflict.sides if conflict else first.related[:_RELATED])]
        if site:
            beside.insert(0, site)
        others = [self._passages[other] for other in beside if other != id]
        if own := self._settings.get(first.setting):
            others.insert(0, own)
        return compose(
            first,
            others,
            conflict,
            language,
            self._words[language],
        )


def _led(line: str, answer: Answer) -> Answer:
    """The sum first, then what it rests on."""
    return replace(answer, text=f"{line}\n{answer.text}", grounds=None)


def open_advisor(
    folder: Path,
    kept: Path | None,
    own: Sequence[Passage] = (),
    site: Site | None = None,
    model: str = "",
    limits: Limits | None = None,
) -> Advisor:
    """`own` are passages of the site's protocols, `model` an embedding model that is not the one
    that ships. Raises LibraryBroken. Takes a moment: the model
    is loaded here, and what is new embedded."""
    library = load_library(folder, own)
    embedder = load_embedder(kept, model)
    return Advisor(
        library,
        Retriever(library, embedder),
        load_answer_words(folder.parent),
        load_calibration(with_meaning=embedder is not None and embedder.is_fitted),
        site or shipped_site(),
        limits or shipped_table().limits,
    )


def index_library(folder: Path) -> int:
    """Writes the vectors that ship beside the code. Raises EmbeddingMissing, LibraryBroken."""
    library = load_library(folder)
    texts = [
        *(text for _, text in texts_to_embed(library.passages)),
        *library.uncovered,
        *library.outside,
    ]
    Embedder().save(SHIPPED, texts)
    return len(texts)
