"""`vigia triage`: what Vigia would make of a text, without a photo."""

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from bot.core.decision_table import DecisionTable
from bot.core.language import language_of
from bot.core.redflags import find_red_flags, vitals_given
from bot.core.redflags.scores import NEWS2_VITALS, QSOFA_VITALS, Vital


def triage_texts(texts: Iterable[str], table: DecisionTable, *, as_json: bool, out: TextIO) -> int:
    """Writes one line for each text, in the order given. Returns the exit code."""
    for text in texts:
        flags = find_red_flags(text, table.limits)
        urgency = table.urgency_of(flags)
        if as_json:
            line = json.dumps(
                {
                    "urgency": urgency,
                    "red_flags": [flag.kind for flag in flags],
                    "language": language_of(text),
                    "words": [flag.words for flag in flags],
                    "missing_for_news2": _missing(NEWS2_VITALS, text),
                    "missing_for_qsofa": _missing(QSOFA_VITALS, text),
                },
                ensure_ascii=False,
            )
        else:
            line = " ".join([urgency, *(f"{flag.kind}={flag.words!r}" for flag in flags)])
            missing = _missing(NEWS2_VITALS, text)
            if missing:
                line += f" (NEWS2 lacks {', '.join(missing)})"
        out.write(line + "\n")
        out.flush()
    return 0


def _missing(needed: Sequence[Vital], text: str) -> list[Vital]:
    """None where no vital sign was given: then nobody was scoring."""
    given = vitals_given(text)
    return [vital for vital in needed if given and vital not in given]
