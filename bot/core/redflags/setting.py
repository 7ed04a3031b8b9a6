"""Whether a finding belongs to this patient, now: not to last year, to an "if", to somebody
else, or to a question about protocols. In doubt, it does."""

import re

from bot.core.redflags.grammar import alternatives, pattern, words
from bot.core.redflags.message import Place
from bot.core.redflags.others import is_anothers

_BACKGROUND = re.compile(rf"\b{alternatives('background')}(?: (?:[a-z]+|,|:|y|and)){{0,4}}$")
_FORMER = re.compile(rf"^{alternatives('former')}\b")
_ASKS = re.compile(rf"^[¿, ]*(?:y |and )?{alternatives('asks')}\b")
_YES_NO = re.compile(r"^¿ ?(?:tiene|hay|presenta|tuvo|esta|has)\b")
_NEW_STATEMENT = re.compile(
    r", .*\b(?:tiene|esta|presenta|has|is|hay|con|sigue|she's|he's|it's)\b"
    r"|\b(?:y|and|but|pero) (?:es|esta|este|this|now|ahora|i|he|she|creo|aqui)\b"
    # Who went to look tells of what was there.
    r"|\b(?:(?:fui|pase|volvi|vine) a ver|la vi|lo vi|encontre|went to see"
    r"|(?:saw|found|checked on) (?:her|him|the))"
)
_AND_NOW = re.compile(
    r"(?:, |\by |\band |\bbut |\bpero )(?:\w+ )?(?:now|ahora|hoy|today|tonight)\b"
)
_NOW_IT_IS = re.compile(r", (?:ya|now|ahora|hoy|she|he|it|and she|and he)\b")
_LONG_AGO, _STILL = pattern("long_ago"), pattern("still")
# "Operada hace un mes, fiebre" is no fever of a month ago: the verb must reach the finding.
_GOVERNS = re.compile(rf"\b{alternatives('was')}(?: [a-z0-9]+){{0,3}}$")
_DATED = re.compile(rf"^(?:[a-z]+ ){{0,2}}(?:\( ?)?{alternatives('dated')}\b")


_WAS = pattern("was")
_AGO_NEAR = re.compile(rf"^(?:[a-z]+ ){{0,4}}{alternatives('long_ago')}(?!\w)")
_WAS_AFTER = re.compile(rf"^(?:[a-z]+ )?(?:que |that )?{alternatives('was_after')}\b")
_RECOVERED, _NOT_RECOVERED = pattern("recovered"), pattern("not_recovered")
_THAT_WAS = re.compile(
    rf"\b(?:eso|that|esto) (?:fue|was|paso|happened) .*{alternatives('long_ago')}"
)
_TREATED = re.compile(rf"^(?:[a-z]+ ){{0,2}}{alternatives('treated')}\b")
_TAUGHT_AFTER = re.compile(rf"^(?:[a-z]+ )?{alternatives('taught_after')}\b")
_USUAL_BEFORE = re.compile(rf"\b{alternatives('usual_before')}(?: [a-z]+)?$")
_USUAL_AFTER = re.compile(rf"^(?:[a-z]+ ){{0,3}}(?:[,(] )?{alternatives('usual_after')}(?!\w)")
_TOPIC, _PRESENT = pattern("topic"), pattern("present")
_OPENS_A_QUESTION = re.compile(rf"^[¿, ]*(?:y |and )?{alternatives('surely_asks')}\b")
_THING_BEFORE = re.compile(rf"\b{alternatives('things')}{alternatives('to_a_thing')}$")
_THING_AFTER = re.compile(rf"^{alternatives('of_a_thing')}{alternatives('things')}\b")
_NEAR_IDIOM = 3
# At once behind it: "fiebre ayer, antibiótico hoy no" leaves the fever as it was.
_GONE_TODAY = re.compile(
    rf"^(?:(?:de )?[\d.,]+ (?:c |f )?)?(?:{alternatives('yesterday')} ?)?(?:, ?)?"
    rf"(?:(?:but|pero|y|and) )?{alternatives('gone_today')}"
)
# "Is confused and drowsy, what do I do?" leaves out who, and is no question about confusion.
_WHAT_NOW = re.compile(
    r"^(?:(?:and|&|,) [a-z]+ )?, (?:so |and )?(?:what|who|should|que|a quien)\b"
    r".*\b(?:i|we|hago|hacemos|debo|llamo|aviso)\b"
)


def is_elsewhere(around: Place, *, measured: bool = False) -> bool:
    """`measured`: a vital sign, which needs no past verb beside a past date."""
    return (
        _is_past(around, measured=measured)
        or _is_conditional(around)
        or _is_usual(around)
        or is_anothers(around)
        or _is_idiom(around)
        or _is_general_question(around)
    )


