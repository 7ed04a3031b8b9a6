"""What a nurse asks of Vigia itself in plain words, told from the whole message alone."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.core.code_shape import CODE
from bot.core.redflags.spelling import distance
from bot.core.redflags.tokens import composed, plain
from bot.core.staff import Language
from bot.core.urgency import Urgency

# As for a photo that no reader could read: somebody looks within hours, the wound nurse first.
PERSON_URGENCY = Urgency.URGENT


class CommandKind(StrEnum):
    HELP = "help"
    STATUS = "status"
    MY_CASES = "my_cases"
    CASE = "case"
    LANGUAGE = "language"
    PERSON = "person"
    STOP_REMINDERS = "stop_reminders"
    ON_CALL = "on_call"
    WHAT_NOW = "what_now"


@dataclass(frozen=True, slots=True)
class Command:
    """`code` names the case of CASE, and of STOP_REMINDERS and WHAT_NOW where one was said;
    `of_all` that every case was. `language` is the one of LANGUAGE, or None where it was not
    said."""

    kind: CommandKind
    code: str | None = None
    language: Language | None = None
    of_all: bool = False


class _Code(StrEnum):
    """Whether the message names a case by its code."""

    NEVER = "never"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True)
class _Wording:
    """One way to give a command: a word of each group of `needs`, and no word beyond `known`."""

    command: Command
    code: _Code
    needs: tuple[frozenset[str], ...]
    known: frozenset[str]


_WORD = re.compile(r"[a-z0-9]+")
# A code may look like a word: then only what stands before it tells.
_BEFORE_CODE = frozenset({"caso", "case", "codigo", "code", "estado", "status", "numero", "number"})
_LONGEST = 120
# A shorter word is too near to its neighbours: "caso" and "paso", "case" and "cause".
_TYPO_FROM = 5


_FILE = tomllib.loads(Path(__file__).with_name("commands.toml").read_text("utf-8"))
_MEANT = frozenset(_FILE["meant"].split())
_ASKS_NOTHING = frozenset(_FILE["asks_nothing"].split())
_OF_ALL = frozenset(_FILE["of_all"].split())
_SPELT: dict[str, str] = _FILE["spelt"]


def _wordings() -> Iterator[_Wording]:
    courtesies = frozenset(_FILE["courtesies"].split())
    for row in _FILE["commands"]:
        language = row.get("language")
        command = Command(
            CommandKind(row["kind"]), language=Language(language) if language else None
        )
        needs = tuple(frozenset(group.split()) for group in row["needs"])
        known = courtesies.union(row["may"].split(), *needs)
        yield _Wording(command, _Code(row.get("code", "never")), needs, known)


def _with_a_gap(word: str) -> set[str]:
    """Two words that share one of these are two slips apart at most."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _near(words: Iterable[str]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for word in words:
        for gapped in _with_a_gap(word) if len(word) >= _TYPO_FROM else ():
            near.setdefault(gapped, set()).add(word)
    return near


_WORDINGS = tuple(_wordings())
_NEAR = _near(frozenset().union(*(one.known for one in _WORDINGS)))


def find_command(text: str) -> Command | None:
    """None unless the message says that and nothing else: a command inside a description of a
    wound is a description. Accents, case, courtesies, the order of the words and one slip in a
    word of five letters or more do not matter."""
    said = _words(text)
    exact = [frozenset({word}) for word in said]
    found = _first(said, exact)
    return found or _first(said, [_read_as(word) for word in said])


def is_courtesy(text: str) -> bool:
    """A greeting, thanks or "ok", and nothing else."""
    said = _words(text)
    return bool(said) and all(word in _ASKS_NOTHING for word in said)


def _words(text: str) -> list[str]:
    """Nothing where the message is too long for a command."""
    if len(text) > _LONGEST:
        return []
    written = plain(composed(text)).replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    spelt = (_SPELT.get(word, word) for word in _WORD.findall(written))
    return " ".join(spelt).replace("por favor", "porfavor").split()


def _read_as(written: str) -> frozenset[str]:
    """Itself, and the words of commands that are one slip away."""
    if len(written) < _TYPO_FROM or written in _MEANT:
        return frozenset({written})
    near = {word for gapped in _with_a_gap(written) for word in _NEAR.get(gapped, ())}
    return frozenset({written, *(word for word in near if distance(written, word, 1) <= 1)})


def _first(said: Sequence[str], read: Sequence[frozenset[str]]) -> Command | None:
    given = (_given(wording, said, read) for wording in _WORDINGS)
    return next(filter(None, given), None)


def _given(
    wording: _Wording, said: Sequence[str], read: Sequence[frozenset[str]]
) -> Command | None:
    """The command where the message gives it in this wording."""
    at = None if wording.code is _Code.NEVER else _code_at(said, wording.known)
    if not said or (wording.code is _Code.MUST and at is None):
        return None
    heard = [words for place, words in enumerate(read) if place != at]
    if any(wording.known.isdisjoint(words) for words in heard):
        return None
    if any(all(group.isdisjoint(words) for words in heard) for group in wording.needs):
        return None
    code = None if at is None else said[at].upper()
    stops = wording.command.kind is CommandKind.STOP_REMINDERS
    of_all = stops and not _OF_ALL.isdisjoint(said)
    return Command(wording.command.kind, code, wording.command.language, of_all)


def _code_at(said: Sequence[str], known: frozenset[str]) -> int | None:
    """Where the only word stands that can be a code."""
    found = [
        at
        for at, word in enumerate(said)
        if CODE.fullmatch(word)
        and word not in known
        and (any(c.isdigit() for c in word) or (at > 0 and said[at - 1] in _BEFORE_CODE))
    ]
    return found[0] if len(found) == 1 else None
