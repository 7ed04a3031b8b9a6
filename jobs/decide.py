"""Decides a case once its photos are read."""

from bot.actions import deciding
from jobs.house import services


def decide_case(id: str) -> None:
    house = services()
    with house.acting() as tx:
        deciding.decide_case(tx, id, house.rules)
