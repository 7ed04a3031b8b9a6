"""What a file is by its first bytes, whatever its sender called it."""

import re
from enum import StrEnum


class FileType(StrEnum):
    """The kinds that Vigia sends, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    OGG = "audio/ogg"
    M4A = "audio/mp4"
    MP3 = "audio/mpeg"
    AMR = "audio/amr"


EXTENSIONS: dict[FileType, str] = {
    FileType.JPEG: "jpg",
    FileType.PNG: "png",
    FileType.OGG: "ogg",
    FileType.M4A: "m4a",
    FileType.MP3: "mp3",
    FileType.AMR: "amr",
}
SOUND = frozenset({FileType.OGG, FileType.M4A, FileType.MP3, FileType.AMR})

_STARTS = (
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"ID3", FileType.MP3),
    (b"#!AMR", FileType.AMR),
)
# An Ogg or MP4 file may hold a film as well: the first names its codec in its first page, the
# second says of each of its tracks whether it is sound or picture.
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"Speex   ")
_OGG_FIRST_PAGE = 128
_MP4_SOUND = re.compile(rb"hdlr.{8}soun", re.DOTALL)
_MP4_PICTURE = re.compile(rb"hdlr.{8}vide", re.DOTALL)


def file_type(content: bytes) -> FileType | None:
    """None for any other kind."""
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content.startswith(b"OggS"):
        first = content[:_OGG_FIRST_PAGE]
        return FileType.OGG if any(codec in first for codec in _OGG_SOUND) else None
    if content[4:8] == b"ftyp":
        only_sound = _MP4_SOUND.search(content) and not _MP4_PICTURE.search(content)
        return FileType.M4A if only_sound else None
    return FileType.MP3 if _is_mp3_frame(content) else None


def _is_mp3_frame(content: bytes) -> bool:
    """Eleven bits of synchronisation, then layer III, then a bit rate and a sampling rate that
    exist."""
    if len(content) < 4 or content[0] != 0xFF:
        return False
    layer_three = content[1] & 0xE6 == 0xE2
    return layer_three and content[2] & 0xF0 != 0xF0 and content[2] & 0x0C != 0x0C
