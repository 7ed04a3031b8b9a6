"""Clinicians' labels with their photos, as a folder that `vigia train` reads."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.assessment import Category, Tissue, depth
from bot.core.audit import AuditEvent, AuditKind
from bot.core.label import LabelKind
from bot.store.case_rows import case_by_id
from bot.store.label_rows import GivenLabel, labels
from bot.store.photo_rows import Assessment, assessments_of_case, picture
from bot.store.transaction import Snapshot, Transaction

# As the training data names them.
_LETTERS = {
    Category.I: "I",
    Category.II: "II",
    Category.III: "III",
    Category.IV: "IV",
    Category.UNSTAGEABLE: "U",
    Category.DEEP_TISSUE: "D",
}


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """`group` is the same for all photos of one patient, so that they never stand on both sides
    of a split. `read_as` is what the reader had said."""

    photo_id: str
    group: str
    category: Category | None
    tissue: Tissue | None
    kind: LabelKind
    given_at: str
    read_as: Category | None
    model: str | None


def labelled_photos(snapshot: Snapshot) -> Iterator[LabelledPhoto]:
    """The gravest photo of each case with the last label that its case was given."""
    last = {given.case_id: given for given in labels(snapshot)}
    for case_id, given in last.items():
        read = [
            one
            for one in assessments_of_case(snapshot, case_id)
            if one.reading.categories is not None
        ]
        if read:
            deepest = max(read, key=lambda one: depth(one.reading))
            yield _labelled(snapshot, case_id, given, deepest)


def export_labels(tx: Transaction, folder: Path, actor: str) -> int:
    """How many were written: photos, index.csv and labels.jsonl. Raises FileExistsError where the
    folder holds something already, and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    found = ((one, picture(tx, f"photo:{one.photo_id}")) for one in labelled_photos(tx))
    photos = [(one, content) for one, content in found if content]
    with (
        (folder / "index.csv").open("w", newline="") as index,
        (folder / "labels.jsonl").open("w") as told,
    ):
        rows = csv.writer(index)
        rows.writerow(["file", "pool", "label", "group"])
        for one, content in photos:
            pool = "stage" if one.category else "other-wound"
            file = f"{pool}/{one.photo_id}.jpg"
            (folder / pool).mkdir(exist_ok=True)
            (folder / file).write_bytes(content)
            rows.writerow([file, pool, _LETTERS[one.category] if one.category else "", one.group])
            told.write(json.dumps({"file": file, **_told(one)}) + "\n")
    tx.note(AuditEvent(AuditKind.LABELS_EXPORTED, actor, "labels", {"count": len(photos)}))
    return len(photos)


def _labelled(
    snapshot: Snapshot, case_id: str, given: GivenLabel, deepest: Assessment
) -> LabelledPhoto:
    case, reading = case_by_id(snapshot, case_id), deepest.reading
    return LabelledPhoto(
        deepest.photo_id,
        case.patient_id or case.id,
        given.label.category,
        given.label.tissue,
        given.label.kind,
        given.at.isoformat(),
        reading.categories.ranked[0][0] if reading.categories else None,
        reading.model,
    )


def _told(one: LabelledPhoto) -> dict[str, str | None]:
    return {
        "category": one.category,
        "tissue": one.tissue,
        "kind": one.kind,
        "given_at": one.given_at,
        "read_as": one.read_as,
        "model": one.model,
        "group": one.group,
    }
