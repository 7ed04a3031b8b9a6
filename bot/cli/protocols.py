"""`vigia ask`, `vigia protocols`: the protocol library from the command line."""

import sys
from pathlib import Path

import click

from bot.settings import CHECKOUT, protocols_folder


def _folder() -> Path:
    from bot.wiring import environment

    return protocols_folder(environment())


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def ask(question: tuple[str, ...], as_json: bool) -> None:
    """Answers a protocol question with its sources. "-" reads a question per line."""
    from bot.cli.ask import answer_questions
    from bot.wiring import advisor, phraser

    asked = " ".join(question)
    lines = (line.rstrip("\n") for line in sys.stdin) if asked == "-" else iter([asked])
    sys.exit(answer_questions(lines, advisor(), phraser(), as_json=as_json, out=sys.stdout))


@click.command("evaluate-answers")
@click.option("--questions", default=CHECKOUT / "tests" / "ask", type=click.Path(path_type=Path))
def evaluate(questions: Path) -> None:
    """Measures the answers on the committed questions, and names every miss."""
    from bot.cli.answer_evaluation import evaluate_answers
    from bot.wiring import advisor

    sys.exit(evaluate_answers(advisor(), questions, sys.stdout))


@click.group()
def protocols() -> None:
    """The passages that questions are answered from."""


@protocols.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def add_protocols(files: tuple[Path, ...]) -> None:
    """Adds the site's own protocols: Markdown, PDF or DOCX. The same name again replaces it."""
    from bot.protocols.documents import DocumentUnreadable
    from bot.protocols.site import add_protocol
    from bot.wiring import advisor

    for file in files:
        try:
            added = add_protocol(_folder(), file)
        except DocumentUnreadable as why:
            raise click.ClickException(f"{file.name}: {why}. It was not added.") from why
        click.echo(f"Added {added.name}, version {added.version}: passages: {len(added.pieces)}.")
    # Embedded now, so that the first nurse who asks does not wait for it.
    advisor()


@protocols.command("list")
def list_protocols() -> None:
    """Lists the site's own protocols with their version."""
    from bot.protocols.site import site_protocols

    kept = site_protocols(_folder())
    for protocol in kept:
        pages = len({page for page, _ in protocol.pieces})
        click.echo(
            f"{protocol.name}  version {protocol.version}  "
            f"pages: {pages}, passages: {len(protocol.pieces)}"
        )
    click.echo(f"{len(kept)} added.")


@protocols.command("index")
def index_protocols() -> None:
    """Embeds every passage of templates/protocols anew, for the file that ships with Vigia."""
    from bot.protocols.advisor import index_library

    click.echo(f"{index_library(CHECKOUT / 'templates' / 'protocols')} texts embedded.")
