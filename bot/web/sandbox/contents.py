"""What a person can attach, and how its kind is told from its first bytes."""

from pathlib import Path
from typing import Literal

Kind = Literal["voice", "pdf", "video", "sticker", "contact", "location", "big_photo", "html"]

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"RIFF", "image/webp", "webp"),
    (b"GIF8", "image/gif", "gif"),
    (b"%PDF", "application/pdf", "pdf"),
    (b"OggS", "audio/ogg", "ogg"),
    (b"ID3", "audio/mpeg", "mp3"),
    (b"#!AMR", "audio/amr", "amr"),
    (b"BEGIN:VCARD", "text/vcard", "vcf"),
)
_HEIC_BRANDS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


def kind_of(content: bytes) -> tuple[str, str]:
    """Media type and file extension."""
    for magic, media_type, extension in _MAGIC:
        if content.startswith(magic):
            return media_type, extension
    if content[4:12] in _HEIC_BRANDS:
        return "image/heic", "heic"
    if content[4:12] == b"ftypM4A ":
        return "audio/mp4", "m4a"
    if content[4:8] == b"ftyp":
        return "video/mp4", "mp4"
    return "application/octet-stream", "bin"


def read_picture(picture: bytes | str | Path) -> bytes:
    return picture if isinstance(picture, bytes) else Path(picture).read_bytes()


def specimen(kind: Kind) -> tuple[bytes, str]:
    """Bytes and media type of something that is not a photo of a wound."""
    match kind:
        case "voice":
            first_page = b"OggS\x00\x02" + bytes(20) + b"\x01\x13"
            return first_page + b"OpusHead\x01\x01" + bytes(400), "audio/ogg"
        case "pdf":
            return b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf"
        case "video":
            return b"\x00\x00\x00\x18ftypmp42" + bytes(400), "video/mp4"
        case "sticker":
            return b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40), "image/webp"
        case "contact":
            return b"BEGIN:VCARD\nVERSION:3.0\nFN:Contacto\nEND:VCARD\n", "text/vcard"
        case "big_photo":
            return b"\xff\xd8\xff\xe0" + bytes(16_000_000), "image/jpeg"
        case "html":
            return b"<!DOCTYPE html><title>no photo</title>", "image/jpeg"
        case "location":
            return b"", ""
