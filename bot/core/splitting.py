"""Cuts a text that is too long for one message."""

import re

# A piece ends, in order of preference, after a paragraph, a line, a sentence, a word.
_ENDS = tuple(re.compile(end) for end in (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s+", r"\s+"))


def counted(text: str) -> int:
    """The characters of a text as the vendors count them: an emoji is two."""
    return len(text) + sum(one > "\uffff" for one in text)


def split_text(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters as vendors count, none empty, with every word of `text`
    in order."""
    if limit < 1:
        raise ValueError("a piece holds at least one character")
    pieces = []
    rest = text.strip()
    while counted(rest) > limit:
        within = limit
        while counted(rest[:within]) > limit and within > 1:
            within -= (counted(rest[:within]) - limit + 1) // 2
        cut = _cut(rest, within)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(text: str, limit: int) -> int:
    for end in _ENDS:
        found = [match.start() for match in end.finditer(text[: limit + 1]) if match.start()]
        # A border in the first half would leave a stub of a message.
        near = [at for at in found if at <= limit and at * 2 >= limit]
        if near:
            return near[-1]
    return limit
