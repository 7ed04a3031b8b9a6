"""What a nurse writes to Vigia in Slack: in a thread, with a file shown before, and edited."""

from sqlalchemy import func, select

from bot.core.message import MessageKind
from bot.core.urgency import Urgency
from bot.store import tables as t
from bot.store.escalation_rows import open_escalations
from tests.actions.conftest import QuietWard

NURSE, DOCTOR, DIRECT, HALL = "U0NURSE1", "U0DOCTOR", "D0NURSE1", "C9"


def _count(ward: QuietWard, kind: MessageKind) -> int:
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.kind == kind)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _cases(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(t.cases)))


def _urgencies(ward: QuietWard) -> list[Urgency]:
    with ward.store.snapshot() as snapshot:
        return [one.urgency for one in open_escalations(snapshot)]


def _two_cases(ward: QuietWard) -> tuple[str, str]:
    """The timestamps of the two photos of two open cases in the direct messages."""
    first = ward.writes_in_slack(NURSE, "sacro", DIRECT, None, file="F1")
    ward.post_everything(DIRECT)
    ward.advance(minutes=5)
    second = ward.writes_in_slack(NURSE, "talón", DIRECT, None, file="F2")
    return first, second


def test_a_reply_in_a_thread_of_the_direct_messages_belongs_to_the_case_it_answers(
    ward: QuietWard,
) -> None:
    """Vigia asks to answer the message of a case: in Slack that is a thread under it."""
    _two_cases(ward)
    received = ward.sent_as(MessageKind.RECEIVED)
    ward.post_everything(DIRECT)
    second = ward.sent_as(MessageKind.RECEIVED)
    assert received != second
    ward.writes_in_slack(NURSE, "mide 3 cm", DIRECT, second)
    assert _count(ward, MessageKind.TEXT_ADDED) == 1
    ward.writes_in_slack(NURSE, "ahora tiene fiebre de 39,5 y está confuso", DIRECT, second)
    assert _urgencies(ward) == [Urgency.EMERGENCY]
    assert _cases(ward) == 2


def test_a_reply_under_ones_own_photo_belongs_to_its_case(ward: QuietWard) -> None:
    """In Slack in a thread, in WhatsApp with the reply mark."""
    first, _ = _two_cases(ward)
    ward.writes_in_slack(NURSE, "mide 3 cm", DIRECT, first)
    assert _count(ward, MessageKind.TEXT_ADDED) == 1
    ward.says("", photos=1, id="SMfirst")
    ward.advance(minutes=5)
    ward.says("Talón", photos=1)
    ward.says("mide 4 cm", to="SMfirst")
    assert _count(ward, MessageKind.TEXT_ADDED) == 2
    assert _count(ward, MessageKind.WHICH_CASE) == 0


def test_a_thread_under_any_other_message_sees_the_cases_of_the_direct_messages(
    ward: QuietWard,
) -> None:
    """There too a code names the case, and no words are overheard."""
    _two_cases(ward)
    ward.writes_in_slack(NURSE, "mide 3 cm", DIRECT, None)
    ward.post_everything(DIRECT)
    asked = ward.sent_as(MessageKind.WHICH_CASE)
    with ward.store.snapshot() as snapshot:
        code = snapshot.value(select(t.cases.c.code).limit(1))
    ward.writes_in_slack(NURSE, f"{code} mide 3 cm", DIRECT, asked)
    assert _count(ward, MessageKind.TEXT_ADDED) == 1
    ward.writes_in_slack(NURSE, "mide 5 cm", DIRECT, "1.1")
    assert _count(ward, MessageKind.WHICH_CASE) == 2


def test_an_answer_typed_under_its_question_in_the_direct_messages_counts(ward: QuietWard) -> None:
    """As if it were typed beside it."""
    ward.writes_in_slack(NURSE, "braden", DIRECT, None)
    ward.post_everything(DIRECT)
    ward.writes_in_slack(NURSE, "1", DIRECT, ward.sent_as(MessageKind.SCALE_QUESTION))
    assert _count(ward, MessageKind.SCALE_QUESTION) == 3


def test_a_photo_shown_again_brings_its_words_to_its_case(ward: QuietWard) -> None:
    """Slack lets a person post a file anew: a danger beside it was never said before."""
    ward.writes_in_slack(NURSE, "", DIRECT, None, file="F1")
    ward.writes_in_slack(NURSE, "ahora tiene fiebre de 39,5 y está confuso", HALL, "7.7", file="F1")
    assert _urgencies(ward) == [Urgency.EMERGENCY]
    assert _cases(ward) == 1


def test_a_photo_shown_again_without_words_is_said_to_be_known(ward: QuietWard) -> None:
    """To its sender and to a colleague, and no other case is opened."""
    ward.writes_in_slack(NURSE, "", DIRECT, None, file="F1")
    ward.writes_in_slack(NURSE, "", DIRECT, None, file="F1")
    ward.writes_in_slack(DOCTOR, "", HALL, "7.7", file="F1")
    assert _count(ward, MessageKind.PHOTO_KNOWN) == 2
    assert _cases(ward) == 1


def test_an_edit_counts_where_it_adds_a_danger(ward: QuietWard) -> None:
    """Whoever corrects 36 to 39 has said a fever; whoever mends a letter has said nothing."""
    ts = ward.writes_in_slack(NURSE, "sacro, temp 36,8", DIRECT, None, file="F1")
    ward.writes_in_slack(NURSE, "Sacro, temp 36,8", DIRECT, ts, before="sacro, temp 36,8")
    assert _count(ward, MessageKind.TEXT_ADDED) == 0
    ward.writes_in_slack(NURSE, "sacro, temp 39,8 y confuso", DIRECT, ts, before="sacro, temp 36,8")
    assert _urgencies(ward) == [Urgency.EMERGENCY]
    ward.writes_in_slack(
        NURSE, "sacro, temp 39,8 y confuso.", DIRECT, ts, before="sacro, temp 39,8 y confuso"
    )
    assert _cases(ward) == 1
    assert _count(ward, MessageKind.TEXT_ADDED) == 1


def test_who_writes_in_the_thread_of_a_case_is_named_under_its_card(ward: QuietWard) -> None:
    """A colleague of the nurse may be the one who saw it."""
    ward.writes_in_slack(NURSE, "fiebre de 39,5 y confuso", HALL, "7.7", file="F1")
    ward.post_everything()
    ward.writes_in_slack("U0CHARGE", "se ve más oscura", HALL, "7.7")
    noted = ward.read(MessageKind.FROM_NURSE)
    assert "Elena" in noted
    assert "Ana" not in noted
