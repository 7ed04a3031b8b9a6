"""Finds the danger signs in a text, each once, in the nurse's own words."""

from functools import lru_cache

from bot.core.code_shape import without_codes
from bot.core.redflags.emergencies import learned_emergencies
from bot.core.redflags.grammar import pattern, words
from bot.core.redflags.hearing import Heard, Listening, listen
from bot.core.redflags.kinds import RedFlag, RedFlagKind
from bot.core.redflags.lexicon import load_lexicon
from bot.core.redflags.limits import Limits
from bot.core.redflags.numbers import flags_of_numbers
from bot.core.redflags.resemblance import resemblance
from bot.core.redflags.scores import Vital
from bot.core.redflags.tokens import plain
from bot.core.redflags.vitals import on_oxygen

_SIGNS_OF_INFECTION = 3
# Beside pus, an emergency.
_UNWELL = frozenset({RedFlagKind.UNWELL, RedFlagKind.ABNORMAL_GLUCOSE})


def vitals_given(text: str) -> frozenset[Vital]:
    """The vital signs that the text tells of this patient, now."""
    return frozenset(one.vital for one in listen(text).measured())


@lru_cache(maxsize=256)
def mentions(text: str, kinds: frozenset[RedFlagKind], vitals: frozenset[Vital]) -> bool:
    """Whether the text says or denies one of the signs, or measures one of the vital signs."""
    lexicon = load_lexicon()
    message = listen(text, lexicon.states)
    named = (phrase for kind, phrase in lexicon.phrases if kind in kinds)
    if any(True for phrase in named for _ in message.hear(phrase)):
        return True
    return not vitals.isdisjoint(vitals_given(text))


@lru_cache(maxsize=256)
def find_red_flags(text: str, limits: Limits) -> tuple[RedFlag, ...]:
    """In the order of RedFlagKind, a possible one last. In doubt, a danger sign counts as present:
    words that no rule knows and that sound like danger are one, and words that sound like an
    emergency make one of a lesser sign."""
    known = flags_by_rule(text, limits)
    # A clinical lead who calls one of these less is not gainsaid by how it sounds.
    if any(flag.kind in learned_emergencies() for flag in known):
        return known
    # Named or not, a case sounds the same.
    heard = resemblance(listen(without_codes(text), load_lexicon().states), limits)
    least = limits.resemblance
    if heard is None or heard.danger < least.danger_from(heard.length):
        return known
    if known:
        # To make more of what a rule calls less takes more.
        surely = heard.emergency >= least.surely_emergency
        kind = RedFlagKind.POSSIBLE_EMERGENCY if surely else None
    else:
        kind = RedFlagKind.POSSIBLE_DANGER
        if heard.emergency >= least.emergency:
            kind = RedFlagKind.POSSIBLE_EMERGENCY
    return (*known, RedFlag(kind, heard.words)) if kind else known


@lru_cache(maxsize=256)
def flags_by_rule(text: str, limits: Limits) -> tuple[RedFlag, ...]:
    """Those that a phrase or a number of the rules names."""
    message = listen(text, load_lexicon().states)
    written = message.text
    found = _said(message)
    numbers = flags_of_numbers(
        tuple(message.measured()),
        limits,
        altered=RedFlagKind.CONFUSION in found,
        oxygen=on_oxygen(plain(written)),
    )
    for kind, (start, end) in numbers.items():
        words = written[start:end].strip()
        if found.get(kind, words) in words:
            found[kind] = words
    for kind, sizes in message.grown():
        found.setdefault(kind, sizes)
    if RedFlagKind.PUS in found and not _UNWELL.isdisjoint(found):
        found[RedFlagKind.PUS_AND_UNWELL] = found[RedFlagKind.PUS]
    return tuple(RedFlag(kind, found[kind]) for kind in RedFlagKind if kind in found)


def _said(message: Listening) -> dict[RedFlagKind, str]:
    found: dict[RedFlagKind, str] = {}
    fevers: list[Heard] = []
    for kind, phrase in load_lexicon().phrases:
        for heard in message.hear(phrase):
            if kind is RedFlagKind.FEVER:
                fevers.append(heard)
            elif not heard.denied:
                found.setdefault(kind, heard.words)
    current = [
        fever for fever in fevers if not fever.denied and not _is_over(fever, fevers, message)
    ]
    if current:
        found[RedFlagKind.FEVER] = current[0].words
    signs: dict[str, str] = {}
    for sign, phrase in load_lexicon().signs:
        for heard in message.hear(phrase):
            if not heard.denied:
                signs.setdefault(sign, heard.words)
    if len(signs) >= _SIGNS_OF_INFECTION:
        found.setdefault(RedFlagKind.LOCAL_INFECTION, ", ".join(signs.values()))
    return found


def _is_over(fever: Heard, fevers: list[Heard], message: Listening) -> bool:
    """A fever of the past that the same message says has gone."""
    if not pattern("recent_past").search(" ".join((*fever.around.before, *fever.around.after))):
        return False
    later = fever.span.last
    gone = any(other.denied and other.span.first > later for other in fevers)
    return gone or any(token.word in words("afebrile") for token in message.tokens[later:])
