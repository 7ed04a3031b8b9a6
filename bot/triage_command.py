"""`vigia triage`: what Vigia would make of a text, without a photo."""

import json
from collections.abc import Iterable
from typing import TextIO

from bot.core.language import language_of
from bot.core.redflags import find_red_flags, urgency_of


def triage_texts(texts: Iterable[str], *, as_json: bool, out: TextIO) -> int:
    """Writes one line for each text, in the order given. Returns the exit code."""
    for text in texts:
        flags = find_red_flags(text)
        urgency = urgency_of(flags)
        if as_json:
            line = json.dumps(
                {
                    "urgency": urgency,
                    "red_flags": [flag.kind for flag in flags],
                    "language": language_of(text),
                    "words": [flag.words for flag in flags],
                },
                ensure_ascii=False,
            )
        else:
            line = " ".join([urgency, *(f"{flag.kind}={flag.words!r}" for flag in flags)])
        out.write(line + "\n")
        out.flush()
    return 0
