"""Words and photos reach the case that they are about, and never another patient's."""

from sqlalchemy import func, select

from bot.core.assessment import Category
from bot.core.case import CaseStatus
from bot.core.message import MessageKind
from bot.core.staff import Language
from bot.store import tables as t
from bot.store.case_rows import case_by_code, case_by_id, move_case
from bot.store.escalation_rows import open_escalations
from bot.store.inbound_rows import texts_of_case
from bot.store.photo_rows import lose_photo, photos_of_case
from tests.actions.conftest import QuietWard

DANGER = "sigue con fiebre de 39,5 y está confusa"


def _codes(ward: QuietWard) -> list[str]:
    """Of every case, the oldest first."""
    query = select(t.cases.c.code).order_by(t.cases.c.opened_at)
    with ward.store.snapshot() as snapshot:
        return [row.code for row in snapshot.all(query)]


def _words(ward: QuietWard, code: str) -> list[str]:
    with ward.store.snapshot() as snapshot:
        case = case_by_code(snapshot, code)
        assert case
        return [text for _, text in texts_of_case(snapshot, case.id)]


def _called_for(ward: QuietWard) -> list[str]:
    with ward.store.snapshot() as snapshot:
        return [case_by_id(snapshot, one.case_id).code for one in open_escalations(snapshot)]


def _count(ward: QuietWard, kind: MessageKind) -> int:
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.kind == kind)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _closed_then_another(ward: QuietWard) -> tuple[str, str]:
    """The codes of a case that is closed and of one that is open. The vendor's id of the closed
    one's photo is SMfirst."""
    ward.says("Sacro", photos=1, id="SMfirst")
    (first,) = _codes(ward)
    with ward.transaction() as tx:
        case = case_by_code(tx, first)
        assert case
        assert move_case(tx, case, CaseStatus.ANSWERED, "test")
        case = case_by_code(tx, first)
        assert case
        assert move_case(tx, case, CaseStatus.CLOSED, "test")
    ward.advance(minutes=5)
    ward.says("Talón", photos=1)
    first, second = _codes(ward)
    return first, second


def test_a_danger_in_reply_to_a_closed_case_is_not_another_patients(ward: QuietWard) -> None:
    """It gets a case of its own, and the one that happens to be open is left alone."""
    _, second = _closed_then_another(ward)
    ward.says(DANGER, to="SMfirst")
    assert second not in _called_for(ward)
    assert len(_called_for(ward)) == 1
    assert _words(ward, second) == ["Talón"]


def test_words_in_reply_to_a_closed_case_are_asked_about(ward: QuietWard) -> None:
    """Though only one other case is open."""
    _, second = _closed_then_another(ward)
    ward.says("mide 3 cm", to="SMfirst")
    assert _words(ward, second) == ["Talón"]
    assert _count(ward, MessageKind.WHICH_CASE) == 1


def test_a_danger_beside_the_photo_of_a_closed_case_is_not_another_patients(
    ward: QuietWard,
) -> None:
    """In Slack a file can be posted anew."""
    ward.writes_in_slack("U0NURSE1", "sacro", "D0NURSE1", None, file="F1")
    (first,) = _codes(ward)
    with ward.transaction() as tx:
        for status in (CaseStatus.ANSWERED, CaseStatus.CLOSED):
            case = case_by_code(tx, first)
            assert case
            assert move_case(tx, case, status, "test")
    ward.advance(minutes=5)
    ward.writes_in_slack("U0NURSE1", "talón", "D0NURSE1", None, file="F2")
    ward.writes_in_slack("U0NURSE1", DANGER, "D0NURSE1", None, file="F1")
    second = _codes(ward)[1]
    assert _words(ward, second) == ["talón"]
    assert len(_called_for(ward)) == 1
    assert second not in _called_for(ward)


