"""`vigia scale`: a scale asked question by question."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bot.core.scales import Question, ScaleName, load_scales, next_question, result, with_bands
from bot.core.site import Site, load_site
from bot.core.staff import Language
from bot.settings import CHECKOUT, site_file

_WORDS = CHECKOUT / "templates" / "scales"


def scale_words(folder: Path, language: Language) -> dict[str, Any]:
    return tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))


def ask_scale(name: ScaleName, language: Language, site: Site) -> str:
    """Asks at the terminal until every question is answered; returns what the total means."""
    words = scale_words(_WORDS, language)
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
        limits = {"unit": question.unit, "least": question.least, "most": question.most}
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
def scale(name: str, language: str) -> None:
    """Asks a scale and says its total, what that means, and the source. Nothing is stored."""
    from bot.wiring import environment

    site = load_site(site_file(environment()).read_text("utf-8"))
    click.echo(ask_scale(ScaleName(name), Language(language), site))
