"""What a nurse means who types an answer to a question in words of her own."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.choice import folded
from bot.core.questions import SKIP, Question
from bot.core.redflags.spelling import may_stand_for
from bot.core.redflags.tokens import composed, plain
from bot.core.since_when import since_when

_FILE = Path(__file__).with_name("typed_answers.toml")
_SETS = (
    *("yes", "no", "fillers", "subjects", "people", "asserts", "asserts_after_a_stop"),
    *("degrees", "faint", "past", "since", "old", "not_yet", "hurts_so"),
)
_DENIES = frozenset({"not", "doesn", "don", "isn"})
_DENIES_IN_ONE_WORD = frozenset({"niega", "denies"})
_PLACES = frozenset({Question.BODY_SITE, Question.OTHER_SITE})
# Degrees are no yes to these: what is faint, or pale a little, may be what is normal.
_OF_STRENGTH = frozenset({Question.SMELL, Question.BLANCHES})
# A shorter word is too near to others: "small" and "smell".
_TYPO_FROM = 6
_STRETCHED = re.compile(r"(s)+(i)+|(n)+(o)+|(y)(e)+(s)+")
_LETTERS = {"s": "si", "y": "yes", "n": "no"}
_NOT = re.compile(r"\b(?:does|is|has)(?: not|n t|nt)\b")
_MORE_THAN = re.compile(r"\b(mas|more)\b((?: \w+)?) (?:que|than) (?:ayer|antes|yesterday|before)\b")
_WHETHER = re.compile(r"(?:si|if|whether|desde cuando|since when|cuando|when)\b")
# Beside a no to the question of fever: 35 to 37,4 °C.
_NO_FEVER = re.compile(
    r"(?<![\d.,])3(?:[56](?:[.,]\d)?|7(?:[.,][0-4])?)(?![.,]?\d)\s*(?:°\s*c?|grados|c\b)?"
)
_SCORE = re.compile(
    r"(?P<yes>(?:(?:si|yes|dolor|pain|duele|hurts)\W+)*)(?:(?:eva|ena|vas|nrs)\W*(?P<scale>\d{1,2})"
    r"(?:\s*/\s*10)?|(?P<of>\d{1,2})\s*(?:/|de|of|out of)\s*10)\W*"
)
_STOPS = re.compile(r"[,;.\n+]|\b(?:y|and)\b")
_DENIED_ON = re.compile(r"\b(?:ni|nor|or|o)\b")
_BEFORE_NO = re.compile(r"\s(?=(?:no|sin|without|niega|denies)\b)")
_SHORT = 8


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    yes: frozenset[str]
    no: frozenset[str]
    fillers: frozenset[str]
    subjects: frozenset[str]
    people: frozenset[str]
    asserts: frozenset[str]
    asserts_after_a_stop: frozenset[str]
    degrees: frozenset[str]
    faint: frozenset[str]
    past: frozenset[str]
    since: frozenset[str]
    old: frozenset[str]
    not_yet: frozenset[str]
    hurts_so: frozenset[str]
    skip: frozenset[str]
    skip_alone: frozenset[str]
    own: Mapping[Question, tuple[str, ...]]
    about: Mapping[Question, frozenset[str]]
    privative: Mapping[str, str]
    another_after: Mapping[str, frozenset[str]]
    warm: frozenset[str]
    hard: frozenset[str]
    normal: frozenset[str]
    felt: frozenset[str]
    lasts: frozenset[str]

    @property
    def beside(self) -> frozenset[str]:
        return self.fillers | self.subjects | self.asserts

    @property
    def of_skin(self) -> frozenset[str]:
        return self.warm | self.hard | self.normal | self.felt


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(_FILE.read_text("utf-8"))
    words = {name: frozenset(data[name].split()) for name in _SETS}
    felt = {name: frozenset(text.split()) for name, text in data["skin"].items()}
    own = {Question(name): tuple(phrases) for name, phrases in data["own"].items()}
    about = {one: frozenset(" ".join((*own[one], data["beside"][one])).split()) for one in own}
    skips = {name: frozenset(data[name]) for name in ("skip", "skip_alone")}
    after = {word: frozenset(text.split()) for word, text in data["another_after"].items()}
    return _Vocabulary(
        **words,
        **felt,
        **skips,
        own=own,
        about=about,
        privative=data["privative"],
        another_after=after,
    )


@cache
def _spelt() -> frozenset[str]:
    """The words that a longer one may be a slip away from."""
    known = _vocabulary()
    words = known.beside | known.degrees | known.faint | known.yes | known.of_skin
    return frozenset(word for word in words.union(*known.about.values()) if len(word) >= _TYPO_FROM)


def typed_answer(question: Question, text: str) -> str | None:
    """One of the answers to this question, or `SKIP`; None where it says more, or something else:
    an answer that was not given must not stand on a card."""
    known = _vocabulary()
    words = _words(known, text)
    if not words or "?" in text:
        return None
    if _skips(known, question, words):
        return SKIP
    if question is Question.SINCE:
        return since_when(text)
    if question is Question.PAIN and (score := _SCORE.fullmatch(plain(composed(text)).strip())):
        return _of_score(score)
    return _answer(known, question, text) or _of_several(known, question, text)


def is_about(question: Question, text: str) -> bool:
    """Whether a short message that is no answer seems to be meant as one, and is worth asking
    about: it says yes or no, how much, since when, or names what was asked."""
    known = _vocabulary()
    words = _words(known, text)
    own = known.about.get(question, frozenset())
    if question is Question.SKIN:
        own = known.of_skin
    told = own | known.yes | known.no | known.faint | known.past | known.not_yet
    return len(words) <= _SHORT and "?" not in text and not told.isdisjoint(words)


def _words(known: _Vocabulary, text: str) -> tuple[str, ...]:
    """As they are listed: a drawn-out yes, a slip, a contraction and a privative read as what they
    stand for."""
    written = folded(text)
    if len(written) == 1:
        written = (_LETTERS.get(written[0], written[0]),)
    read = " ".join(_read(known, word) for word in written)
    read = _MORE_THAN.sub(r"\1\2", _NOT.sub("not", read))
    return tuple(read.split())


def _read(known: _Vocabulary, written: str) -> str:
    stretched = _STRETCHED.fullmatch(written)
    if stretched:
        return "".join(filter(None, stretched.groups()))
    if written in known.privative:
        return known.privative[written]
    if len(written) < _TYPO_FROM or written in _spelt():
        return written
    return next((word for word in sorted(_spelt()) if may_stand_for(written, word)), written)


def _answer(known: _Vocabulary, question: Question, text: str) -> str | None:
    """Of words that answer this question and nothing else."""
    words = _words(known, text)
    if not words or _is_past(known, words) or _is_another_word(known, words):
        return None
    if set(words) <= known.no | known.not_yet and not known.not_yet.isdisjoint(words):
        return None
    if question is Question.SKIN:
        return _of_skin(known, words)
    if question not in known.about:
        return None
    denied = _from_its_no(known, question, words)
    if denied:
        return "no" if _denies(known, question, denied, text) else None
    rest = set(words)
    said = words[0] in known.yes or _names(known, question, words)
    said |= question is Question.PAIN and not rest.isdisjoint(known.hurts_so)
    degrees = known.degrees if question in _OF_STRENGTH else known.degrees | known.faint
    if question is Question.SMELL:
        degrees -= known.old
    listed = known.yes | known.about[question] | known.beside | degrees
    # "It does not", "la fiebre no": whoever denies it anywhere says no yes.
    return "yes" if said and rest <= listed and rest.isdisjoint(known.no | _DENIES) else None


def _names(known: _Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
    said = f" {' '.join(words)} "
    return any(f" {phrase} " in said for phrase in known.own.get(question, ()))


def _from_its_no(
    known: _Vocabulary, question: Question, words: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Where nothing stands before it but whom or what it is said of: "la señora no tiene". A body
    that is denied nothing by name denies nothing: "la herida no"."""
    at = next((at for at, word in enumerate(words) if word in known.no), None)
    if at is None or not set(words[:at]) <= known.beside:
        return None
    before = set(words[:at]) - known.people - known.fillers - known.asserts
    return None if before and not _names(known, question, words) else words[at:]