def test_words_that_name_a_closed_case_are_not_the_open_ones(ward: QuietWard) -> None:
    """A danger is raised in a case of its own; anything else is asked about."""
    first, second = _closed_then_another(ward)
    ward.says(f"{first} mide 3 cm")
    assert _count(ward, MessageKind.WHICH_CASE) == 1
    ward.says(f"{first.lower()} {DANGER}")
    assert _words(ward, second) == ["Talón"]
    assert len(_called_for(ward)) == 1
    assert second not in _called_for(ward)


def test_a_case_of_an_earlier_shift_is_found_by_its_code(ward: QuietWard) -> None:
    """Though one of this shift is open: whoever writes the code means that case."""
    ward.says("Sacro", photos=1)
    ward.advance(hours=14)
    ward.says("Talón", photos=1)
    first, second = _codes(ward)
    ward.says(f"{first} {DANGER}")
    assert _called_for(ward) == [first]
    assert _words(ward, second) == ["Talón"]


def test_a_colleagues_case_is_not_written_into(ward: QuietWard) -> None:
    """Its code in a nurse's words does not put them into her own open case either."""
    ward.writes_in_slack("U0WOUND1", "sacro", "D0WOUND1", None, file="F1")
    ward.says("Talón", photos=1)
    theirs, mine = _codes(ward)
    ward.says(f"{theirs} mide 3 cm")
    assert (_words(ward, theirs), _words(ward, mine)) == (["sacro"], ["Talón"])
    assert _count(ward, MessageKind.WHICH_CASE) == 1


def test_words_about_another_patient_are_not_this_ones(ward: QuietWard) -> None:
    """The site's own code says whose they are."""
    ward.says("AB-1234 sacro", photos=1)
    (first,) = _codes(ward)
    ward.says("CD-5678 mide 3 cm")
    assert _words(ward, first) == ["AB-1234 sacro"]
    assert _count(ward, MessageKind.WHICH_CASE) == 1
    ward.says(f"CD-5678 {DANGER}")
    assert _words(ward, first) == ["AB-1234 sacro"]
    assert first not in _called_for(ward)
    assert len(_called_for(ward)) == 1
    ward.advance(minutes=1)
    ward.says("AB-1234 mide 3 cm")
    assert _words(ward, first) == ["AB-1234 sacro", "AB-1234 mide 3 cm"]


def test_a_place_written_for_another_case_answers_no_question_of_this_one(
    ward: QuietWard,
) -> None:
    """The code that stands before it says whose place it is."""
    ward.sends_seen_as("sacro", Category.II)
    ward.advance(minutes=15)
    asked_in = ward.sends_seen_as("", Category.II)
    first, second = _codes(ward)
    with ward.store.snapshot() as snapshot:
        assert case_by_id(snapshot, asked_in).code == second
    assert second in ward.read(MessageKind.QUESTION)
    ward.advance(minutes=1)
    ward.says(f"{first} es en el talón izquierdo")
    with ward.store.snapshot() as snapshot:
        case = case_by_code(snapshot, second)
        assert case
        assert case.site is None
    assert _words(ward, first) == ["sacro", f"{first} es en el talón izquierdo"]


def test_a_result_says_which_of_several_photos_were_not_read(ward: QuietWard) -> None:
    """The one that was too dark may show the worst: nobody may take it for seen."""
    ward.says("Sacro", photos=1)
    with ward.store.snapshot() as snapshot:
        id = str(snapshot.value(select(t.cases.c.id)))
    ward.advance(seconds=5)
    ward.says("", photos=1)
    ward.has_failed_to_read(id)
    assert ward.read(MessageKind.RESULT) == ""
    with ward.transaction() as tx:
        first = photos_of_case(tx, id)[0]
        assert lose_photo(tx, first, "photo_missing", "test")
    ward.advance(seconds=5)
    ward.says("", photos=1)
    ward.has_read(id, Category.I)
    told = ward.read(MessageKind.RESULT)
    assert "Otras 2 fotos no se pudieron leer y pueden mostrar algo más grave" in told
    assert "lo más grave" not in told
    assert "2 more photos could not be read" in ward.read(MessageKind.RESULT, Language.EN)
