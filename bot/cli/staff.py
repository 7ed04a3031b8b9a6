"""`vigia staff`: who may write to Vigia."""

import click

from bot.core.staff import Language, Role
from bot.settings import read_store_settings


@click.group()
def staff() -> None:
    """Who may write to Vigia."""


@staff.command("add")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--phone", help="WhatsApp number with country code, as +56912345678.")
@click.option("--slack", help="Slack member id, as U012ABCDEF.")
@click.option(
    "--language", type=click.Choice([x.value for x in Language]), default=Language.ES.value
)
def add_staff(name: str, role: str, phone: str | None, slack: str | None, language: str) -> None:
    """Enrols a person, or changes one who has this phone or Slack id; what is not given of the two
    stays."""
    from bot.actions.escalating import call_again
    from bot.core.permissions import MAY_TAKE
    from bot.store.staff_rows import AddressTaken, enrol
    from bot.wiring import environment, open_store, utc_now

    if not phone and not slack:
        raise click.UsageError("Give --phone, --slack, or both: Vigia knows people by them.")
    if phone and not (phone.startswith("+") and phone[1:].isdigit() and 8 <= len(phone) <= 16):
        raise click.UsageError("--phone is + and digits only, with the country code.")
    with open_store(read_store_settings(environment())).transaction(utc_now()) as tx:
        try:
            person = enrol(
                tx,
                name=name,
                role=Role(role),
                language=Language(language),
                phone=phone,
                slack_user=slack,
                actor="admin:cli",
            )
        except AddressTaken as taken:
            raise click.ClickException(
                f"This phone or Slack id belongs to another record, {taken.id}; nothing was "
                "changed. Who was removed comes back with the name they had."
            ) from None
        if person.role not in MAY_TAKE:
            call_again(tx, person.id, "admin:cli")
    click.echo(f"Enrolled as {person.role}, id {person.id}.")


@staff.command("list")
def list_staff() -> None:
    """Lists everybody who is enrolled."""
    from bot.store.staff_rows import all_staff
    from bot.wiring import environment, open_store

    with open_store(read_store_settings(environment())).snapshot() as snapshot:
        people = all_staff(snapshot)
    for person in people:
        reached = " ".join(filter(None, (person.phone, person.slack_user)))
        click.echo(f"{person.id}  {person.role:<13} {person.language}  {person.name}  {reached}")
    click.echo(f"{len(people)} enrolled.")


@staff.command("remove")
@click.argument("id")
def remove(id: str) -> None:
    """Ends a person's right to write; their record stays, and the cases that they have wait for
    another."""
    from bot.actions.escalating import call_again
    from bot.store.staff_rows import remove_staff
    from bot.wiring import environment, open_store, utc_now

    with open_store(read_store_settings(environment())).transaction(utc_now()) as tx:
        removed = remove_staff(tx, id, "admin:cli")
        call_again(tx, id, "admin:cli")
    if not removed:
        raise click.ClickException("Nobody active has this id; nothing was changed.")
    click.echo("Removed.")
