"""`vigia evaluate-phrases`: how many of the ward's danger signs are raised."""

from pathlib import Path
from typing import TextIO

from bot.core.decision_table import DecisionTable
from bot.core.redflags import find_red_flags
from bot.core.staff import Language
from bot.core.urgency import Urgency

_QUIET = "quiet"
# Written unseen and never learned from; the older lists only show that nothing was lost.
LISTS = ("tenth", "thirteenth", "sixteenth")
MOST_QUIET_FLAGGED = 0.05


def evaluate_phrases(folder: Path, table: DecisionTable, out: TextIO) -> int:
    """Prints the figures of each list and every miss. Returns 1 if a goal is missed, else 0."""
    met = True
    for name in LISTS:
        rows = [line.split("\t") for line in (folder / f"{name}.tsv").read_text().splitlines()]
        for language in Language:
            spoken = [(wanted, text) for lang, wanted, text in rows if lang == language]
            danger = [(wanted, text) for wanted, text in spoken if wanted != _QUIET]
            missed = [text for wanted, text in danger if _is_missed(text, Urgency(wanted), table)]
            quiet = [text for wanted, text in spoken if wanted == _QUIET]
            flagged = [text for text in quiet if find_red_flags(text, table.limits)]
            met &= not missed and len(flagged) <= MOST_QUIET_FLAGGED * len(quiet)
            out.write(
                f"{name:<9} {language}  danger signs raised {len(danger) - len(missed)}/"
                f"{len(danger)}, quiet phrases flagged {len(flagged)}/{len(quiet)}\n"
            )
            out.writelines(f"  missed: {text}\n" for text in missed)
            out.writelines(f"  flagged wrongly: {text}\n" for text in flagged)
    out.write("First runs, before the misses were mended: tests/core/phrases/README.md\n")
    return 0 if met else 1


def _is_missed(text: str, wanted: Urgency, table: DecisionTable) -> bool:
    return table.urgency_of(find_red_flags(text, table.limits)).rank > wanted.rank
