"""Whether a finding belongs to this patient, now: not to last year, to an "if", to somebody
else, or to a question about protocols. In doubt, it does."""

import re

from bot.core.redflags.grammar import alternatives, pattern
from bot.core.redflags.message import Place

_BACKGROUND = re.compile(rf"\b{alternatives('background')}(?: (?:[a-z]+|,|:|y|and)){{0,4}}$")
_FORMER = re.compile(rf"^{alternatives('former')}\b")
_ASKS = re.compile(rf"^[¿, ]*(?:y |and )?{alternatives('asks')}\b")
_YES_NO = re.compile(r"^¿ ?(?:tiene|hay|presenta|tuvo|esta|has)\b")
_NEW_STATEMENT = re.compile(r", .*\b(?:tiene|esta|presenta|has|is|hay|con|sigue)\b")
_LONG_AGO, _STILL = pattern("long_ago"), pattern("still")
# "Operada hace un mes, fiebre" is no fever of a month ago: the verb must reach the finding.
_GOVERNS = re.compile(rf"\b{alternatives('was')}(?: [a-z]+){{0,3}}$")
_DATED = re.compile(rf"^(?:[a-z]+ )?(?:\( ?)?{alternatives('dated')}\b")


def is_elsewhere(around: Place, *, measured: bool = False) -> bool:
    """`measured`: a vital sign, which needs no past verb beside a past date."""
    return (
        _is_past(around, measured=measured)
        or _is_conditional(around)
        or _is_anothers(around)
        or _is_general_question(around)
    )


def _is_past(around: Place, *, measured: bool) -> bool:
    before, after = " ".join(around.before), " ".join(around.after)
    if _STILL.search(f"{before} {' '.join(around.inside)} {after}"):
        return False
    if _BACKGROUND.search(before) or _FORMER.search(after) or _DATED.search(after):
        return True
    dated = bool(_LONG_AGO.search(before) or _LONG_AGO.search(after))
    governed = bool(_GOVERNS.search(before))
    return dated and (governed or (measured and "," not in around.before))


def _is_conditional(around: Place) -> bool:
    before = " ".join(around.before)
    if pattern("not_pending").search(before):
        return False
    for pending in pattern("pending").finditer(before):
        if not _NEW_STATEMENT.search(before[pending.end() :]):
            return True
    if around.accented_si or not pattern("if_unaccented").search(before):
        return False
    return "?" in around.sentence or bool(pattern("instruction").search(around.sentence))


def _is_anothers(around: Place) -> bool:
    before = " ".join(around.before)
    owners = list(pattern("other_person").finditer(before))
    return bool(owners) and not pattern("reports").search(before[owners[-1].end() :])


def _is_general_question(around: Place) -> bool:
    if _YES_NO.search(around.sentence) and around.sentence.endswith("?"):
        return not re.search(r"\d", around.sentence)
    asked = around.sentence.endswith("?") or around.sentence.startswith("¿")
    asks = _ASKS.search(around.lead + " " + " ".join(around.inside))
    return asked and bool(asks or pattern("defines").search(around.sentence))
