"""A model that speaks gives an opinion of one shape, or none; it never stops the ward."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.core.assessment import Category, CategoryDistribution, NotAssessed, Outcome, Tissue
from bot.core.second_opinion import Agreement, Opinion, compare
from bot.core.staff import Language
from bot.demo.drawn_wound import draw_wound
from bot.model_server import ModelAddress, NotAnswered
from jobs.vision.medgemma import MedGemma
from jobs.vision.medgemma_server import MedGemmaServer
from jobs.vision.opinion import parse
from jobs.vision.readers import UnknownReader, reader_name
from jobs.vision.readers.medgemma import MedGemmaReader
from jobs.vision.second_reader import NotSetUp, second_reader
from tests.hospital import KEY, MODEL, Hospital, open_hospital


def _answer(**changed: object) -> str:
    shares = dict.fromkeys((category.value for category in Category), 0)
    said: dict[str, object] = {
        "wound_seen": True,
        "categories": shares | {"III": 60, "IV": 20},
        "tissue": dict.fromkeys((tissue.value for tissue in Tissue), False) | {"slough": True},
        "bed": "Lecho rojo con esfacelo.",
        "edges": "Bordes enrollados.",
        "skin": "Piel enrojecida.",
    }
    return json.dumps(said | changed)


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with open_hospital(_answer()) as peer:
        yield peer


def _served(peer: Hospital, *, model: str = MODEL, key: str = KEY) -> MedGemmaServer:
    address = ModelAddress(peer.url, model, key)
    return MedGemmaServer(address, seconds=0.5 if peer.silent else 60, language=Language.ES)


def _photo() -> Image.Image:
    return Image.open(io.BytesIO(draw_wound())).convert("RGB")


def test_a_checkpoint_answers_in_the_shape_asked_for(checkpoint: Path) -> None:
    """Random weights would say anything; what comes out is an opinion all the same."""
    environment = {"VIGIA_MEDGEMMA": str(checkpoint), "VIGIA_LANGUAGE": "en"}
    opinion = second_reader(environment).ask(_photo())
    assert opinion.model == checkpoint.name
    assert max(len(text) for text in (opinion.description.bed, opinion.description.skin)) <= 120


def test_a_checkpoint_reads_alone(checkpoint: Path) -> None:
    """As the only reader it gives categories, or says that a person must look."""
    model = MedGemma(str(checkpoint), revision=None, language=Language.ES)
    reading = MedGemmaReader(model).read(draw_wound()).reading
    assert reading.model == checkpoint.name
    assert reading.categories is not None or reading.reason is NotAssessed.UNSURE


def test_the_hospitals_server_is_asked_and_believed(hospital: Hospital) -> None:
    opinion = _served(hospital).ask(_photo())
    assert opinion.categories is not None
    assert opinion.categories.probabilities[Category.III] == pytest.approx(0.75)
    assert opinion.tissue == {Tissue.SLOUGH}
    assert opinion.description.edges == "Bordes enrollados."


@pytest.mark.parametrize(
    ("model", "key", "code"),
    [("someone/else", KEY, "http_404"), (MODEL, "guessed", "http_401")],
)
def test_a_server_that_refuses_gives_no_opinion(
    hospital: Hospital, model: str, key: str, code: str
) -> None:
    with pytest.raises(NotAnswered, match=code):
        _served(hospital, model=model, key=key).ask(_photo())


@pytest.mark.parametrize(
    "fault",
    [
        {"say": "The wound looks deep."},
        {"say": _answer(categories={"III": 100})},
        {"say": _answer(bed="x" * 500)},
        {"say": _answer(categories=dict.fromkeys((c.value for c in Category), 0))},
        {"silent": True},
        {"die": True},
    ],
)
def test_a_server_that_fails_reads_nothing(hospital: Hospital, fault: dict[str, object]) -> None:
    """Prose, half a distribution, too many words, silence, a broken line: never a category."""
    for name, value in fault.items():
        setattr(hospital, name, value)
    read = MedGemmaReader(_served(hospital)).read(draw_wound())
    assert read.reading.reason is NotAssessed.MODEL_FAILED
    assert read.reading.categories is None


def test_a_model_that_is_not_there_reads_nothing() -> None:
    with pytest.raises(NotSetUp):
        second_reader({})
    assert MedGemmaReader(None).read(draw_wound()).reading.outcome is Outcome.NOT_ASSESSED


def test_its_words_carry_no_link_and_no_markup() -> None:
    opinion = parse(_answer(bed="Rojo. *Vea* https://a.example/x <@U1> ahora\n\u202e!"), "m")
    assert opinion.description.bed == "Rojo. Vea U1 ahora !"


def test_an_unknown_reader_is_named_with_those_that_are_there() -> None:
    with pytest.raises(UnknownReader, match="both, medgemma, onboard"):
        reader_name({"VIGIA_READER": "oracle"})


def _distribution(category: Category) -> CategoryDistribution:
    return CategoryDistribution({one: float(one is category) for one in Category})


@pytest.mark.parametrize(
    ("second", "agreement"),
    [
        (Category.III, Agreement.SAME),
        (Category.IV, Agreement.OTHER_CATEGORY),
        (Category.II, Agreement.OTHER_DEPTH),
    ],
)
def test_two_readers_are_compared_by_depth_first(second: Category, agreement: Agreement) -> None:
    spoken = parse(_answer(), "m")
    opinion = Opinion("m", _distribution(second), spoken.tissue, spoken.description)
    assert compare(_distribution(Category.III), opinion) is agreement


def test_seeing_no_wound_where_the_other_does_is_another_depth() -> None:
    none_seen = parse(_answer(wound_seen=False), "m")
    assert compare(_distribution(Category.I), none_seen) is Agreement.OTHER_DEPTH
    assert compare(_distribution(Category.I), None) is Agreement.NO_ANSWER
