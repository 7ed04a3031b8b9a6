"""What a nurse means who types an answer to a question in words of her own."""

import re

from bot.core.questions import SKIP, Question
from bot.core.redflags.tokens import composed, plain
from bot.core.since_when import since_when
from bot.core.typed_words import Vocabulary, vocabulary, words_of

_DENIES = frozenset({"not", "doesn", "don", "isn"})
_DENIES_IN_ONE_WORD = frozenset({"niega", "denies"})
_PLACES = frozenset({Question.BODY_SITE, Question.OTHER_SITE})
# Degrees are no yes to these: what is faint, or pale a little, may be what is normal.
_OF_STRENGTH = frozenset({Question.SMELL, Question.BLANCHES})
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
_TURNS = re.compile(rf"{_STOPS.pattern}|\b(?:pero|but)\b|(?=\b(?:luego|despues|then)\b)")
_DENIED_ON = re.compile(r"\b(?:ni|nor|or|o)\b")
_BEFORE_NO = re.compile(r"\s(?=(?:no|sin|without|niega|denies)\b)")
_SHORT = 8
# What is longer tells of the patient, and each run of its words would be looked up.
_LONGEST = 40


def typed_answer(question: Question, text: str) -> str | None:
    """One of the answers to this question, or `SKIP`; None where it says more, or something else:
    an answer that was not given must not stand on a card."""
    known = vocabulary()
    words = words_of(known, text)
    if not words or len(words) > _LONGEST or "?" in text:
        return None
    if _skips(known, question, words):
        return SKIP
    if _ends_unsure(known, question, words):
        return None
    if question is Question.SINCE:
        return since_when(text)
    if question is Question.PAIN and (score := _SCORE.fullmatch(plain(composed(text)).strip())):
        return _of_score(score)
    if question is Question.BLANCHES and (found := _of_pressing(known, text)):
        return found
    return _answer(known, question, text) or _of_several(known, question, text)


def is_about(question: Question, text: str) -> bool:
    """Whether a short message that is no answer seems to be meant as one, and is worth asking
    about: it says yes or no, how much, since when, or names what was asked."""
    known = vocabulary()
    words = words_of(known, text)
    own = known.about.get(question, frozenset())
    if question is Question.SKIN:
        own = known.of_skin
    if question is Question.BLANCHES:
        own = own | known.red | known.pressing
    # A code is none for being no word of these: "todavía no tiene".
    if question is Question.PATIENT_CODE:
        return False
    told = own | known.yes | known.no | known.faint | known.past | known.not_yet
    return len(words) <= _SHORT and "?" not in text and not told.isdisjoint(words)


def is_bare(text: str) -> bool:
    """Whether it says yes or no and nothing more."""
    known = vocabulary()
    words = set(words_of(known, text))
    return words <= known.yes | known.no | known.fillers and not words <= known.fillers


def _answer(known: Vocabulary, question: Question, text: str) -> str | None:
    """Of words that answer this question and nothing else."""
    words = words_of(known, text)
    if not words or _is_past(known, words) or _is_another_word(known, words):
        return None
    if _denies_privative(known, text):
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


def _names(known: Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
    said = f" {' '.join(words)} "
    return any(f" {phrase} " in said for phrase in known.own.get(question, ()))


def _from_its_no(
    known: Vocabulary, question: Question, words: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Where nothing stands before it but whom or what it is said of: "la señora no tiene". A body
    that is denied nothing by name denies nothing: "la herida no"."""
    at = next((at for at, word in enumerate(words) if word in known.no), None)
    if at is None or not set(words[:at]) <= known.beside:
        return None
    before = set(words[:at]) - known.people - known.fillers - known.asserts
    return None if before and not _names(known, question, words) else words[at:]


def _denies(known: Vocabulary, question: Question, words: tuple[str, ...], text: str) -> bool:
    """Of words that begin with a no: whether it is this that they deny, and nothing else."""
    said, about = set(words), known.about[question]
    if question is Question.FEVER:
        text = _NO_FEVER.sub("", plain(composed(text)))
        measured = set(words) - set(words_of(known, text))
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


def _denies_privative(known: Vocabulary, text: str) -> bool:
    """ "Not painless" hurts; "no, painless" does not."""
    denied = rf"\b(?:not?|ni) (?:es |esta |is )?(?:{'|'.join(known.privative)})\b"
    return re.search(denied, plain(composed(text))) is not None


def _is_past(known: Vocabulary, words: tuple[str, ...]) -> bool:
    then = next((at for at, word in enumerate(words) if word in known.past), None)
    return then is not None and known.since.isdisjoint(words[:then])


def _is_another_word(known: Vocabulary, words: tuple[str, ...]) -> bool:
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


def _skips(known: Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
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
            # "No, no sé" is no no.
            if before - known.no | set(behind) <= known.fillers and not verb:
                return True
    return False


def _ends_unsure(known: Vocabulary, question: Question, words: tuple[str, ...]) -> bool:
    """ "Sin fiebre, no sé" is no no."""
    ends = {" ".join(words[-length:]) for length in range(1, 5)} & known.skip
    return bool(ends - {"nose"} if question in _PLACES else ends)


def _of_skin(known: Vocabulary, words: tuple[str, ...]) -> str | None:
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


def _of_pressing(known: Vocabulary, text: str) -> str | None:
    """Of what was seen under the finger and after it, where every clause says the same."""
    plainly = known.fillers | known.subjects | known.around | known.pressing
    answers: set[str | None] = set()
    pressed = stayed = came_back = False
    for clause in filter(str.strip, _TURNS.split(plain(composed(text)))):
        words = words_of(known, clause)
        said = set(words)
        pressed |= not said.isdisjoint(known.pressing)
        if said <= plainly:
            continue
        red = not said.isdisjoint(known.stays) and not said.isdisjoint(known.red)
        if red and said <= plainly | known.stays | known.red:
            stayed = True
        elif answers == {"yes"} and said <= plainly | known.comes_back | known.red:
            came_back = True
        else:
            skips = _skips(known, Question.BLANCHES, words)
            answers.add(None if skips else _answer(known, Question.BLANCHES, clause))
    if stayed == came_back:
        return None
    if came_back:
        return "yes" if answers == {"yes"} else None
    return "no" if answers == {"no"} or (pressed and not answers) else None


def _of_several(known: Vocabulary, question: Question, text: str) -> str | None:
    """Of a list of findings, each of which answers some question by its name. A yes behind a no
    may be denied with it: "sin fiebre y dolor"."""
    flat = _DENIED_ON.sub(", no ", plain(composed(text)))
    clauses = [one for one in _STOPS.split(flat) if one.strip()]
    if len(clauses) < 2:
        clauses = [one for one in _BEFORE_NO.split(flat.strip()) if one.strip()]
        if any((words_of(known, one) or ("",))[0] not in known.no for one in clauses):
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


def _named_in(known: Vocabulary, clause: str) -> dict[Question, str]:
    words = words_of(known, clause)
    asked = (*known.own, Question.SKIN)
    given = {one: _answer(known, one, clause) for one in asked}
    return {
        one: answer
        for one, answer in given.items()
        if answer and (one is Question.SKIN or _names(known, one, words))
    }
