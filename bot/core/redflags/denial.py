"""Whether the words around a finding deny it: "sin fiebre", "no fever", "sangrado: no".

Only a denial that is understood counts. "No cede la fiebre" and "sin mejoría de la fiebre" hold
a "no" and a "sin", and are fever all the same.
"""

import re
from collections.abc import Sequence

from bot.core.redflags.grammar import alternatives, pattern, phrases, words
from bot.core.redflags.message import Place

_BARE, _VERBAL = words("denies"), words("not")
_CLITICS, _BEING, _LIGHT = words("clitics"), words("being"), words("light")
_FILLERS, _FINDINGS = words("fillers"), words("findings")
_STOPS, _GOES_ON = words("stops"), words("goes_on")
_DENIALS = phrases("denials")
_NOUN_DENIALS, _NEXT_DENIALS = phrases("denies_noun"), phrases("denies_next")
_NEXT = _FILLERS | _FINDINGS | _BEING | _LIGHT | words("opinion")
_OVER, _ALL_DENIED = pattern("over"), pattern("all_denied")
_ANSWERED_NO = re.compile(rf"^[¡¿]?{alternatives('answered_no')}(?: , .*)?$")
_DENIED_AFTER = re.compile(
    r"^(?:screen(?:ing)? |test )?"
    r"(?:: |\( |= |- )?(?:(?:no|n|negativ[oa]s?|negado|negada|ausentes?|niega|none|nil|"
    r"negative|neg|absent|denied|descartad[oa]|ya no|nunca|cero|unlikely|zero|nope|nop|tampoco|"
    r"para nada|en absoluto|ni rastro|y (?:no(?: (?:halle|encontre|habia|hubo|vi))?|nada|tampoco"
    r"|ningun[oa])|"
    r"and (?:no|none|nothing)|"
    r"no (?:hay|tiene|presenta|refiere|relata|por ahora|se (?:ve|observa|aprecia|palpa))|"
    r"(?:not|none) (?:present|seen|noted|evident|detected|observed|reported|today|currently)|"
    r"not at (?:all|the moment|present))(?: [,)/].*)?$"
    r"|-(?: [,)/].*)?$|- \)|"
    r"(?:que )?(?:ya )?(?:se )?(?:cedio|remitio|desaparecio|controlo|detuvo|paro|resolvio|paso|"
    r"fue controlad[oa]|resuelt[oa]s?|controlad[oa]s?|detenid[oa])\b|"
    r"(?:ya |ha |fue |is |was |has |had |have |been |now |all |fully |completely )*"
    r"(?:resolved|stopped|settled|subsided|gone|ruled out|excluded|absent|negative|controlled|"
    r"denied|descartad[oa])\b|(?:(?!(?:no|not|mal|casi|sin|poco|aun)\b)[a-z]+ )?superad[oa]s?\b|"
    r"(?:went away|broke|has broken|plana|normal)\b|"
    r"(?:muy |very )?(?:escas[oa]|minim[oa]|leve|poc[oa]|slight|minimal|scant|scanty)\b)"
)
_MAX_REACH = 14


def is_denied(around: Place, *, state: bool, english: bool) -> bool:
    """`state`: the finding is an adjective or a verb, which lists never deny."""
    if around.inside and around.inside[0] in words("holds_its_no"):
        return _doubly_denied(around.before)
    if not words("slight").isdisjoint((*around.before[-1:], *around.inside)):
        return True
    if _is_denied_after(around):
        return True
    at = _denied_from(around.before, state=state, english=english)
    if at is None:
        return False
    return "," not in around.before[at:] or _is_listed(around, at)


def _is_denied_after(around: Place) -> bool:
    after = " ".join(around.after)
    return bool(
        _DENIED_AFTER.search(after)
        or _OVER.search(after)
        or _ALL_DENIED.search(around.tail)
        or _ANSWERED_NO.search(around.answer)
    )


def _is_listed(around: Place, at: int) -> bool:
    """Whether the finding after a comma goes on with the denied list: "sin fiebre, pus", "no
    fever, heavy bleeding or pus", "no bone, tendon or plate". "Sin dolor, sangrado abundante" is
    two statements."""
    joins = words("list_joins")
    if joins & {*around.before[at:], *around.after}:
        return True
    # "No pain, tendon or bone seen" lists a pain first, and says something new.
    if joins & {*around.inside} and not words("deep").isdisjoint(around.before[at:]):
        return True
    follows = around.after[0] if around.after else ","
    return len(around.inside) == 1 and (follows == "," or follows in words("list_ends"))


def _doubly_denied(before: Sequence[str]) -> bool:
    return bool(before) and before[-1] in {"niega", "denies"}


def _denied_from(before: Sequence[str], *, state: bool, english: bool) -> int | None:
    """Where in `before` the denial that reaches the finding begins."""
    for at in range(len(before) - 1, max(-1, len(before) - 1 - _MAX_REACH), -1):
        word, gap = before[at], before[at + 1 :]
        cancelled = _is_cancelled(before, at)
        if not cancelled and _denies_next(before, at, state=state):
            return at
        for denial in _DENIALS:
            if tuple(before[at : at + len(denial)]) == denial:
                stopped = _STOPS & set(before[at + len(denial) :])
                return None if cancelled or stopped else at
        if word not in _BARE and word not in _VERBAL:
            continue
        if not _GOES_ON.isdisjoint(gap[:2]):
            return None
        if word in _BARE and _bare_reaches(word, gap, state=state):
            return at
        if word in _VERBAL and _verbal_reaches(word, gap, state=state, english=english):
            return at
    return None


def _is_cancelled(before: Sequence[str], at: int) -> bool:
    """ "No se descarta" denies nothing."""
    while at > 0 and before[at - 1] in _CLITICS:
        at -= 1
    return at > 0 and (before[at - 1] in _VERBAL or before[at - 1] in _BARE)


def _denies_next(before: Sequence[str], at: int, *, state: bool) -> bool:
    """Words that deny only what follows at once: "nil pyrexia", "dudo que sea sepsis"."""
    for denial in _NEXT_DENIALS if state else (*_NEXT_DENIALS, *_NOUN_DENIALS):
        gap = before[at + len(denial) :]
        if tuple(before[at : at + len(denial)]) == denial:
            return (not gap or gap[0] != ",") and all(word in _NEXT for word in gap)
    return False


def _bare_reaches(word: str, gap: Sequence[str], *, state: bool) -> bool:
    if state:
        if word in {"ni", "nor"}:
            return "," not in gap and all(w in _FILLERS | _CLITICS | _BEING for w in gap)
        return all(w in {"estar", "being"} for w in gap)
    return not _STOPS & set(gap)


def _verbal_reaches(word: str, gap: Sequence[str], *, state: bool, english: bool) -> bool:
    rest = list(gap)
    while rest and rest[0] in _CLITICS:
        rest.pop(0)
    governed = False
    while rest and (rest[0] in _BEING or rest[0] in _LIGHT or rest[0] in _CLITICS):
        governed = True
        rest.pop(0)
    if state:
        return all(w in _FILLERS or w in _FINDINGS for w in rest) and (governed or "," not in rest)
    if all(w in _FILLERS or w in _FINDINGS for w in rest):
        return True
    # English "no" stands before a noun, Spanish "no" before a verb that may be any.
    listed = governed or (english and word == "no")
    return listed and not _STOPS & set(rest)
