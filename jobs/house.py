"""The services of this process, built once after the fork."""

from functools import cache

from bot.wiring import Services, build


@cache
def services() -> Services:
    return build()
