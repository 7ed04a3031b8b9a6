"""`python -m jobs`: the workers and the sweep, and the commands that read photos."""

import os
import sys
from pathlib import Path

import click

from bot.core.work import Queue
from bot.logs import set_up_logs
from bot.settings import CHECKOUT, redis_url
from bot.wiring import environment, preload_advisor


@click.group()
def main() -> None:
    """Does the work that follows a message."""


@main.command()
@click.argument("queue", type=click.Choice([queue.value for queue in Queue]))
@click.option("--burst", is_flag=True, help="Stop once the queue is empty.")
def worker(queue: str, burst: bool) -> None:
    """Works on one queue until told to stop."""
    set_up_logs()
    from jobs.worker import run_worker

    run_worker(
        Queue(queue),
        redis_url=redis_url(environment()),
        preload=_PRELOAD.get(Queue(queue), _preload),
        burst=burst,
    )


@main.command()
def sweep() -> None:
    """Finds what is due and rings for it, every few seconds."""
    set_up_logs()
    from jobs.sweep import run_sweep

    run_sweep()


@main.command()
def auditor() -> None:
    """Checks that nothing is late, the sweep included."""
    set_up_logs()
    from jobs.auditor import run_auditor

    run_auditor()


@main.command()
@click.argument("model")
def embed(model: str) -> None:
    """Embeds texts with a model of transformers: JSON lines in and out, for the protocol search."""
    from jobs.embed import main as embed_lines

    embed_lines(model)


@main.command()
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def read(photos: tuple[Path, ...], as_json: bool) -> None:
    """Reads wound photos: what each most likely shows, and how sure that is."""
    from jobs.vision.read_command import read_photos

    sys.exit(read_photos(list(photos), as_json=as_json, out=sys.stdout))


@main.command()
@click.option("--data", required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--backbone", type=click.Path(exists=True, path_type=Path))
@click.option("--extra", type=click.Path(exists=True, path_type=Path))
def train(data: Path, out: Path, backbone: Path | None, extra: Path | None) -> None:
    """Trains the reader on a folder of photos with index.csv; photos never leave this machine."""
    from jobs.training.train import train_command

    sys.exit(train_command(data, out, backbone=backbone, extra=extra))


@main.command()
@click.option("--data", required=True, type=click.Path(path_type=Path))
@click.option("--model", type=click.Path(exists=True, path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), help="A folder for a page with photos.")
@click.option("--extra", type=click.Path(exists=True, path_type=Path))
def evaluate(data: Path, model: Path | None, report: Path | None, extra: Path | None) -> None:
    """Measures the reader on a folder of photos by grouped cross-validation."""
    from jobs.training.evaluate import evaluate_command
    from jobs.vision.onboard import WEIGHTS

    sys.exit(evaluate_command(data, model or WEIGHTS, report=report, extra=extra))


@main.command("fit-answers")
def fit_the_answers() -> None:
    """Prints bot/core/protocol/calibration.toml anew, from the development questions."""
    from jobs.training.fit_answers import fit_answers

    fit_answers(CHECKOUT / "templates" / "protocols", CHECKOUT / "tests" / "ask" / "development")


@main.command("fit-refusals")
def fit_the_refusals() -> None:
    """Writes bot/core/protocol/*.model anew, from the development questions."""
    from jobs.training.fit_refusals import fit_refusals

    development = CHECKOUT / "tests" / "ask" / "development"
    listed = CHECKOUT / "jobs" / "training" / "questions" / "refusals.tsv"
    fit_refusals(CHECKOUT / "templates" / "protocols", development, listed)


@main.command("fit-danger")
def fit_the_danger() -> None:
    """Writes bot/core/redflags/*.model anew, and prints what they raise on unlearned phrases."""
    from jobs.training.fit_danger import fit_danger

    own, tested = CHECKOUT / "jobs" / "training" / "phrases", CHECKOUT / "tests/core/phrases"
    fit_danger(own, tested, CHECKOUT / "templates" / "protocols")


def _preload() -> None:
    import jobs.carry_file
    import jobs.decide
    import jobs.delete_media
    import jobs.deliver
    import jobs.escalate
    import jobs.phrase_answer
    import jobs.sweep  # noqa: F401


def _preload_delivery() -> None:
    _preload()
    preload_advisor()


def _preload_reading() -> None:
    # More than one thread would not survive the forks.
    os.environ["OMP_NUM_THREADS"] = "1"
    import jobs.assess
    import jobs.fetch  # noqa: F401
    from jobs.vision.readers import load_reader

    load_reader()


def _preload_second() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    from jobs.second_read import load_second

    load_second()


_PRELOAD = {
    Queue.DELIVERY: _preload_delivery,
    Queue.READING: _preload_reading,
    Queue.SECOND: _preload_second,
}

if __name__ == "__main__":
    main(prog_name="python -m jobs")
