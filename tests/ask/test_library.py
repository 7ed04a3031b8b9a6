"""What the protocol library holds."""

import pytest

from bot.core.protocol.answer import LONGEST_ANSWER
from bot.core.protocol.passage import Passage
from bot.core.staff import Language
from bot.protocols.advisor import Advisor
from bot.protocols.embedding import Embedder
from bot.protocols.library import LibraryBroken, load_library, source_name
from bot.protocols.retrieval import texts_to_embed
from bot.settings import CHECKOUT

TEMPLATES = CHECKOUT / "templates" / "protocols"
LIBRARY = load_library(TEMPLATES)


def test_the_library_is_as_wide_as_its_sources() -> None:
    """Prevention, categories, treatment, Chile, scales, infection and photos all have passages."""
    assert len(LIBRARY.passages) >= 80
    keys = {passage.key for passage in LIBRARY.passages}
    expected = {"R7", "R8", "H3", "SK4", "CG179 1.1.10", "MINSAL23", "COQ21", "NPIAP16", "PUSH"}
    assert expected | {"NPIAP-DTPI", "BMJQS-IAD", "NICE-SEP", "NHSI18 rec 27", "WOO09"} <= keys


@pytest.mark.parametrize("passage", LIBRARY.passages, ids=lambda passage: passage.id)
def test_every_passage_can_be_said_and_asked_for(passage: Passage) -> None:
    """Each has its sentence and at least one way to ask for it in both languages."""
    for language in Language:
        assert 20 < len(passage.says[language]) < 340
        assert passage.asked[language]
    assert passage.says[Language.ES] != passage.says[Language.EN]


def test_no_number_of_the_2019_guideline_is_cited() -> None:
    """Its numbers are unverified, so that no passage may rest on it."""
    for passage in LIBRARY.passages:
        for key in (passage.key, *passage.also):
            assert source_name(key) not in ("CPG19", "QRG19-ES")
            assert not key[0].isdigit()


def test_every_answer_fits_on_a_phone_screen(advisor: Advisor) -> None:
    """Whatever stands first, and however many sides a conflict has."""
    for passage in LIBRARY.passages:
        for language in Language:
            answer = advisor.told_of(passage.id, language)
            assert len(answer.text) <= LONGEST_ANSWER, passage.id
            assert answer.citations[0] == passage.key


def test_the_vectors_that_ship_are_those_of_the_library() -> None:
    """Nobody waits for an embedding: after a change, `vigia protocols index` was run."""
    texts = [text for _, text in texts_to_embed(LIBRARY.passages)]
    assert Embedder().new_texts([*texts, *LIBRARY.uncovered, *LIBRARY.outside]) == []


def test_a_passage_without_a_known_source_is_no_passage(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A typing error in a file is named with its passage, not met by a nurse."""
    for file in TEMPLATES.glob("*.toml"):
        text = file.read_text("utf-8")
        if file.name == "scales.toml":
            text = text.replace('key = "PUSH"', 'key = "PUHS"', 1)
        (tmp_path / file.name).write_text(text, "utf-8")
    with pytest.raises(LibraryBroken, match="push-score"):
        load_library(tmp_path)
