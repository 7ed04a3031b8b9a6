"""Words and files cross between the nurse's thread and the clinicians'."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.actions.bridge import tell_not_passed
from bot.actions.choosing import press_answer
from bot.actions.escalating import climb_ladder
from bot.channels.wording import Wording
from bot.core.assessment import Category
from bot.core.case import FETCH_LEASE
from bot.core.choice import ACTION_PREFIX, choices_in
from bot.core.inbound import AttachmentKind, Channel, Press
from bot.core.message import MessageKind
from bot.core.passed_file import FileKind, FileStatus, NotPassed
from bot.core.staff import Language
from bot.core.watch import Late
from bot.settings import CHECKOUT
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import open_escalations
from bot.store.late_rows import oldest_due
from bot.store.outbox_rows import claim_message
from bot.store.passed_file_rows import claim_file, due_files, lose_file, store_file
from bot.store.photo_rows import photos_of_case, picture
from bot.store.said_rows import Outgoing, cards_of, message_by_id
from bot.store.transaction import Transaction
from tests.actions.conftest import QuietWard

PHOTO, VOICE = AttachmentKind.PHOTO, AttachmentKind.VOICE


def _emergency(ward: QuietWard) -> tuple[str, str]:
    """A case whose card was posted: its id, and what Slack calls the card."""
    ward.says("fiebre de 39 y confusa", photos=1)
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        (card,) = cards_of(snapshot, escalation.case_id)
    return escalation.case_id, card.provider_id or ""


def _said(ward: QuietWard, kind: MessageKind) -> list[Outgoing]:
    with ward.store.snapshot() as snapshot:
        rows = select(t.outbox.c.id).where(t.outbox.c.kind == kind).order_by(t.outbox.c.seq)
        return [message_by_id(snapshot, row.id) for row in snapshot.all(rows)]


def _count(ward: QuietWard, table) -> int:  # type: ignore[no-untyped-def]
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(table)))


def _lose(tx: Transaction, id: str, why: NotPassed) -> None:
    file = claim_file(tx, id, FETCH_LEASE, "system:test")
    assert file
    assert lose_file(tx, file, why, "system:test")
    tell_not_passed(tx, file, why)


def test_a_clinicians_pictures_go_to_the_nurse_each_once(ward: QuietWard) -> None:
    """Two pictures with words: the words at once, each picture when it is safe, told apart."""
    case_id, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "Colóquelo así", "C1", card, PHOTO, PHOTO)
    assert "Colóquelo así" in ward.read(MessageKind.FROM_CLINICIAN)
    assert _said(ward, MessageKind.CLINICIAN_PICTURE) == []
    ward.carry_everything(b"a drawing")
    ward.carry_everything(b"a drawing")
    sent = _said(ward, MessageKind.CLINICIAN_PICTURE)
    assert [one.message.facts["number"] for one in sent] == [1, 2]
    assert {one.thread.address.to for one in sent} == {"+56911110001"}
    assert "*Bruno* envía una imagen" in ward.read(MessageKind.CLINICIAN_PICTURE)
    assert "*Bruno* sends a picture" in ward.read(MessageKind.CLINICIAN_PICTURE, Language.EN)
    with ward.store.snapshot() as snapshot:
        assert picture(snapshot, sent[0].message.picture or "") == b"a drawing"
        assert len(photos_of_case(snapshot, case_id)) == 1
    assert _said(ward, MessageKind.STAYED_HERE) == []


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_its_own_words_for_each_kind_of_file(language: Language) -> None:
    """Short enough for a phone, and never the same for two reasons."""
    wording = Wording(CHECKOUT / "templates")
    for kind in FileKind:
        facts = [{"code": "7K2M", "file": kind, "number": 1, "why": why} for why in NotPassed]
        told = [
            wording.words(MessageKind.NOT_PASSED, Channel.SLACK, language, one).text
            for one in facts
        ]
        assert len(set(told)) == len(NotPassed)
        assert all("7K2M" in words and len(words) < 300 for words in told)


def test_a_picture_without_words_crosses_and_no_empty_note_with_it(ward: QuietWard) -> None:
    """A drawing says enough."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "", "C1", card, PHOTO)
    ward.carry_everything()
    assert len(_said(ward, MessageKind.CLINICIAN_PICTURE)) == 1
    assert _said(ward, MessageKind.FROM_CLINICIAN) == []


