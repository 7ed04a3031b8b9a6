"""Twilio's operations as routes: each is named, so that a fault can be set for it."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Response

# HTTP method, rule, operation, and what answers it.
Route = tuple[str, str, str, Callable[..., Response]]
Guard = Callable[[str, Callable[..., Response]], Callable[..., Response]]


def add_routes(routes: Blueprint, table: Iterable[Route], guard: Guard) -> Blueprint:
    for method, rule, operation, act in table:
        routes.add_url_rule(
            rule,
            endpoint=operation.replace(".", "_"),
            view_func=guard(operation, act),
            methods=[method],
        )
    return routes
