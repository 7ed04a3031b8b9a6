"""The `vigia` command."""

import os
import secrets
import sys
from pathlib import Path

import click

import bot
from bot.cli.audit import audit
from bot.cli.labels import labels
from bot.cli.oncall import oncall
from bot.cli.protocols import ask, evaluate, protocols
from bot.cli.scale import scale
from bot.cli.staff import staff
from bot.cli.whatsapp import whatsapp_templates
from bot.settings import CHECKOUT, SettingsMissing, database_url, read_store_settings

_PHOTO_COMMANDS = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.group()
def vigia() -> None:
    """Vigia: wound photos on WhatsApp and Slack, and a clinician when it matters."""


@vigia.command()
@click.argument("texts", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def triage(texts: tuple[str, ...], as_json: bool) -> None:
    """Says how urgent a text is, and which words say so. "-" reads a text per line."""
    from bot.cli.triage import triage_texts
    from bot.wiring import environment, table_of

    lines = (line.rstrip("\n") for line in sys.stdin) if texts == ("-",) else iter(texts)
    sys.exit(triage_texts(lines, table_of(environment()), as_json=as_json, out=sys.stdout))


@vigia.command("evaluate-phrases")
@click.option(
    "--phrases", default=CHECKOUT / "tests" / "core" / "phrases", type=click.Path(path_type=Path)
)
def evaluate_danger_signs(phrases: Path) -> None:
    """Measures the danger signs on the committed phrases, and names every miss."""
    from bot.cli.phrase_evaluation import evaluate_phrases
    from bot.wiring import environment, table_of

    sys.exit(evaluate_phrases(phrases, table_of(environment()), sys.stdout))


@vigia.command("decide")
@click.option("--case", "code", required=True, help="The code on the card.")
@click.option("--explain", is_flag=True, help="Why, which words, and whether a replay agrees.")
def replay_decisions(code: str, explain: bool) -> None:
    """Shows each decision of a case, made again from its stored inputs."""
    from bot.actions.replaying import replay
    from bot.cli.decide import print_decisions
    from bot.store.case_rows import case_by_code
    from bot.wiring import environment, open_store, table_of

    values = environment()
    rows = table_of(values)
    with open_store(read_store_settings(values)).snapshot() as snapshot:
        case = case_by_code(snapshot, code.upper())
        if case is None:
            raise click.ClickException("No case has that code. Nothing was changed.")
        decisions = list(replay(snapshot, case, rows))
    sys.exit(print_decisions(decisions, explain=explain, out=sys.stdout))


@vigia.command()
def table() -> None:
    """Says which decision table and site file are in use, whether they are signed, and the hashes
    to sign."""
    from bot.wiring import environment, site_of, table_of

    used = table_of(environment())
    site = site_of(environment())
    state = f"signed by {used.signature.name}" if used.signed else "not signed: a proposal"
    click.echo(f"version {used.version}, {state}\nsha256 {used.content_hash}")
    state = f"signed by {site.signature.name}" if site.signed else "not signed: a proposal"
    click.echo(f"site {site.name or 'not named'}, {state}\nsha256 {site.content_hash}")


vigia.add_command(ask)
vigia.add_command(labels)
vigia.add_command(oncall)
vigia.add_command(scale)
vigia.add_command(evaluate)
vigia.add_command(protocols)
vigia.add_command(staff)
vigia.add_command(whatsapp_templates)
vigia.add_command(audit)


def _hand_to_jobs(name: str, help: str) -> None:
    """Commands that read photos live beside the model; this one becomes that process."""

    @vigia.command(name, help=help, context_settings=_PHOTO_COMMANDS, add_help_option=False)
    @click.pass_context
    def hand_over(context: click.Context) -> None:
        os.environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")])
        )
        become = "from jobs.__main__ import main; main(prog_name='vigia')"
        os.execv(sys.executable, [sys.executable, "-P", "-c", become, name, *context.args])  # noqa: S606


_hand_to_jobs("read", "Reads wound photos: what each most likely shows, and how sure that is.")
_hand_to_jobs("train", "Trains the reader on a folder of photos of your own.")
_hand_to_jobs("evaluate", "Measures the reader on a folder of photos.")


@vigia.command()
def migrate() -> None:
    """Brings the database to this version."""
    from bot.store.engine import make_engine
    from bot.store.migrate import migrate as bring_up
    from bot.wiring import environment

    bring_up(make_engine(database_url(environment())))
    click.echo("The database is at this version.")


@vigia.command("secret-key")
def secret_key() -> None:
    """Prints a new VIGIA_SECRET_KEY. Losing it loses every sealed photo: keep a copy."""
    click.echo(secrets.token_urlsafe(48))


@vigia.command("admin-password")
@click.password_option()
def admin_password(password: str) -> None:
    """Prints VIGIA_ADMIN_PASSWORD_HASH for a password you type."""
    from bot.web.admin_login import SHORTEST_PASSWORD, hash_password

    try:
        click.echo(hash_password(password))
    except ValueError:
        raise click.ClickException(f"At least {SHORTEST_PASSWORD} characters, please.") from None


@vigia.command()
def doctor() -> None:
    """Checks every credential, address and permission, and says what is missing."""
    from bot.doctor import examine
    from bot.wiring import environment

    sys.exit(examine(environment(), sys.stdout))


@vigia.command()
@click.option("--photo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--caption", default=None)
@click.option("--once", is_flag=True, help="Stop after the journey.")
def demo(photo: Path | None, caption: str | None, once: bool) -> None:
    """Runs the whole house here with a stand-in for both chats, and one journey through it."""
    from bot.demo.journey import run_demo

    sys.exit(run_demo(photo=photo, caption=caption, once=once))


def main() -> None:
    if not Path(bot.__file__).resolve().is_relative_to(CHECKOUT):
        sys.exit("Another package named bot shadows Vigia's. Run vigia from its own .venv.")
    try:
        vigia(prog_name="vigia")
    except SettingsMissing as missing:
        sys.exit(str(missing))
    except Exception as failed:
        # Imported here: most commands need no database, and start without it.
        from sqlalchemy.exc import OperationalError, ProgrammingError

        if not isinstance(failed, OperationalError | ProgrammingError):
            raise
        sys.exit(
            "The database does not answer, or is not at this version; nothing was changed.\n"
            "Run vigia migrate, then vigia doctor. What it said: "
            f"{str(failed.orig).splitlines()[0]}"
        )


if __name__ == "__main__":
    main()