def test_what_is_marked_private_keeps_its_pictures_among_clinicians(ward: QuietWard) -> None:
    """It is not even fetched."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "// ¿usted qué ve?", "C1", card, PHOTO)
    assert _count(ward, t.passed_files) == 0
    assert "Queda entre profesionales" in ward.read(MessageKind.STAYED_HERE)


def test_a_document_stays_and_the_picture_beside_it_crosses(ward: QuietWard) -> None:
    """Its author is told what does cross."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "", "C1", card, AttachmentKind.DOCUMENT, PHOTO)
    assert "Envíelo como imagen" in ward.read(MessageKind.STAYED_HERE)
    assert _count(ward, t.passed_files) == 1


@pytest.mark.parametrize("why", NotPassed)
def test_a_picture_that_cannot_cross_is_told_to_its_author_alone(
    ward: QuietWard, why: NotPassed
) -> None:
    """What to do is named, and the nurse is not bothered."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "mire esto", "C1", card, PHOTO)
    with ward.transaction() as tx:
        (id,) = due_files(tx, ward.now)
        _lose(tx, id, why)
    (told,) = _said(ward, MessageKind.NOT_PASSED)
    assert told.message.only_to == "U0DOCTOR"
    assert told.thread.address.to == "C1"
    words = ward.read(MessageKind.NOT_PASSED)
    assert "suba" in words or "subirlo" in words or "Envíe" in words
    assert _said(ward, MessageKind.CLINICIAN_PICTURE) == []


def test_a_voice_note_goes_under_every_card_and_the_nurse_learns_what_is_so(
    ward: QuietWard,
) -> None:
    """It is marked with her name; she is told that nobody may have heard it yet."""
    case_id, _ = _emergency(ward)
    ward.advance(minutes=6)
    with ward.transaction() as tx:
        (escalation,) = open_escalations(tx)
        climb_ladder(tx, escalation.id, ward.rules)
    ward.says("", other=VOICE)
    assert "Puede que aún nadie lo haya oído" in ward.read(MessageKind.VOICE_PASSED)
    ward.carry_everything(b"a voice")
    under = {one.message.under for one in _said(ward, MessageKind.NURSE_VOICE)}
    with ward.store.snapshot() as snapshot:
        assert under == {card.id for card in cards_of(snapshot, case_id)}
    assert len(under) == 2
    assert "*Ana* envía un audio" in ward.read(MessageKind.NURSE_VOICE)
    assert "*Ana* sends a voice note" in ward.read(MessageKind.NURSE_VOICE, Language.EN)
    assert "Nobody may have heard it" in ward.read(MessageKind.VOICE_PASSED, Language.EN)


def test_a_voice_note_of_a_case_without_a_card_waits_for_one(ward: QuietWard) -> None:
    """Nobody has heard it, and the nurse reads that it is kept; a later card has it in its
    thread."""
    ward.sends_seen_as("talón izquierdo, sin fiebre", Category.I)
    assert _said(ward, MessageKind.CARD) == []
    ward.says("", other=VOICE)
    ward.carry_everything()
    assert "*Nadie lo ha oído* aún" in ward.read(MessageKind.VOICE_PASSED)
    assert "kept in *case" in ward.read(MessageKind.VOICE_PASSED, Language.EN)
    assert _said(ward, MessageKind.NURSE_VOICE) == []
    ward.says("ahora tiene fiebre de 39 y está confusa")
    (voice,), (card,) = _said(ward, MessageKind.NURSE_VOICE), _said(ward, MessageKind.CARD)[:1]
    assert voice.message.under == card.id


def test_a_voice_note_that_belongs_to_no_case_is_not_fetched(ward: QuietWard) -> None:
    """With nothing open nobody could hear it, and the nurse is told so."""
    ward.says("", other=VOICE)
    assert "nadie lo ha oído" in ward.read(MessageKind.CANNOT_READ)
    assert _count(ward, t.passed_files) == 0


def _two_cases(ward: QuietWard) -> tuple[str, str]:
    """The codes of two open cases, the older first."""
    ward.says("sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("talón", photos=1)
    ward.advance(minutes=5)
    first, second = (one.message.facts["code"] for one in _said(ward, MessageKind.RECEIVED))
    return str(first), str(second)


def _case_of_voice(ward: QuietWard) -> str:
    """Its code."""
    with ward.store.snapshot() as snapshot:
        return case_by_id(snapshot, snapshot.value(select(t.passed_files.c.case_id))).code


@pytest.mark.parametrize("words", ["", "mide 3 cm", "gracias"])
def test_a_voice_note_that_could_belong_to_two_cases_waits_for_the_press(
    ward: QuietWard, words: str
) -> None:
    """As words do, and the nurse reads meanwhile that nobody has heard it; then the clinicians of
    the case that she chose have it."""
    first, _ = _two_cases(ward)
    ward.says("fiebre de 39 y confusa, caso " + first)
    ward.says(words, other=VOICE)
    assert "*nadie ha oído su audio*" in ward.read(MessageKind.WHICH_CASE)
    assert "*nobody has heard your voice note*" in ward.read(MessageKind.WHICH_CASE, Language.EN)
    assert (_count(ward, t.passed_files), _said(ward, MessageKind.CANNOT_READ)) == (0, [])
    ward.taps(first, MessageKind.WHICH_CASE)
    assert _case_of_voice(ward) == first
    assert f"va a los profesionales del *caso {first}*" in ward.read(MessageKind.VOICE_PASSED)
    assert len(_said(ward, MessageKind.TEXT_ADDED)) == 1 + bool(words)
    ward.carry_everything(b"a voice")
    (voice,), (card,) = _said(ward, MessageKind.NURSE_VOICE), _said(ward, MessageKind.CARD)[:1]
    assert voice.message.under == card.id


def test_a_voice_note_waits_for_one_press_only(ward: QuietWard) -> None:
    """A second tap is told, and the note stays where it went."""
    first, second = _two_cases(ward)
    ward.says("", other=VOICE)
    ward.taps(first, MessageKind.WHICH_CASE)
    ward.taps(second, MessageKind.WHICH_CASE)
    assert "ya estaba respondida" in ward.read()
    assert (_count(ward, t.passed_files), _case_of_voice(ward)) == (1, first)


def test_with_too_many_cases_to_choose_from_the_nurse_is_told_to_send_it_again(
    ward: QuietWard,
) -> None:
    """Nothing was kept, and she reads how it finds its case."""
    for _ in range(11):
        ward.says("sacro", photos=1)
        ward.advance(minutes=1)
    ward.says("", other=VOICE)
    assert "envíe el audio otra vez" in ward.read(MessageKind.WHICH_CASE)


@pytest.mark.parametrize("voice_first", [False, True])
def test_a_voice_note_sent_with_a_photo_belongs_to_the_photos_case(
    ward: QuietWard, voice_first: bool
) -> None:
    """WhatsApp brings them as two messages, in either order; two other cases are open."""
    known = _two_cases(ward)
    for is_voice in (voice_first, not voice_first):
        ward.says("", other=VOICE if is_voice else None, photos=not is_voice)
        ward.advance(seconds=4)
    third = str(_said(ward, MessageKind.RECEIVED)[-1].message.facts["code"])
    assert third not in known
    assert _case_of_voice(ward) == third
    assert f"queda en el *caso {third}*" in ward.read(MessageKind.VOICE_PASSED)


def test_a_voice_note_in_one_message_with_the_photo_is_told_to_be_kept_with_it(
    ward: QuietWard,
) -> None:
    """As Slack sends them; a card of that case brings it to the clinicians."""
    _two_cases(ward)
    ward.writes_in_slack("U0NURSE1", "", "C9", None, PHOTO, VOICE)
    third = str(_said(ward, MessageKind.RECEIVED)[-1].message.facts["code"])
    assert _case_of_voice(ward) == third
    assert _said(ward, MessageKind.CANNOT_READ) == []


def test_a_photo_minutes_later_does_not_take_a_waiting_voice_note(ward: QuietWard) -> None:
    """Whose it is she still says herself."""
    first, _ = _two_cases(ward)
    ward.says("", other=VOICE)
    ward.advance(minutes=2)
    ward.says("", photos=1)
    assert _count(ward, t.passed_files) == 0
    ward.taps(first, MessageKind.WHICH_CASE)
    assert _case_of_voice(ward) == first


def test_a_voice_note_that_was_kept_and_cannot_be_had_is_told_without_a_card(
    ward: QuietWard,
) -> None:
    """She had been told that it is kept."""
    ward.sends_seen_as("talón izquierdo, sin fiebre", Category.I)
    ward.says("", other=VOICE)
    with ward.transaction() as tx:
        (id,) = due_files(tx, ward.now)
        _lose(tx, id, NotPassed.GONE)
    assert "*Nadie lo ha oído.*" in ward.read(MessageKind.NOT_PASSED)


def test_a_file_that_was_deleted_already_is_told_to_its_author(ward: QuietWard) -> None:
    """To the nurse in her thread, to a clinician under the card; the words beside it count."""
    ward.writes_in_slack("U0NURSE1", "fiebre de 39 y confusa", "C9", "77.1", AttachmentKind.GONE)
    (told,) = _said(ward, MessageKind.CANNOT_READ)
    assert (told.thread.address.to, told.thread.address.thread) == ("C9", "77.1")
    assert "ya estaba borrado" in ward.read(MessageKind.CANNOT_READ)
    assert "deleted already" in ward.read(MessageKind.CANNOT_READ, Language.EN)
    ward.post_everything()
    card = ward.sent_as(MessageKind.CARD)
    ward.writes_in_slack("U0DOCTOR", "voy", "C1", card, AttachmentKind.GONE)
    assert "ya estaba borrado" in ward.read(MessageKind.STAYED_HERE)
    assert "voy" in ward.read(MessageKind.FROM_CLINICIAN)


@pytest.mark.parametrize("other", [VOICE, AttachmentKind.DOCUMENT, AttachmentKind.GONE])
def test_words_beside_a_file_are_said_to_be_lost_where_nothing_is_open(
    ward: QuietWard, other: AttachmentKind
) -> None:
    """The answer to the file says nothing of them."""
    ward.says("sacro, mide 3 cm", other=other)
    assert "Eso no quedó en ningún caso" in ward.read(MessageKind.HELP)
    assert len(_said(ward, MessageKind.CANNOT_READ)) == 1
    ward.says("gracias", other=other)
    assert len(_said(ward, MessageKind.HELP)) == 1


def test_a_reply_says_whose_voice_note_it_is(ward: QuietWard) -> None:
    """Two cases are open, and the nurse answers a message of one of them."""
    ward.says("sacro", photos=1)
    ward.advance(minutes=5)
    ward.says("talón", photos=1)
    ward.post_everything()
    first = _said(ward, MessageKind.RECEIVED)[0]
    ward.says("", other=VOICE, to=first.provider_id or "")
    with ward.store.snapshot() as snapshot:
        assert snapshot.value(select(t.passed_files.c.case_id)) == first.case_id


def test_a_voice_note_that_is_none_is_told_to_the_nurse(ward: QuietWard) -> None:
    """She had been told that it goes to the clinicians."""
    _emergency(ward)
    ward.says("", other=VOICE)
    with ward.transaction() as tx:
        (id,) = due_files(tx, ward.now)
        _lose(tx, id, NotPassed.OTHER_KIND)
    assert "*Nadie lo ha oído.*" in ward.read(MessageKind.NOT_PASSED)
    (told,) = _said(ward, MessageKind.NOT_PASSED)
    assert (told.message.only_to, told.thread.address.to) == (None, "+56911110001")


@pytest.mark.parametrize("other", [AttachmentKind.VIDEO, AttachmentKind.DOCUMENT])
def test_a_video_and_a_document_keep_their_answers(ward: QuietWard, other: AttachmentKind) -> None:
    """Neither crosses, with a card or without."""
    _emergency(ward)
    ward.says("", other=other)
    assert len(_said(ward, MessageKind.CANNOT_READ)) == 1
    assert _count(ward, t.passed_files) == 0


def test_a_further_photo_reaches_the_card_that_was_posted(ward: QuietWard) -> None:
    """The second photo of the case is shown under the card like the first."""
    case_id, _ = _emergency(ward)
    ward.has_read(case_id, Category.III)
    with ward.store.snapshot() as snapshot:
        code = case_by_id(snapshot, case_id).code
    ward.advance(seconds=30)
    ward.says(f"{code}, otro ángulo", photos=1)
    ward.has_read(case_id, Category.III)
    with ward.store.snapshot() as snapshot:
        photos = {f"photo:{photo.id}" for photo in photos_of_case(snapshot, case_id)}
    assert len(photos) == 2
    assert {one.message.picture for one in _said(ward, MessageKind.CARD_PHOTO)} == photos


def test_a_file_on_its_way_is_due_leased_and_late(ward: QuietWard) -> None:
    """The sweep finds it again when its worker died, and the auditor sees that it waits."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "", "C1", card, PHOTO)
    arrived = ward.now
    with ward.transaction() as tx:
        (id,) = due_files(tx, ward.now)
        assert claim_file(tx, id, FETCH_LEASE, "system:test")
        assert claim_file(tx, id, FETCH_LEASE, "system:test") is None
        assert due_files(tx, ward.now) == []
        assert oldest_due(tx, ward.now)[Late.FILE] == arrived + FETCH_LEASE
    ward.now += FETCH_LEASE + timedelta(seconds=1)
    with ward.transaction() as tx:
        assert due_files(tx, ward.now) == [id]
        again = claim_file(tx, id, FETCH_LEASE, "system:test")
        assert again
        assert again.kind is FileKind.PICTURE
        assert again.attempts == 2
        assert store_file(tx, again, b"x", forget=False, actor="system:test")
        assert not store_file(tx, again, b"y", forget=False, actor="system:test")
        assert oldest_due(tx, ward.now)[Late.FILE] is None
        assert tx.value(select(t.passed_files.c.status)) is FileStatus.STORED


