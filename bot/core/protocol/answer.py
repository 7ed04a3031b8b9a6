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
class Answer:
    """`citations` are keys, the one that answers first. A refusal has none, and a `reason`."""

    language: Language
    text: str
    citations: tuple[str, ...] = ()
    reason: RefusalReason | None = None

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
    return Answer(language, text, tuple(dict.fromkeys(keys)))


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
    if conflict:
        lines.append(words.unquoted if conflict.unquoted else words.follow_site)
    named = {f"{p.source.name[language]} {p.source.link}".strip(): None for p in (first, *others)}
    lines += [f"{words.sources} {'; '.join(named)}", words.caution]
    return "\n".join(lines)


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
    marks = [
        f"{passage.key} {passage.page}".strip(),
        words.strength.get(passage.strength, ""),
        words.certainty.get(passage.certainty, ""),
        words.abstract if passage.basis is Basis.ABSTRACT else "",
    ]
    return f"{passage.says[language]} [{', '.join(filter(None, marks))}]"
