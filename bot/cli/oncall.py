"""`vigia oncall`: who is called for a role, by the week and by exceptions to it."""

from datetime import datetime, time
from typing import TYPE_CHECKING

import click

from bot.core.on_call import Weekday
from bot.core.staff import Staff
from bot.core.wall_clock import Hours, instant
from bot.settings import read_store_settings

if TYPE_CHECKING:
    from bot.store.transaction import Transaction

_MOMENT = "%Y-%m-%d %H:%M"
_WHY_NOT = {
    "role": "Only who may take a case is on call, and this role may not.",
    "past": "That ends before it begins, or is over already.",
}


def _person(tx: "Transaction", id: str) -> Staff:
    from bot.store.staff_rows import all_staff

    found = next((person for person in all_staff(tx) if person.id == id), None)
    if found is None:
        raise click.ClickException("Nobody enrolled has this id; nothing was changed.")
    return found


class _Clock(click.ParamType[time]):
    name = "HH:MM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> time:
        try:
            return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007
        except ValueError:
            self.fail("a time of the day is written as 08:00", param, ctx)


@click.group()
def oncall() -> None:
    """Who is on call for a role. Times are the site's (its file says the zone)."""


@oncall.command()
def show() -> None:
    """Says who is on call now, and shows each role's week and its exceptions to come."""
    from bot.actions.on_call import who_is_on_call
    from bot.store.on_call_rows import roster
    from bot.store.staff_rows import all_staff
    from bot.wiring import environment, open_store, site_of, utc_now

    values, now = environment(), utc_now()
    zone = site_of(values).zone
    with open_store(read_store_settings(values)).snapshot() as snapshot:
        names = {person.id: person.name for person in all_staff(snapshot)}
        for role, duties in who_is_on_call(snapshot, zone, now).items():
            click.echo(f"{role}")
            for one in duties:
                end = one.until.astimezone(zone)
                exception = ", by an exception" if one.by_override else ""
                click.echo(f"  now: {one.person.name}, until {end:{_MOMENT}}{exception}")
            if not duties:
                click.echo("  now: nobody, so everybody of this role is called")
            known = roster(snapshot, role, now)
            for shift in sorted(known.shifts, key=lambda one: list(Weekday).index(one.weekday)):
                hours = f"{shift.hours.starts:%H:%M}-{shift.hours.ends:%H:%M}"
                click.echo(f"  {shift.id}  {shift.weekday} {hours}  {names[shift.staff_id]}")
            for other in known.overrides:
                begin, end = (at.astimezone(zone) for at in (other.starts_at, other.ends_at))
                name = names[other.staff_id]
                click.echo(f"  {other.id}  {begin:{_MOMENT}} to {end:{_MOMENT}}  {name} instead")


@oncall.command("set")
@click.argument("person")
@click.option(
    "--day",
    "days",
    multiple=True,
    type=click.Choice([day.value for day in Weekday]),
    help="The day on which it begins; may be given several times. Every day without it.",
)
@click.option("--from", "starts", required=True, type=_Clock())
@click.option("--to", "ends", required=True, type=_Clock(), help="May lie on the next day.")
def set_shifts(person: str, days: tuple[str, ...], starts: time, ends: time) -> None:
    """Puts PERSON (an id of `vigia staff list`) on call every week, for their own role."""
    from bot.actions.on_call import NoDuty, set_week
    from bot.wiring import environment, open_store, utc_now

    weekdays = tuple(Weekday(day) for day in days) or tuple(Weekday)
    with open_store(read_store_settings(environment())).transaction(utc_now()) as tx:
        done = set_week(tx, _person(tx, person), weekdays, Hours(starts, ends), "admin:cli")
    if isinstance(done, NoDuty):
        raise click.ClickException(f"{_WHY_NOT[done]} Nothing was changed.")
    click.echo(f"{done} shifts a week added.")


@oncall.command()
@click.argument("person")
@click.option("--from", "starts", required=True, type=click.DateTime([_MOMENT]))
@click.option("--to", "ends", required=True, type=click.DateTime([_MOMENT]))
def override(person: str, starts: datetime, ends: datetime) -> None:
    """Puts PERSON alone on call between two times, whatever the week says.

    As in: vigia oncall override ID --from "2026-11-28 20:00" --to "2026-11-29 08:00". Of two that
    overlap, the one given last counts."""
    from bot.actions.on_call import override as put_instead
    from bot.wiring import environment, open_store, site_of, utc_now

    values = environment()
    zone = site_of(values).zone
    begin, end = (instant(at.date(), at.time(), zone) for at in (starts, ends))
    with open_store(read_store_settings(values)).transaction(utc_now()) as tx:
        refused = put_instead(tx, _person(tx, person), begin, end, "admin:cli")
    if refused:
        raise click.ClickException(f"{_WHY_NOT[refused]} Nothing was changed.")
    click.echo("Written down.")


@oncall.command()
@click.argument("id")
def remove(id: str) -> None:
    """Removes a shift of the week, or an exception, by its id in `vigia oncall show`."""
    from bot.store.on_call_rows import remove_duty
    from bot.wiring import environment, open_store, utc_now

    with open_store(read_store_settings(environment())).transaction(utc_now()) as tx:
        removed = remove_duty(tx, id, "admin:cli")
    if not removed:
        raise click.ClickException("No shift or exception has this id; nothing was changed.")
    click.echo("Removed.")
