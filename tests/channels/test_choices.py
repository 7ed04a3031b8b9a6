"""A message that offers answers, as each chat shows it, and what may come back for it."""

import pytest
from slack_sdk.models.blocks import Block

from bot.channels.advice_words import AdviceWords
from bot.channels.wording import Wording
from bot.core.choice import Choice, NotOffered, choice_facts, choice_meant
from bot.core.inbound import Channel
from bot.core.message import MessageKind
from bot.core.scales import load_scales
from bot.core.staff import Language
from bot.settings import CHECKOUT

_WORDING = Wording(CHECKOUT / "templates")
_CHOICES = [Choice(f"verb:id:{word}", word) for word in ("yes", "no", "skip")]
_LABELS = {"yes": "Sí", "no": "No", "skip": "Omitir"}
_FACTS = {"code": "7K2F", "choices": choice_facts(_CHOICES)}


def test_whatsapp_numbers_the_answers() -> None:
    """One line each, below the question."""
    words = _WORDING.words(MessageKind.TEXT_ADDED, Channel.WHATSAPP, Language.ES, _FACTS)
    assert words.text.splitlines()[-3:] == ["1. Sí", "2. No", "3. Omitir"]


def test_slack_shows_buttons_that_its_own_models_take() -> None:
    """At most five in a row, each with an action of its own and its payload."""
    many = [Choice(f"verb:id:{n}", "yes") for n in range(10)]
    facts = {"code": "7K2F", "choices": choice_facts(many)}
    blocks = _WORDING.words(MessageKind.TEXT_ADDED, Channel.SLACK, Language.EN, facts).blocks
    assert blocks is not None
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    buttons = [button for row in rows for button in row]  # type: ignore[attr-defined]
    assert [len(row) for row in rows] == [5, 5]  # type: ignore[arg-type]
    assert [b["action_id"] for b in buttons] == [f"vigia_answer_{n}" for n in range(1, 11)]
    assert [b["value"] for b in buttons] == [one.payload for one in many]
    for block in Block.parse_all(list(blocks)):
        block.to_dict()


def test_an_answered_message_shows_what_was_chosen_and_no_buttons() -> None:
    """Nobody presses a question that was answered."""
    facts = _FACTS | {"chosen": "no"}
    words = _WORDING.words(MessageKind.TEXT_ADDED, Channel.SLACK, Language.ES, facts)
    assert words.text.endswith("*No*")
    assert words.blocks is not None
    assert [block["type"] for block in words.blocks] == ["section"]


@pytest.mark.parametrize(
    ("said", "at"),
    [("2", 1), (" 2. ", 1), ("2)", 1), ("2°", 1), ("2️⃣", 1), ("si", 0), ("SÍ.", 0), ("omitír", 2)],
)
def test_a_number_or_the_words_themselves_are_an_answer(said: str, at: int) -> None:
    """Accents, case and marks do not matter."""
    assert choice_meant(said, _CHOICES, _LABELS) == _CHOICES[at]


@pytest.mark.parametrize("said", ["mide 2 cm", "2 cm", "2 x 3", "sí, mide 2 cm", "", "👍", "2.5"])
def test_words_about_the_wound_are_no_answer(said: str) -> None:
    """A number inside a sentence is a measure."""
    assert choice_meant(said, _CHOICES, _LABELS) is None


def test_a_number_that_was_not_offered_is_known_as_such() -> None:
    """The nurse is told which numbers there are."""
    assert choice_meant("4", _CHOICES, _LABELS) == NotOffered(3)
    assert choice_meant("0", _CHOICES, _LABELS) == NotOffered(3)


@pytest.mark.parametrize("language", Language)
def test_every_label_fits_a_button(language: Language) -> None:
    """Slack takes 75 characters, and a phone shows about 24 in a line."""
    choices = AdviceWords.load(CHECKOUT / "templates", language).choices
    assert max(map(len, choices.values())) <= 34
    offers = [[word for word in choices if "." not in word]]
    for name, scale in load_scales().items():
        offers += [[f"{name}.{choice.key}" for choice in q.choices] for q in scale.questions]
    for offered in offers:
        labels = [choices[word].casefold() for word in offered]
        assert len(set(labels)) == len(labels)
