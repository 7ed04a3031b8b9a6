"""docs/decision-table.md, as the table and its words stand: run this module to print it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from pathlib import Path

from bot.channels.advice_words import AdviceWords
from bot.core.decision_table import DecisionTable, Row, shipped_table
from bot.core.redflags.limits import Bound, Limits, VitalLimit
from bot.core.redflags.scores import Vital
from bot.core.staff import Language

_CHECKOUT = Path(__file__).parents[2]
_UNITS: Mapping[Vital, str] = {
    Vital.TEMPERATURE: "°C",
    Vital.SYSTOLIC: "mmHg",
    Vital.MEAN_PRESSURE: "mmHg",
    Vital.BREATHS: "a minute",
    Vital.PULSE: "a minute",
    Vital.SATURATION: "%",
    Vital.COMA_SCALE: "points",
    Vital.URINE: "ml an hour",
    Vital.LACTATE: "mmol/l",
    Vital.GLUCOSE: "mg/dl",
}
_BOUNDS: Mapping[Bound, str] = {
    Bound.AT_LEAST: "{} or more",
    Bound.ABOVE: "above {}",
    Bound.AT_MOST: "{} or less",
    Bound.BELOW: "below {}",
}


def render(table: DecisionTable, words: AdviceWords) -> str:
    parts = (
        _preamble(table, words),
        _rows(table, words),
        _limits(table.limits, words),
        _advice(table, words),
    )
    return "\n".join([*chain.from_iterable(parts), ""])


def _preamble(table: DecisionTable, words: AdviceWords) -> Iterator[str]:
    limits = table.thresholds
    state = (
        f"signed by {table.signature.name}, {table.signature.role}, on {table.signature.date}"
        if table.signed
        else "**not signed: a proposal**"
    )
    yield "# The decision table"
    yield ""
    yield f"Version {table.version}, {state}. Rendered from `bot/core/decision_table.toml`, whose"
    yield f"content has the sha256 `{table.content_hash}`."
    yield ""
    yield "The first row that matches wins. Rows run from the most urgent to the least: what a"
    yield "nurse reports can raise the urgency and never lower it. The time to act is the shortest"
    yield "of all rows that match."
    yield ""
    yield "A fever beside a wound is an emergency here, even with no other sign. To make fever"
    yield 'alone very urgent, a clinical lead moves the word `"fever"` from row 1 to row 2.'
    yield ""
    yield "On top of the rows:"
    yield ""
    review = _time(limits.review_within)
    yield f"- P(deep) of {limits.review_p_deep:.2f} or more: a person reviews within {review}."
    yield f"- Likeliest category below {limits.sure_top:.2f}, or ahead by less than"
    yield f"  {limits.sure_margin:.2f}: two categories are shown, the graver row counts, a person"
    yield "  confirms."
    reserved = ", ".join(sorted(limits.never_without_person))
    yield f"- Never closed without a person: {reserved}."
    never = ", ".join(sorted(words.wound(kind) for kind in limits.without_category))
    shallow = ", ".join(sorted(words.wound(kind) for kind in limits.shallow_without_category))
    yield f"- No category is shown where the nurse writes of: {never}. None but a deep one where"
    yield f"  she writes of: {shallow}. What the photo shows decides all the same how urgent it is."
    yield f"- Whatever needs a person is at least `{limits.review_urgency}`."
    yield ""
    yield "Earlier cases of the same patient count beside a category that was read, and never lower"
    yield "an urgency. Worse means that the photo alone takes a graver row than the last time; no"
    yield "sign of healing, that it takes no milder one than two weeks or more ago. A wound that"
    yield "nobody stated to be the same counts as a new one. What earlier cases change is a"
    yield "proposal of this table, except where an advice names its source."
    yield ""
    yield "Deep means category III, IV, unstageable or deep tissue."
    yield ""


def _rows(table: DecisionTable, words: AdviceWords) -> Iterator[str]:
    yield "| Row | When | Urgency | Act within | Acknowledge | Told | Escalation | Next photo |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in table.rows:
        told = ", ".join(words.role(role) for role in row.notify)
        cells = (
            row.id,
            row.trigger,
            words.urgency(row.urgency),
            _time(row.act_within),
            _time(row.acknowledge_within) if row.acknowledge_within else "by the ladder",
            told,
            row.escalation.replace("_", " ") if row.escalation else "none",
            _time(row.rephoto_after) if row.rephoto_after else "none set",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "## What makes a row match"
    yield ""
    for row in table.rows:
        yield f"- **{row.id}**: {'; '.join(_triggers(row, words))}."
    yield ""


def _triggers(row: Row, words: AdviceWords) -> Iterator[str]:
    if row.flags:
        yield "reported " + ", ".join(sorted(words.flag(flag) for flag in row.flags))
    if row.history:
        yield "earlier cases say: " + ", ".join(sorted(words.mark(mark) for mark in row.history))
    if row.kinds:
        yield "words say: " + ", ".join(sorted(words.wound(kind) for kind in row.kinds))
    if row.bedside:
        yield "felt: " + ", ".join(sorted(words.bedside_found(found) for found in row.bedside))
    if row.categories:
        yield "photo shows " + ", ".join(sorted(words.category(c) for c in row.categories))
    if row.p_deep_at_least is not None:
        yield f"P(deep) of {row.p_deep_at_least:.2f} or more"
    if row.not_assessed:
        often = (
            f", from photo {row.failed_photos_at_least} on" if row.failed_photos_at_least else ""
        )
        yield f"photo not assessed ({', '.join(sorted(row.not_assessed))}){often}"
    if row.words_only:
        yield "words only, no sign among them"


def _limits(limits: Limits, words: AdviceWords) -> Iterator[str]:
    yield "## From where on a sign is one"
    yield ""
    yield "A vital sign that a nurse writes is a danger sign by itself from here on. What NEWS2 and"
    yield "qSOFA add up to counts beside these; their bands are those of the published scores."
    yield ""
    yield "| Vital sign | Limit | Means | Source |"
    yield "|---|---|---|---|"
    for one in limits.vitals:
        cells = (one.vital.replace("_", " "), _limit(one), words.flag(one.means))
        yield f"| {' | '.join(cells)} | {words.citation(one.source)} |"
    yield ""
    sound = limits.resemblance
    few = "".join(f" {limit:.2f} up to {most} words," for most, limit in sound.danger_in_few)
    yield "A sentence that no rule understands is weighed by how it sounds, from 0 to 1"
    yield f"({words.citation(sound.source)}):"
    yield ""
    yield f"- Like danger, from{few} {sound.danger:.2f} in a longer sentence."
    yield f"- Like an emergency rather than something less, from {sound.emergency:.2f}; where a"
    yield f"  rule names a lesser sign, from {sound.surely_emergency:.2f}."
    yield ""


def _limit(limit: VitalLimit) -> str:
    return _BOUNDS[limit.bound].format(f"{limit.value:g} {_UNITS[limit.vital]}")


def _advice(table: DecisionTable, words: AdviceWords) -> Iterator[str]:
    yield "## What each row advises"
    yield ""
    yield "At most three are said; those for a reported sign or an earlier case come first. A"
    yield "citation in brackets awaits verification and is never shown to anybody."
    for row in table.rows:
        yield ""
        yield f"**{row.id}. {row.trigger}**"
        yield ""
        for one in row.advice:
            sources = "; ".join(words.citation(key) for key in one.citations)
            awaiting = f" ({', '.join(one.awaiting)})" if one.awaiting else ""
            names = [words.flag(flag) for flag in one.only_for]
            names += [words.mark(mark) for mark in one.only_after]
            names += [words.wound(kind) for kind in one.only_in]
            beside = ", ".join(sorted(names))
            only = f" Only with: {beside}." if beside else ""
            yield f"- {words.action(one.key)} *{sources}*{awaiting}{only}"


def _time(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes == 0:
        return "now"
    if minutes >= 2880 and minutes % 1440 == 0:
        return f"{minutes // 1440} days"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def rendered() -> str:
    return render(shipped_table(), AdviceWords.load(_CHECKOUT / "templates", Language.EN))


if __name__ == "__main__":
    print(rendered(), end="")
