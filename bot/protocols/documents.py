"""The text of a site's own protocol, page by page: Markdown, PDF or DOCX."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docx
import pypdf
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph
from pypdf.errors import PyPdfError

_LARGEST = 50 * 1024 * 1024


class DocumentUnreadable(Exception):
    """Says why in a short sentence for the person who added it."""


def pages_of(file: Path) -> list[tuple[int, str]]:
    """(page, text) of every page with text, from page 1. A page of Markdown ends at a form feed;
    one of DOCX where Word last broke it. Raises DocumentUnreadable."""
    read = _READERS.get(file.suffix.lower())
    if read is None:
        raise DocumentUnreadable(f"only {', '.join(sorted(_READERS))} can be read")
    try:
        if file.stat().st_size > _LARGEST:
            raise DocumentUnreadable("it is larger than 50 MB")
        pages = read(file)
    except (OSError, UnicodeDecodeError, PyPdfError, PackageNotFoundError) as error:
        raise DocumentUnreadable("the file is damaged, locked or of another kind") from error
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DocumentUnreadable("the file is damaged or of another kind") from error
    numbered = [(number, text.strip()) for number, text in enumerate(pages, 1)]
    kept = [(number, text) for number, text in numbered if text]
    if not kept:
        raise DocumentUnreadable("no text was found in it; a scan has to be made searchable first")
    return kept


def _markdown(file: Path) -> list[str]:
    return file.read_text("utf-8").split("\f")


def _pdf(file: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(file).pages]


def _docx(file: Path) -> list[str]:
    document = docx.Document(str(file))
    # Word notes where it broke a page; a file that Word never saved has only breaks set by hand.
    noted = bool(document.element.xpath("//w:lastRenderedPageBreak"))
    ends = "w:lastRenderedPageBreak" if noted else "w:br[@w:type='page']"
    pages = [""]
    for paragraph in _paragraphs(document):
        for run in paragraph.runs:
            if run.element.xpath(ends):
                pages.append("")
            pages[-1] += run.text
        pages[-1] += "\n"
    return pages


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block
        else:
            yield from (p for row in block.rows for cell in row.cells for p in cell.paragraphs)


_READERS: Mapping[str, Callable[[Path], list[str]]] = {
    ".md": _markdown,
    ".pdf": _pdf,
    ".docx": _docx,
}