def test_an_answer_can_be_pressed_before_its_question_is_noted_as_posted(
    ward: QuietWard,
) -> None:
    """Slack shows the buttons a moment earlier than the house knows what Slack called them."""
    ward.writes_in_slack("U0NURSE1", "braden", "D1", None)
    (question,) = _said(ward, MessageKind.SCALE_QUESTION)
    first = choices_in(question.message.facts)[0]

    def press(id: str) -> None:
        pressed = Press(id, "U0NURSE1", f"{ACTION_PREFIX}1", first.payload, "D1", "1790.1")
        with ward.transaction() as tx:
            press_answer(tx, pressed, ward.rules)

    press("before it was sent")
    assert len(_said(ward, MessageKind.PRESS_REFUSED)) == 1
    with ward.transaction() as tx:
        assert claim_message(tx, question.id)
    press("while it is being sent")
    assert len(_said(ward, MessageKind.PRESS_REFUSED)) == 1
    assert "2 de 6" in ward.read()


def test_a_picture_that_a_clinician_adds_by_an_edit_goes_without_the_words_again(
    ward: QuietWard,
) -> None:
    """The nurse has them already; what is said anew under the card reaches her."""
    _, card = _emergency(ward)
    ward.writes_in_slack("U0DOCTOR", "Colóquelo así", "C1", card)
    ward.writes_in_slack("U0DOCTOR", "Colóquelo así", "C1", card, PHOTO, before="Colóquelo así")
    ward.carry_everything()
    assert len(_said(ward, MessageKind.FROM_CLINICIAN)) == 1
    assert len(_said(ward, MessageKind.CLINICIAN_PICTURE)) == 1
    ward.writes_in_slack("U0DOCTOR", "Colóquelo de lado", "C1", card, before="Colóquelo así")
    assert len(_said(ward, MessageKind.FROM_CLINICIAN)) == 2
