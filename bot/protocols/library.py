"""Reads the passages from templates/protocols, or says which of them is wrong."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.protocol.passage import Basis, Certainty, Conflict, Passage, Source, Strength
from bot.core.staff import Language

_NOT_PASSAGES = frozenset({"sources.toml", "conflicts.toml", "outside.toml", "words.toml"})
# A key of the international guideline is its chapter: R7, H3, SK4, DRPI2.
_CHAPTERS = ("DRPI", "SS", "SK", "R", "H", "N")


class LibraryBroken(Exception):
    """Names the passage and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Library:
    """`uncovered` are questions about wounds that no passage answers, `outside` those about
    something else."""

    passages: tuple[Passage, ...]
    conflicts: Mapping[str, Conflict]
    uncovered: tuple[str, ...]
    outside: tuple[str, ...]
    version: str

    def passage(self, id: str) -> Passage:
        return next(passage for passage in self.passages if passage.id == id)


def load_library(folder: Path, site: Sequence[Passage] = ()) -> Library:
    """Raises LibraryBroken."""
    files = sorted(folder.glob("*.toml"))
    sources = {name: _source(row) for name, row in _toml(folder / "sources.toml").items()}
    passages = [
        _passage(row, sources)
        for file in files
        if file.name not in _NOT_PASSAGES
        for row in _toml(file)["passage"]
    ]
    conflicts = {
        name: Conflict(tuple(row["sides"]), row.get("unquoted", False))
        for name, row in _toml(folder / "conflicts.toml").items()
    }
    outside = _toml(folder / "outside.toml")
    _check(passages, conflicts)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    for passage in site:
        digest.update(f"{passage.id}{passage.says}".encode())
    return Library(
        passages=(*passages, *site),
        conflicts=conflicts,
        uncovered=_lines(outside["uncovered"]),
        outside=_lines(outside["outside"]),
        version=digest.hexdigest()[:16],
    )


def source_name(key: str) -> str:
    """The source that a key points into: "CG179 1.1.10" is CG179, "SK4" is CPG25."""
    first = key.split(" ")[0]
    letters = first.rstrip("0123456789")
    if letters in _CHAPTERS and first != letters:
        return "CPG25"
    return "CPG25" if first.startswith("CPG25-") else first


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _lines(texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line for text in texts.values() for line in text.strip().splitlines())


def _source(row: Mapping[str, str]) -> Source:
    return Source({language: row[language] for language in Language}, row.get("link", ""))


def _passage(row: dict[str, Any], sources: Mapping[str, Source]) -> Passage:
    try:
        return Passage(
            id=row["id"],
            key=row["key"],
            source=sources[source_name(row["key"])],
            says={language: row[language] for language in Language},
            asked={language: tuple(row[f"asks_{language}"]) for language in Language},
            strength=Strength(row.get("strength", Strength.UNGRADED)),
            certainty=Certainty(row.get("certainty", Certainty.UNSTATED)),
            basis=Basis(row.get("basis", Basis.PRIMARY)),
            page=row.get("page", ""),
            also=tuple(row.get("also", ())),
            related=tuple(row.get("related", ())),
            conflict=row.get("conflict", ""),
            terms=row.get("terms", ""),
            setting=row.get("setting", ""),
        )
    except (KeyError, ValueError) as wrong:
        raise LibraryBroken(f"passage {row.get('id', '?')}: {wrong}") from wrong


def _check(passages: list[Passage], conflicts: Mapping[str, Conflict]) -> None:
    ids = [passage.id for passage in passages]
    if len(set(ids)) != len(ids):
        raise LibraryBroken(f"an id stands twice: {sorted({i for i in ids if ids.count(i) > 1})}")
    for passage in passages:
        if passage.conflict and passage.conflict not in conflicts:
            raise LibraryBroken(f"passage {passage.id}: no conflict {passage.conflict}")
        if unknown := set(passage.related) - set(ids):
            raise LibraryBroken(f"passage {passage.id}: no passage {unknown}")
    for name, conflict in conflicts.items():
        if unknown := set(conflict.sides) - set(ids):
            raise LibraryBroken(f"conflict {name}: no passage {unknown}")
