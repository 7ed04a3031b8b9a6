"""`vigia audit`: the chain of events can be walked by anybody with the database."""

import sys

import click

from bot.settings import database_url


@click.group()
def audit() -> None:
    """The record of every change."""


@audit.command()
def verify() -> None:
    """Walks the hash chain. Exit 0 and the count, or 1 and the first broken link."""
    from bot.core.audit import ChainBroken, verify_chain
    from bot.store.audit_rows import audit_records
    from bot.store.engine import make_engine, reading
    from bot.store.transaction import Snapshot
    from bot.store.vault import MIN_SECRET_LENGTH, Vault
    from bot.wiring import environment

    # The chain holds nothing sealed, so that an auditor can verify it without the key.
    no_key = Vault("-" * MIN_SECRET_LENGTH)
    with reading(make_engine(database_url(environment()))) as connection:
        found = verify_chain(audit_records(Snapshot(connection, no_key)))
    if isinstance(found, ChainBroken):
        click.echo(f"The chain is broken at event {found.seq}: it was altered, moved or removed.")
        sys.exit(1)
    click.echo(f"{found.count} events, the chain is whole. Head: {found.head}")
