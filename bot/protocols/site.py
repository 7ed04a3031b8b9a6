"""The site's own protocols and values, each as passages with their key."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.protocol.answer import AnswerWords
from bot.core.protocol.passage import Basis, Passage, Source
from bot.core.site import Site
from bot.core.staff import Language
from bot.protocols.library import LibraryBroken

# Two of them and their sources still fit on a phone screen.
_LONGEST_PASSAGE = 380
_SHORTEST_SENTENCE = 12
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n|\n(?=\s*(?:[-*•#|]|\d+[.)]))")
_MARKUP = re.compile(r"^[\s#>*•|-]+|[*_`|]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SiteProtocol:
    """`version` is a hash of the file; `pieces` are (page, text)."""

    name: str
    version: str
    pieces: tuple[tuple[int, str], ...]


def add_protocol(folder: Path, file: Path) -> SiteProtocol:
    """Reads a file and keeps its passages; a file of the same name takes the place of the one
    before. Raises DocumentUnreadable, and then nothing was changed."""
    # What reads PDF and DOCX takes a while to load, and no chat waits for it.
    from bot.protocols.documents import pages_of

    pages = pages_of(file)
    pieces = tuple((page, piece) for page, text in pages for piece in _pieces(text))
    version = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    added = SiteProtocol(file.name, version, pieces)
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"name": added.name, "version": version, "pieces": pieces}
    target = folder / f"{file.name}.json"
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    partial.replace(target)
    return added


def site_protocols(folder: Path) -> list[SiteProtocol]:
    """Those added so far, by name. Raises LibraryBroken."""
    return [_read(file) for file in sorted(folder.glob("*.json"))]


def _read(file: Path) -> SiteProtocol:
    try:
        row = json.loads(file.read_text("utf-8"))
        pieces = tuple((page, text) for page, text in row["pieces"])
        return SiteProtocol(row["name"], row["version"], pieces)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise LibraryBroken(f"{file.name}: {type(wrong).__name__}") from wrong


def passages_of(protocol: SiteProtocol) -> list[Passage]:
    """In the words of the file, whatever its language; each sentence is a way to find it."""
    source = Source(dict.fromkeys(Language, f"{protocol.name} ({protocol.version})"), "")
    stem = Path(protocol.name).stem
    return [
        Passage(
            id=f"site:{protocol.name}:{protocol.version}:{number}",
            key=f"SITE:{stem} p.{page}",
            source=source,
            says=dict.fromkeys(Language, text),
            asked=dict.fromkeys(Language, tuple(_sentences(text))),
            basis=Basis.SITE,
        )
        for number, (page, text) in enumerate(protocol.pieces)
    ]


def site_values(site: Site, words: Mapping[Language, AnswerWords]) -> Iterator[Passage]:
    """What the site's file says on turning and Braden, to stand beside the guidelines."""
    if not site.name:
        return
    (high, _), (moderate, _), _ = site.braden.meanings
    sources = {"braden": site.braden.source, "turning": site.turning.source}
    said = {language: words[language].site for language in Language}
    for setting, source in sources.items():
        says = {
            language: said[language][setting].format(
                name=site.name,
                high=high,
                above_high=high + 1,
                moderate=moderate,
                above_moderate=moderate + 1,
                hours=site.turning.hours,
                source=source,
                proposal="" if site.signed else said[language]["proposal"],
            )
            for language in Language
        }
        named = {language: said[language]["source"].format(name=site.name) for language in Language}
        yield Passage(
            id=f"site:value:{setting}",
            key=f"SITE:{setting}",
            source=Source(named, ""),
            says=says,
            asked=dict.fromkeys(Language, ()),
            basis=Basis.SITE,
            setting=setting,
        )


def _pieces(text: str) -> list[str]:
    """Whole sentences together as long as they fit; one that is too long is cut at a space."""
    pieces: list[str] = []
    for sentence in _sentences(text):
        while len(sentence) > _LONGEST_PASSAGE:
            cut = sentence.rfind(" ", 0, _LONGEST_PASSAGE)
            cut = cut if cut > 0 else _LONGEST_PASSAGE
            pieces.append(sentence[:cut])
            sentence = sentence[cut:].strip()
        if pieces and len(pieces[-1]) + 1 + len(sentence) <= _LONGEST_PASSAGE:
            pieces[-1] += f" {sentence}"
        elif sentence:
            pieces.append(sentence)
    return [piece for piece in pieces if len(piece) >= _SHORTEST_SENTENCE]


def _sentences(text: str) -> list[str]:
    plain = (_SPACE.sub(" ", _MARKUP.sub("", part)).strip() for part in _SENTENCE_END.split(text))
    return [sentence for sentence in plain if sentence]
