"""Fits the two models that weigh what no rule understands in a nurse's words, and measures them on
lists that they did not learn from."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.channels.advice_words import AdviceWords
from bot.core.decision_table import shipped_table
from bot.core.redflags.finding import flags_by_rule
from bot.core.redflags.hearing import listen
from bot.core.redflags.lexicon import load_lexicon
from bot.core.redflags.resemblance import DANGER, EMERGENCY, sentences
from bot.core.staff import Language
from bot.core.text_model import TextModel, save_text_model
from bot.core.urgency import Urgency
from jobs.training.fit_text import fit_text

_QUIET = "quiet"
# Never learned from: what the models raise there is what a new phrase may expect.
KEPT_OUT = frozenset({"tenth", "thirteenth", "sixteenth"})
# A protocol question sounds like danger and is none; there are thousands of them. What the house
# itself offers to answer or to order must never sound like it.
_COUNTS = {"questions": 0.25, "house_words": 3.0, "sending": 3.0}
_THRESHOLDS = (0.5, 0.6, 0.66, 0.7, 0.75, 0.8)
_GRAVE_FROM = (0.3, 0.4, 0.45, 0.5)


@dataclass(frozen=True, slots=True)
class Said:
    """`wanted` is an urgency, or "quiet"."""

    source: str
    wanted: str
    text: str


def fit_danger(own: Path, tested: Path, protocols: Path) -> None:
    """Writes the models beside the rules, from both folders of phrases but the kept-out lists."""
    listed = [*read_phrases(own), *read_phrases(tested)]
    learned = [one for one in listed if one.source not in KEPT_OUT]
    danger, emergency = _fit([*learned, *_questions(protocols), *_offered(protocols.parent)])
    _report(danger, emergency, [one for one in listed if one.source in KEPT_OUT])
    save_text_model(danger, DANGER)
    save_text_model(emergency, EMERGENCY)


def read_phrases(folder: Path) -> Iterator[Said]:
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text("utf-8").splitlines():
            _, wanted, text = line.split("\t")
            yield Said(file.stem, wanted, text)


def _questions(protocols: Path) -> Iterator[Said]:
    for file in sorted(protocols.glob("*.toml")):
        for row in tomllib.loads(file.read_text("utf-8")).get("passage", ()):
            for text in (*row["asks_es"], *row["asks_en"]):
                yield Said("questions", _QUIET, text)


def _offered(templates: Path) -> Iterator[Said]:
    for language in Language:
        for label in AdviceWords.load(templates, language).choices.values():
            yield Said("house_words", _QUIET, label)


def _fit(said: Sequence[Said]) -> tuple[TextModel, TextModel]:
    limits = shipped_table().limits
    words, owners = [], []
    for one in said:
        for _, heard in sentences(listen(one.text, load_lexicon().states), limits):
            words.append(heard)
            owners.append(one)
    counts = np.array([_COUNTS.get(o.source, 1.0) for o in owners])
    danger = fit_text(words, np.array([o.wanted != _QUIET for o in owners]), counts)
    grave = [(w, o.wanted) for w, o in zip(words, owners, strict=True) if o.wanted != _QUIET]
    is_emergency = np.array([wanted == Urgency.EMERGENCY for _, wanted in grave])
    return danger, fit_text([w for w, _ in grave], is_emergency)


def _report(danger: TextModel, emergency: TextModel, said: Sequence[Said]) -> None:
    limits = shipped_table().limits
    heard = []
    for one in said:
        spoken = [w for _, w in sentences(listen(one.text, load_lexicon().states), limits)]
        score = max((danger.probability(w) for w in spoken), default=0.0)
        grave = max((emergency.probability(w) for w in spoken), default=0.0)
        heard.append((one, bool(flags_by_rule(one.text, limits)), score, grave))
    dangers = [row for row in heard if row[0].wanted != _QUIET]
    quiet = [row for row in heard if row[0].wanted == _QUIET]
    print(f"by rules alone: {sum(r for _, r, *_ in dangers)}/{len(dangers)} raised,", end=" ")
    print(f"{sum(r for _, r, *_ in quiet)}/{len(quiet)} quiet ones flagged")
    for limit in _THRESHOLDS:
        raised = sum(rule or score >= limit for _, rule, score, _ in dangers)
        flagged = sum(rule or score >= limit for _, rule, score, _ in quiet)
        print(f"with resemblance from {limit}: {raised}/{len(dangers)}, {flagged}/{len(quiet)}")
    emergencies = [g for one, _, _, g in dangers if one.wanted == Urgency.EMERGENCY]
    lesser = [g for one, _, _, g in dangers if one.wanted != Urgency.EMERGENCY]
    for limit in _GRAVE_FROM:
        right, over = (sum(g >= limit for g in group) for group in (emergencies, lesser))
        print(f"emergency from {limit}: {right}/{len(emergencies)}, others {over}/{len(lesser)}")
