"""Slack says no with a word, in a 200."""


class SlackRefusal(Exception):
    """`detail` goes to the sandbox's record; `innocent` when the caller could not know."""

    def __init__(self, error: str, detail: str = "", *, innocent: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail
        self.innocent = innocent