def _denies(known: _Vocabulary, question: Question, words: tuple[str, ...], text: str) -> bool:
    """Of words that begin with a no: whether it is this that they deny, and nothing else."""
    said, about = set(words), known.about[question]
    if question is Question.FEVER:
        text = _NO_FEVER.sub("", plain(composed(text)))
        measured = set(words) - set(_words(known, text))
        said -= {one for one in measured if not one.isalpha() or one in ("c", "grados")}
    if not said <= known.no | about | known.beside:
        return False
    # "No niega dolor" is a pain.
    if not _DENIES_IN_ONE_WORD.isdisjoint(words[1:]):
        return False
    named = _names(known, question, words)
    if not named and (words[0] == "not" or not said.isdisjoint(known.subjects | about)):
        return False
    if not (known.no | _DENIES).isdisjoint(words[1:]):
        return True
    if words[0] == "not":
        return True
    asserted = named or not said.isdisjoint(known.asserts_after_a_stop)
    stop = re.search(rf"\b{words[0]}\b(?:\s*[^\w\s-]|\s+-)", plain(composed(text)))
    return said.isdisjoint(known.asserts) and not (asserted and stop)


def _is_past(known: _Vocabulary, words: tuple[str, ...]) -> bool:
    then = next((at for at, word in enumerate(words) if word in known.past), None)
    return then is not None and known.since.isdisjoint(words[:then])


