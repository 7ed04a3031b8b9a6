"""`vigia scale`: a scale asked question by question."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from bot.channels.scale_words import scale_words
from bot.core.case import Case
from bot.core.scales import Question, ScaleName, load_scales, next_question, result, with_bands
from bot.core.site import Site
from bot.core.staff import Language
from bot.settings import CHECKOUT

if TYPE_CHECKING:
    from bot.wiring import Services

_TEMPLATES = CHECKOUT / "templates"


def ask_scale(name: ScaleName, language: Language) -> dict[str, str]:
    """Asks at the terminal until every question is answered."""
    words = scale_words(_TEMPLATES, language)
    scale, spoken = load_scales()[name], words[name]
    answers: dict[str, str] = {}
    while question := next_question(scale, answers):
        click.echo("\n".join(_lines(question, spoken, words)))
        given = click.prompt(">", prompt_suffix=" ")
        try:
            question.score(given)
        except ValueError:
            click.echo(words["again"])
        else:
            answers[question.key] = given
    return answers


def told(name: ScaleName, answers: dict[str, str], language: Language, site: Site) -> str:
    """What the total means, by the guideline and by the site."""
    words = scale_words(_TEMPLATES, language)
    scale, spoken = load_scales()[name], words[name]
    scored = result(scale, answers)
    meaning = spoken["meanings"][scored.meaning]
    total = words["total"].format(scale=spoken["title"], total=scored.total, meaning=meaning)
    lines = [total, words["source"].format(source=spoken["source"])]
    if name is ScaleName.BRADEN and site.name:
        own = result(with_bands(scale, site.braden), answers)
        lines.append(
            words["site"].format(
                site=site.name,
                meaning=spoken["meanings"][own.meaning],
                source=own.source,
                proposal="" if site.signed else words["proposal"],
            )
        )
    return "\n".join(lines)


def _lines(question: Question, spoken: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    asked = spoken["questions"][question.key]
    if not question.choices:
        unit = words["units"][question.unit]
        limits = {"unit": unit, "least": question.least, "most": question.most}
        yield f"{asked} ({words['number'].format(**limits)})"
        return
    yield asked
    for number, choice in enumerate(question.choices, 1):
        yield f"  {number}. {spoken['choices'][choice.key]}"


@click.command("scale")
@click.argument("name", type=click.Choice([name.value for name in ScaleName]))
@click.option(
    "--language", type=click.Choice([x.value for x in Language]), default=Language.ES.value
)
@click.option("--case", "code", help="Keeps the answers with the case that has this code.")
def scale(name: str, language: str, code: str | None) -> None:
    """Asks a scale and says its total, what that means, and the source. Without --case nothing is
    kept."""
    from bot.wiring import build, environment, site_of

    house = build() if code else None
    if house and code:
        _case(house, code)
    asked, spoken = ScaleName(name), Language(language)
    answers = ask_scale(asked, spoken)
    click.echo(told(asked, answers, spoken, site_of(environment())))
    if house and code:
        _keep(house, asked, answers, _case(house, code), spoken)


def _case(house: "Services", code: str) -> Case:
    from bot.store.case_rows import case_by_code

    with house.store.snapshot() as snapshot:
        case = case_by_code(snapshot, code.upper())
    if case is None:
        raise click.ClickException("No case has that code. Nothing was changed.")
    return case


def _keep(
    house: "Services", name: ScaleName, answers: dict[str, str], case: Case, language: Language
) -> None:
    from bot.actions.scored import record_scale

    with house.acting() as tx:
        totals = record_scale(tx, name, answers, case, house.rules, "admin:cli")
    listed = ", ".join(
        f"{one.ended_at.astimezone(house.rules.site.zone):%Y-%m-%d} {one.total}"
        for one in totals
        if one.ended_at
    )
    words = scale_words(_TEMPLATES, language)
    click.echo(words["kept"].format(code=case.code, totals=listed))
