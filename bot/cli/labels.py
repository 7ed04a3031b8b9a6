"""`vigia labels`: what clinicians said of the wounds, for later training."""

from pathlib import Path

import click

from bot.settings import read_store_settings


@click.group()
def labels() -> None:
    """What clinicians said of the wounds."""


@labels.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Writes the labelled photos to FOLDER, as `vigia train` reads them.

    The photos leave the sealed store as plain files: keep the folder where patients' photos may
    be, and delete it after training."""
    from bot.actions.label_export import export_labels
    from bot.wiring import environment, open_store, utc_now

    store = open_store(read_store_settings(environment()))
    try:
        with store.transaction(utc_now()) as tx:
            count = export_labels(tx, folder, "admin:cli")
    except FileExistsError:
        raise click.ClickException(
            f"{folder} is not empty. Nothing was written; name a new folder."
        ) from None
    if not count:
        click.echo("No photo is labelled yet: clinicians confirm or correct a case's category.")
        return
    click.echo(f"{count} labelled photos in {folder}, unsealed. Keep them as patients' photos.")
    click.echo(f"Train with: vigia train --data {folder}")