def _is_past(around: Place, *, measured: bool) -> bool:
    before, after = " ".join(around.before), " ".join(around.after)
    if _is_gone_today(around):
        return True
    if not measured and (_is_recovered(around, before) or _is_warm_again(around)):
        return True
    if _STILL.search(f"{before} {' '.join(around.inside)} {after}"):
        return False
    if _BACKGROUND.search(before) or _FORMER.search(after) or _DATED.search(after):
        return True
    dated = bool(_LONG_AGO.search(before) or _LONG_AGO.search(after))
    governed = bool(
        _GOVERNS.search(before)
        or _WAS_AFTER.search(after)
        or _TREATED.search(after)
        or (_RECOVERED.search(around.tail) and not _NOT_RECOVERED.search(around.tail))
        or (_WAS.search(before) and "," not in before and _AGO_NEAR.search(after))
        or not words("past_inside").isdisjoint(around.inside)
    )
    return dated and (governed or (measured and "," not in around.before))


def _is_gone_today(around: Place) -> bool:
    """ "Tuvo fiebre ayer, hoy no", "chills last night, none since"."""
    when = " ".join((*around.before, *around.inside, *around.after))
    told = pattern("yesterday").search(when) and not _STILL.search(around.sentence)
    return bool(told and _GONE_TODAY.search(around.tail))


def _is_recovered(around: Place, before: str) -> bool:
    """What was, in a sentence that ends well: "estuvo confusa en UCI, hoy lúcida"."""
    if _THAT_WAS.search(around.tail):
        return True
    if not _RECOVERED.search(around.tail) or _NOT_RECOVERED.search(around.tail):
        return False
    return bool(_WAS.search(before) or _WAS_AFTER.search(around.tail)) or not words(
        "past_inside"
    ).isdisjoint(around.inside)


def _is_warm_again(around: Place) -> bool:
    """ "Cool foot from the draught, pulses good, warmed up"."""
    return bool(
        pattern("cold").search(" ".join(around.inside))
        and pattern("warm_again").search(around.sentence)
        and pattern("with_pulse").search(around.sentence)
        and not pattern("not_warm").search(around.sentence)
    )


def _is_usual(around: Place) -> bool:
    """A mind that has long been so: "desorientada como siempre", "usual pleasant confusion". What
    is worse than usual is not usual."""
    # "No responde como siempre" is not what it always is.
    if not words("not").isdisjoint(around.inside):
        return False
    if not pattern("of_mind").search(" ".join(around.inside)):
        return False
    if pattern("changed").search(around.sentence):
        return False
    before, after = " ".join(around.before), " ".join(around.after)
    return bool(_USUAL_BEFORE.search(before) or _USUAL_AFTER.search(after))


def _is_conditional(around: Place) -> bool:
    before = " ".join(around.before)
    if pattern("for_real").search(around.sentence):
        return False
    if _TAUGHT_AFTER.search(around.tail):
        return True
    if pattern("not_pending").search(before):
        return False
    for lesson in pattern("lesson").finditer(around.lead):
        taught = around.lead[lesson.end() :]
        if not _NEW_STATEMENT.search(taught) and not _AND_NOW.search(taught):
            return True
    for pending in pattern("pending").finditer(before):
        if not _NEW_STATEMENT.search(before[pending.end() :]):
            return True
    ifs = list(pattern("if_unaccented").finditer(before))
    if around.accented_si or not ifs or _NOW_IT_IS.search(before[ifs[-1].end() :]):
        return False
    return "?" in around.sentence or bool(pattern("instruction").search(around.sentence))


def _is_idiom(around: Place) -> bool:
    """ "Septic tank", "hay fever", "the stain is nail varnish"."""
    near = (*around.before[-_NEAR_IDIOM:], *around.inside, *around.after[:_NEAR_IDIOM])
    if pattern("idioms").search(" ".join(near)):
        return True
    # Pus on a curtain is somebody's pus.
    if pattern("of_a_body").search(" ".join(around.inside)):
        return False
    return bool(
        _THING_BEFORE.search(" ".join(around.before)) or _THING_AFTER.search(" ".join(around.after))
    )


def _is_general_question(around: Place) -> bool:
    if (
        _TOPIC.search(around.sentence) or _OPENS_A_QUESTION.search(around.sentence)
    ) and not _PRESENT.search(around.sentence):
        return True
    if _YES_NO.search(around.sentence) and around.sentence.endswith("?"):
        return not re.search(r"\d", around.sentence)
    asked = around.sentence.endswith("?") or around.sentence.startswith("¿")
    phrase = _between_commas(around)
    if pattern("general").search(phrase) or (asked and pattern("general_asked").search(phrase)):
        return not _PRESENT.search(around.sentence)
    if _WHAT_NOW.search(around.tail):
        return False
    asks = _ASKS.search(around.lead + " " + " ".join(around.inside))
    return asked and bool(asks or pattern("defines").search(around.sentence))


def _between_commas(around: Place) -> str:
    before, after = around.lead.rpartition(",")[2], around.tail.partition(",")[0]
    return f"{before} {' '.join(around.inside)} {after}"