def _is_another_word(known: _Vocabulary, words: tuple[str, ...]) -> bool:
    """Whether one of them is written like a finding and is none here."""
    much = known.degrees | known.faint
    for at, word in enumerate(words):
        after = known.another_after.get(word, frozenset())
        before = (one for one in reversed(words[:at]) if one in after or one not in much)
        if next(before, "") in after:
            return True
        opens = set(words[:at]) <= (known.fillers | known.subjects) - {"esta", "es"}
        timed = not much.isdisjoint(words[at + 1 : at + 2])
        if word in known.lasts and opens and timed and words[at + 1] not in ("tacto", "tocar"):
            return True
    return False


def _skips(known: _Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
    if " ".join(words) in known.skip_alone:
        return True
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            phrase = " ".join(words[start:end])
            # It is a place too.
            if phrase not in known.skip or (phrase == "nose" and question in _PLACES):
                continue
            before, behind = set(words[:start]), words[end:]
            if before <= known.fillers and _WHETHER.match(" ".join(behind)):
                return True
            # "No se presenta" is a no.
            verb = phrase == "no se" and not known.asserts_after_a_stop.isdisjoint(behind)
            if before | set(behind) <= known.fillers and not verb:
                return True
    return False


def _of_skin(known: _Vocabulary, words: tuple[str, ...]) -> str | None:
    said = set(words)
    if not said.isdisjoint(known.normal):
        plainly = known.normal | known.fillers | known.subjects | known.felt | {"is"}
        return "normal" if said <= plainly - known.people - _DENIES else None
    listed = known.of_skin | known.beside | known.degrees | known.faint | known.yes
    if not said <= listed - known.people - _DENIES:
        return None
    warm, hard = not said.isdisjoint(known.warm), not said.isdisjoint(known.hard)
    if warm and hard:
        return "warm_and_hard"
    return "warm" if warm else "hard" if hard else None


def _of_score(score: re.Match[str]) -> str | None:
    """0 to 10."""
    value = int(score["scale"] or score["of"])
    if value > 10 or (value == 0 and score["yes"].startswith(("si", "yes"))):
        return None
    return "yes" if value else "no"


def _of_several(known: _Vocabulary, question: Question, text: str) -> str | None:
    """Of a list of findings, each of which answers some question by its name. A yes behind a no
    may be denied with it: "sin fiebre y dolor"."""
    flat = _DENIED_ON.sub(", no ", plain(composed(text)))
    clauses = [one for one in _STOPS.split(flat) if one.strip()]
    if len(clauses) < 2:
        clauses = [one for one in _BEFORE_NO.split(flat.strip()) if one.strip()]
        if any((_words(known, one) or ("",))[0] not in known.no for one in clauses):
            return None
    found: str | None = None
    denied = False
    for clause in clauses:
        given = _named_in(known, clause)
        if not given:
            return None
        answer = given.get(question)
        if answer and (found or (denied and answer != "no")):
            return None
        found = found or answer
        denied |= "no" in given.values()
    return found if len(clauses) > 1 else None


def _named_in(known: _Vocabulary, clause: str) -> dict[Question, str]:
    words = _words(known, clause)
    asked = (*known.own, Question.SKIN)
    given = {one: _answer(known, one, clause) for one in asked}
    return {
        one: answer
        for one, answer in given.items()
        if answer and (one is Question.SKIN or _names(known, one, words))
    }
