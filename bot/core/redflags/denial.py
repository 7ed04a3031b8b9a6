"""Whether the words around a finding deny it: "sin fiebre", "no fever", "sangrado: no".

Only a denial that is understood counts. "No cede la fiebre" and "sin mejoría de la fiebre" hold
a "no" and a "sin", and are fever all the same.
"""

import re
from collections.abc import Sequence

from bot.core.redflags.grammar import phrases, words
from bot.core.redflags.message import Place

_BARE, _VERBAL = words("denies"), words("not")
_CLITICS, _BEING, _LIGHT = words("clitics"), words("being"), words("light")
_FILLERS, _FINDINGS = words("fillers"), words("findings")
_STOPS, _GOES_ON = words("stops"), words("goes_on")
_DENIALS = phrases("denials")
_DENIED_AFTER = re.compile(
    r"^(?:: |\( |= )?(?:(?:no|negativ[oa]s?|negado|negada|ausentes?|niega|none|nil|negative|neg|"
    r"absent|denied|descartad[oa]|ya no|not present|nunca|cero|unlikely)(?: [,)/].*)?$"
    r"|-(?: [,)/].*)?$|- \)|"
    r"(?:que )?(?:ya )?(?:se )?(?:cedio|remitio|desaparecio|controlo|detuvo|paro|resolvio|paso|"
    r"fue controlad[oa]|resuelt[oa]s?|controlad[oa]s?|detenid[oa])\b|"
    r"(?:ya |ha |fue |is |was |has |had |have |been |now |all |fully |completely )*"
    r"(?:resolved|stopped|settled|subsided|gone|ruled out|excluded|absent|negative|controlled|"
    r"denied|descartad[oa])\b|(?:went away|broke|has broken|plana|normal)\b|"
    r"(?:muy |very )?(?:escas[oa]|minim[oa]|leve|poc[oa]|slight|minimal|scant|scanty)\b)"
)
_MAX_REACH = 14


def is_denied(around: Place, *, state: bool, english: bool) -> bool:
    """`state`: the finding is an adjective or a verb, which lists never deny."""
    if around.inside and around.inside[0] in words("holds_its_no"):
        return _doubly_denied(around.before)
    if not words("slight").isdisjoint((*around.before[-1:], *around.inside)):
        return True
    if _DENIED_AFTER.search(" ".join(around.after)):
        return True
    at = _denied_from(around.before, state=state, english=english)
    if at is None:
        return False
    return "," not in around.before[at:] or _is_listed(around, at)


def _is_listed(around: Place, at: int) -> bool:
    """Whether the finding after a comma goes on with the denied list: "sin fiebre, pus", "no
    fever, heavy bleeding or pus". "Sin dolor, sangrado abundante" is two statements."""
    joins = words("list_joins")
    if joins & {*around.before[at:], *around.after}:
        return True
    follows = around.after[0] if around.after else ","
    return len(around.inside) == 1 and (follows == "," or follows in words("list_ends"))


def _doubly_denied(before: Sequence[str]) -> bool:
    return bool(before) and before[-1] in {"niega", "denies"}


def _denied_from(before: Sequence[str], *, state: bool, english: bool) -> int | None:
    """Where in `before` the denial that reaches the finding begins."""
    for at in range(len(before) - 1, max(-1, len(before) - 1 - _MAX_REACH), -1):
        word, gap = before[at], before[at + 1 :]
        for denial in _DENIALS:
            if tuple(before[at : at + len(denial)]) == denial:
                cancelled = at > 0 and before[at - 1] in _VERBAL
                stopped = _STOPS & set(before[at + len(denial) :])
                return None if cancelled or stopped else at
        if word not in _BARE and word not in _VERBAL:
            continue
        if gap and gap[0] in _GOES_ON:
            return None
        if word in _BARE and _bare_reaches(word, gap, state=state):
            return at
        if word in _VERBAL and _verbal_reaches(word, gap, state=state, english=english):
            return at
    return None


def _bare_reaches(word: str, gap: Sequence[str], *, state: bool) -> bool:
    if state:
        plain = all(w in _FILLERS or w in {"estar", "being"} for w in gap)
        return (
            plain and ("," not in gap) and (word in {"ni", "nor"} or not gap or gap[0] == "estar")
        )
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
