"""What clinicians said comes out as a folder to train with."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.actions.label_export import export_labels
from bot.core.assessment import Category, Tissue
from bot.core.audit import AuditKind
from bot.core.label import Label, LabelKind
from bot.core.staff import Role
from bot.store import tables as t
from bot.store.label_rows import add_label
from bot.store.staff_rows import all_staff
from jobs.training.dataset import load_items
from tests.actions.conftest import QuietWard


def _corrected(ward: QuietWard, case_id: str, category: Category | None) -> None:
    with ward.transaction() as tx:
        (doctor,) = all_staff(tx, Role.PHYSICIAN)
        label = Label(LabelKind.CORRECTED, category, Tissue.ESCHAR, "la señora Rosa, cama 4")
        add_label(tx, case_id, label, doctor.id, 1)


def test_labels_are_exported_with_their_photos(ward: QuietWard, tmp_path: Path) -> None:
    """The last label of a case, its photo, what the reader had said; no name and no note."""
    first = ward.sends_seen_as("UCI-204 sacro", Category.III)
    _corrected(ward, first, Category.IV)
    ward.advance(minutes=1)
    _corrected(ward, first, Category.UNSTAGEABLE)
    ward.advance(days=1)
    second = ward.sends_seen_as("UCI-204 talón derecho", Category.II)
    _corrected(ward, second, None)
    out = tmp_path / "labels"
    with ward.transaction() as tx:
        assert export_labels(tx, out, "admin:cli") == 2
    with (out / "index.csv").open(newline="") as index:
        rows = list(csv.DictReader(index))
    assert [(row["pool"], row["label"]) for row in rows] == [("stage", "U"), ("other-wound", "")]
    assert rows[0]["group"] == rows[1]["group"]
    assert (out / rows[0]["file"]).read_bytes() == b"a photo"
    written = (out / "labels.jsonl").read_text()
    assert json.loads(written.splitlines()[0])["read_as"] == "III"
    assert "Rosa" not in written
    assert [item.labelled for item in load_items(out)] == [Category.UNSTAGEABLE, None]
    with ward.store.snapshot() as snapshot:
        exported = select(t.audit.c.seq).where(t.audit.c.kind == AuditKind.LABELS_EXPORTED)
        assert len(snapshot.all(exported)) == 1


def test_a_folder_that_holds_something_is_left_alone(ward: QuietWard, tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "kept.txt").write_text("kept")
    with ward.transaction() as tx, pytest.raises(FileExistsError):
        export_labels(tx, tmp_path, "admin:cli")
    assert (tmp_path / "kept.txt").read_text() == "kept"
