"""Modals and the app's home page."""

from dataclasses import dataclass, replace
from typing import Any

from bot.web.sandbox.slack.blocks import fault_in_view
from bot.web.sandbox.slack.methods import Arguments, Method
from bot.web.sandbox.slack.refusal import SlackRefusal
from bot.web.sandbox.slack.shapes import view_shown
from bot.web.sandbox.slack.tickets import Tickets
from bot.web.sandbox.slack.workspace import View, Workspace, home_id


@dataclass(frozen=True, slots=True)
class SlackViews:
    workspace: Workspace
    tickets: Tickets

    def table(self) -> dict[str, Method]:
        return {
            "views.open": self.open,
            "views.update": self.update,
            "views.publish": self.publish,
        }

    def open(self, given: Arguments) -> dict[str, Any]:
        content = _checked(given.get("view"), "modal")
        person, refusal = self.tickets.use_trigger(str(given.get("trigger_id") or ""))
        if person is None:
            late = refusal == "expired_trigger_id"
            raise SlackRefusal(str(refusal), innocent=late)
        view = self.workspace.put_view(View(self.workspace.new_id("V"), person, content))
        return {"view": view_shown(view)}

    def update(self, given: Arguments) -> dict[str, Any]:
        content = _checked(given.get("view"), "modal")
        view = self.workspace.view(str(given.get("view_id")))
        if view is None:
            raise SlackRefusal("not_found", innocent=True)
        return {"view": view_shown(self.workspace.put_view(replace(view, content=content)))}

    def publish(self, given: Arguments) -> dict[str, Any]:
        content, person = _checked(given.get("view"), "home"), str(given.get("user_id") or "")
        if person not in self.workspace.people:
            raise SlackRefusal("user_not_found")
        view = self.workspace.put_view(View(home_id(person), person, content, is_home=True))
        return {"view": view_shown(view)}


def _checked(view: object, kind: str) -> dict[str, Any]:
    problem = fault_in_view(view)
    if problem is None and isinstance(view, dict) and view["type"] != kind:
        problem = f"view must be of type {kind}"
    if problem == "view_too_large":
        raise SlackRefusal(problem)
    if problem or not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", problem or "no view")
    return view
