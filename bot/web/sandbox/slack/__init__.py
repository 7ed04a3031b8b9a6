"""Slack's side: the workspace, its Web API, its events and presses."""
