"""What a file is, by its bytes."""

import pytest

from bot.core.file_type import EXTENSIONS, SOUND, FileType, file_type

_OGG_PAGE = b"OggS\x00\x02" + bytes(20) + b"\x01\x13"
_FTYP = b"\x00\x00\x00\x18ftyp"
_SOUND_TRACK = b"\x00\x00\x00\x2dhdlr" + bytes(8) + b"soun" + bytes(12)
_PICTURE_TRACK = b"\x00\x00\x00\x2dhdlr" + bytes(8) + b"vide" + bytes(12)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xe0", FileType.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileType.PNG),
        (_OGG_PAGE + b"OpusHead\x01", FileType.OGG),
        (_OGG_PAGE + b"\x01vorbis", FileType.OGG),
        (_FTYP + b"M4A " + _SOUND_TRACK, FileType.M4A),
        (_FTYP + b"isom" + _SOUND_TRACK, FileType.M4A),
        (b"ID3\x04\x00", FileType.MP3),
        (b"\xff\xfb\x90\x64", FileType.MP3),
        (b"\xff\xf3\x40\xc4", FileType.MP3),
        (b"#!AMR\n<", FileType.AMR),
    ],
)
def test_a_picture_and_a_sound_are_known_by_their_first_bytes(
    content: bytes, found: FileType
) -> None:
    """As phones and Slack make them."""
    assert file_type(content) is found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"%PDF-1.4",
        b"<!DOCTYPE html>",
        b"GIF89a",
        b"\x1aE\xdf\xa3webm",
        _OGG_PAGE + b"\x80theora",
        _FTYP + b"mp42" + _PICTURE_TRACK + _SOUND_TRACK,
        _FTYP + b"M4A ",
        b"\xff\xff\xff\xff",
        b"MZ\x90\x00",
    ],
)
def test_anything_else_is_nothing_that_crosses(content: bytes) -> None:
    """A film is not a voice note, in whatever wrapping."""
    assert file_type(content) is None


def test_every_type_has_an_ending_and_says_whether_it_is_sound() -> None:
    """The tables are complete."""
    assert set(EXTENSIONS) == set(FileType)
    assert {one for one in FileType if one.startswith("audio/")} == SOUND
