"""Questions that are never answered from a library, whatever it holds."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.core.protocol.text import content_words, words_of
from bot.core.redflags import Limits, RedFlag, find_red_flags
from bot.core.text_model import TextModel, load_text_model

_FILE = Path(__file__).with_name("refusal.toml")


class RefusalReason(StrEnum):
    """Each has its kind words in templates/protocols/words.toml, in both languages."""

    DRUG_DOSE = "drug_dose"
    STAGING = "staging_from_description"
    NEEDS_CLINICIAN = "needs_clinician"
    NO_PASSAGE = "no_passage"
    OUT_OF_SCOPE = "out_of_scope"
    UNREADABLE = "unreadable"
    LIBRARY_BROKEN = "library_broken"


# From here on a question sounds like those that were refused for it, where no pattern knows it.
SOUNDS_REFUSED: Mapping[RefusalReason, float] = {
    RefusalReason.STAGING: 0.5,
    RefusalReason.NEEDS_CLINICIAN: 0.7,
}


def model_file(reason: RefusalReason) -> Path:
    return _FILE.with_name(f"{reason}.model")


@cache
def _models() -> Mapping[RefusalReason, TextModel]:
    return {reason: load_text_model(model_file(reason)) for reason in SOUNDS_REFUSED}


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    lists = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: re.compile(rf"\b(?:{'|'.join(rows)})\b") for name, rows in lists.items()}


def _says(name: str, said: str) -> bool:
    return _patterns()[name].search(said) is not None


def refused_by_sound(question: str) -> RefusalReason | None:
    """Where no pattern knows it: it resembles questions about one wound or one patient."""
    words = words_of(question)
    near = {reason: model.probability(words) for reason, model in _models().items()}
    return next((r for r, limit in SOUNDS_REFUSED.items() if near[r] >= limit), None)


def refused_by_rule(question: str, limits: Limits) -> RefusalReason | None:
    """What a pattern names. In doubt it refuses: a refusal offers a clinician, a wrong answer
    does not."""
    said = " ".join(words_of(question))
    if _says("what_now_alone", said):
        return RefusalReason.NEEDS_CLINICIAN
    if not content_words(question):
        return RefusalReason.UNREADABLE
    if _asks_dose(said):
        return RefusalReason.DRUG_DOSE
    flags = find_red_flags(question, limits)
    if _asks_staging(said):
        return RefusalReason.STAGING
    one_wound = _says("which_antibiotic", said) or _says("this_wound", said)
    if one_wound or _is_about_a_person(said, flags):
        return RefusalReason.NEEDS_CLINICIAN
    return None


def names_drug_or_dose(text: str) -> bool:
    return _asks_dose(" ".join(words_of(text)))


def _asks_dose(said: str) -> bool:
    if _says("drug", said):
        return True
    return _says("dose", said) and not _says("nourishment", said)


def _asks_staging(said: str) -> bool:
    if not _says("asks_category", said) or _says("the_scales", said):
        return False
    this_person = _says("this_person", said)
    if _says("rule_of_category", said) and not this_person:
        return False
    return this_person or _says("seen", said) or _says("somebody", said)


def _is_about_a_person(said: str, flags: Sequence[RedFlag]) -> bool:
    this_person = _says("this_person", said)
    if this_person and (_says("decision", said) or _says("what_now", said)):
        return True
    if not flags or not _says("present", said):
        return False
    return this_person or _says("somebody", said) or _says("what_now", said)
