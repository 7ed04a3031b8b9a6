"""A site adds its own protocols, and they are cited with their page."""

import io
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_BREAK

from bot.core.protocol.answer import LONGEST_ANSWER
from bot.protocols.advisor import Advisor, open_advisor
from bot.protocols.documents import DocumentUnreadable, pages_of
from bot.protocols.site import add_protocol, passages_of, site_protocols
from tests.ask.conftest import TEMPLATES

FIRST = "# Protocolo de heridas\n\nEste documento rige en todo el hospital desde marzo."
SECOND = (
    "## Contacto\n\nLa enfermera de heridas atiende de lunes a viernes en el anexo 4512.\n\n"
    "- Fuera de horario se llama al residente de cirugía."
)


def _pdf(pages: list[str]) -> bytes:
    """A small PDF written by hand, a line of text a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    size = len(objects) + 1
    out.write(f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def _advised(folder: Path) -> Advisor:
    site = [passage for protocol in site_protocols(folder) for passage in passages_of(protocol)]
    return open_advisor(TEMPLATES, folder / "vectors.npz", site)


def test_a_protocol_of_the_site_is_cited_with_its_page(tmp_path: Path) -> None:
    """What only the site knows is answered from the site's file."""
    file = tmp_path / "protocolo-heridas.md"
    file.write_text(f"{FIRST}\f{SECOND}", "utf-8")
    added = add_protocol(tmp_path / "kept", file)
    assert [page for page, _ in added.pieces] == [1, 2]
    answer = _advised(tmp_path / "kept").ask("en que anexo atiende la enfermera de heridas?")
    assert answer.citations[0] == "SITE:protocolo-heridas p.2"
    assert "4512" in answer.text
    assert added.version in answer.text
    assert len(answer.text) <= LONGEST_ANSWER


def test_the_site_says_its_own_beside_the_guideline(tmp_path: Path) -> None:
    """A rule that both know shows both, the guideline first."""
    file = tmp_path / "giros.md"
    file.write_text("En nuestro hospital la cabecera de la cama va a 20 grados.", "utf-8")
    add_protocol(tmp_path / "kept", file)
    answer = _advised(tmp_path / "kept").ask("a cuantos grados va la cabecera?")
    assert {"R11", "SITE:giros p.1"} <= set(answer.citations)
    assert "20 grados" in answer.text


def test_pdf_and_word_keep_their_pages(tmp_path: Path) -> None:
    """Each text is found on the page it stands on."""
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(_pdf(["First page of all", "Heels float on page two"]))
    assert pages_of(pdf) == [(1, "First page of all"), (2, "Heels float on page two")]
    word = docx.Document()
    word.add_paragraph("Portada")
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    word.add_paragraph("Los talones flotan.")
    word.save(str(tmp_path / "b.docx"))
    assert pages_of(tmp_path / "b.docx") == [(1, "Portada"), (2, "Los talones flotan.")]


def test_a_new_edition_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """The same name again is the same protocol, in another version."""
    file = tmp_path / "p.md"
    versions = []
    for text in ("Se revisa la piel cada turno.", "Se revisa la piel dos veces por turno."):
        file.write_text(text, "utf-8")
        versions.append(add_protocol(tmp_path / "kept", file).version)
    (kept,) = site_protocols(tmp_path / "kept")
    assert kept.version == versions[1] != versions[0]
    assert kept.pieces == ((1, "Se revisa la piel dos veces por turno."),)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.xlsx", b"a", "only .docx, .md, .pdf"),
        ("x.pdf", b"no pdf at all", "damaged"),
        ("x.docx", b"no zip", "damaged"),
        ("x.md", b"\xff\xfe\xfa", "damaged"),
        ("x.md", b"   \n", "no text"),
        ("x.pdf", _pdf([""]), "no text"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    """It is refused with a reason, and what was there before stays."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentUnreadable, match=why):
        add_protocol(tmp_path / "kept", tmp_path / name)
    assert site_protocols(tmp_path / "kept") == []
