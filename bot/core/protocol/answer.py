"""An answer: passages' own sentences, each with its key, and every side of a disagreement."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.protocol.passage import Basis, Conflict, Passage
from bot.core.protocol.refusal import RefusalReason
from bot.core.protocol.sums import PushSum, braden_bands
from bot.core.staff import Language

# A phone screen.
LONGEST_ANSWER = 900


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it is shown: `key` with its page, `mark` what stands in the bracket."""

    key: str
    says: str
    mark: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer is made of, the passage that answers first. `opening` is empty unless the
    sources disagree; `closing` are the lines that end it, where a model has worded the rest."""

    quotes: tuple[Quote, ...]
    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`citations` are keys, the one that answers first. A refusal has none, and a `reason`. Only
    with `grounds` may a model word it: a refusal and a sum have none."""

    language: Language
    text: str
    citations: tuple[str, ...] = ()
    reason: RefusalReason | None = None
    grounds: Grounds | None = None

    @property
    def answered(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The words around the passages, in one language."""

    disagree: str
    unquoted: str
    follow_site: str
    sources: str
    abstract: str
    caution: str
    worded: str
    strength: Mapping[str, str]
    certainty: Mapping[str, str]
    refusal: Mapping[str, str]
    site: Mapping[str, str]
    sum: Mapping[str, str]
    push: Mapping[str, str]


def load_answer_words(templates: Path) -> Mapping[Language, AnswerWords]:
    """The answers of PUSH are named as in the scale itself."""
    data = tomllib.loads((templates / "protocols" / "words.toml").read_text("utf-8"))
    scales = {
        language: tomllib.loads((templates / "scales" / f"{language}.toml").read_text("utf-8"))
        for language in Language
    }
    return {
        language: AnswerWords(**data[language], push=scales[language]["push"]["choices"])
        for language in Language
    }


def refuse(reason: RefusalReason, language: Language, words: AnswerWords) -> Answer:
    return Answer(language, words.refusal[reason], reason=reason)


def compose(
    first: Passage,
    others: Sequence[Passage],
    conflict: Conflict | None,
    language: Language,
    words: AnswerWords,
) -> Answer:
    """`others` complete the first, or are the other sides of its conflict; those that would not
    fit on a phone screen are left out, the last first. The sides of a conflict always stay."""
    kept = list(others)
    while True:
        text = _written(first, kept, conflict, language, words)
        if len(text) <= LONGEST_ANSWER or conflict or not kept:
            break
        kept.pop()
    shown = [first, *kept]
    keys = [first.key, *(p.key for p in kept), *(key for p in shown for key in p.also)]
    grounds = Grounds(
        tuple(_quote(passage, language, words) for passage in shown),
        words.disagree if conflict and kept else "",
        "\n".join([words.worded, *_closing(shown, conflict, language, words)]),
    )
    return Answer(language, text, tuple(dict.fromkeys(keys)), grounds=grounds)


def _written(
    first: Passage,
    others: Sequence[Passage],
    conflict: Conflict | None,
    language: Language,
    words: AnswerWords,
) -> str:
    lines = [_line(first, language, words)]
    if conflict and others:
        lines.append(words.disagree)
    lines += [f"- {_line(other, language, words)}" for other in others]
    return "\n".join(lines + _closing([first, *others], conflict, language, words))


def _closing(
    shown: Sequence[Passage], conflict: Conflict | None, language: Language, words: AnswerWords
) -> list[str]:
    named = {f"{p.source.name[language]} {p.source.link}".strip(): None for p in shown}
    lines = [f"{words.sources} {'; '.join(named)}", words.caution]
    if conflict:
        lines.insert(0, words.unquoted if conflict.unquoted else words.follow_site)
    return lines


def push_line(found: PushSum, words: AnswerWords) -> str:
    area_points, tissue_points, exudate_points = found.points
    return words.sum["push"].format(
        total=found.total,
        area=found.area,
        area_points=area_points,
        tissue=words.push[found.tissue],
        tissue_points=tissue_points,
        exudate=words.push[found.exudate],
        exudate_points=exudate_points,
    )


def braden_line(total: int, names: Mapping[str, str], words: AnswerWords) -> str:
    """`names` are those of the sources by key; each puts the total in a band of its own."""
    said = [
        words.sum["band"].format(
            risk=words.sum[next(risk for most, risk in meanings if total <= most)],
            source=names[source],
            key=source,
        )
        for source, meanings in braden_bands().items()
    ]
    return words.sum["braden"].format(total=total, bands=", ".join(said))


def _line(passage: Passage, language: Language, words: AnswerWords) -> str:
    quote = _quote(passage, language, words)
    return f"{quote.says} [{quote.mark}]"


def _quote(passage: Passage, language: Language, words: AnswerWords) -> Quote:
    key = f"{passage.key} {passage.page}".strip()
    marks = [
        key,
        words.strength.get(passage.strength, ""),
        words.certainty.get(passage.certainty, ""),
        words.abstract if passage.basis is Basis.ABSTRACT else "",
    ]
    return Quote(key, passage.says[language], ", ".join(filter(None, marks)))
