"""Climbs an escalation's ladder when its rung stayed silent."""

from bot.actions.escalating import climb_ladder
from jobs.house import services


def escalate_case(id: str) -> None:
    house = services()
    with house.acting() as tx:
        climb_ladder(tx, id, house.rules)
