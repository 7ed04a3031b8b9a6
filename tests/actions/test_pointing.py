"""A person points at a message in Slack: read this wound."""

from sqlalchemy import func, select

from bot.actions.intake import receive
from bot.actions.pointing import read_wound
from bot.actions.undelivered import give_up
from bot.core.inbound import Attachment, AttachmentKind, Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.staff import Language, Role
from bot.store import tables as t
from bot.store.outbox_rows import claim_message
from bot.store.said_rows import Outgoing, cards_of, due_messages, message_by_id
from bot.store.staff_rows import all_staff
from bot.store.thread_rows import direct_address
from tests.actions.conftest import QuietWard

PLACE = Address("C0HERIDAS", "7.5")


def a_message(
    ward: QuietWard, user: str, *files: str, text: str = "", address: Address = PLACE, id: str = ""
) -> InboundMessage:
    ward._count += 1
    photos = tuple(Attachment(f"slack-file:{f}", AttachmentKind.PHOTO, "image/jpeg") for f in files)
    trigger = id or f"trigger{ward._count}"
    return InboundMessage(
        trigger, Channel.SLACK, user, address, text, photos, ward.now, addressed=True
    )


def points(
    ward: QuietWard, user: str, *files: str, text: str = "", address: Address = PLACE
) -> None:
    with ward.transaction() as tx:
        read_wound(tx, a_message(ward, user, *files, text=text, address=address), ward.rules)


def cases(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(t.cases)))


def last(ward: QuietWard, kind: MessageKind) -> Outgoing:
    query = select(t.outbox.c.id).where(t.outbox.c.kind == kind).order_by(t.outbox.c.seq.desc())
    with ward.store.snapshot() as snapshot:
        return message_by_id(snapshot, snapshot.value(query))


def test_a_photo_becomes_a_case_of_who_pointed_at_it(ward: QuietWard) -> None:
    """Answered in the message's thread, as if that nurse had posted it."""
    points(ward, "U0NURSE1", "F1", text="sacro, mal olor")
    assert cases(ward) == 1
    assert last(ward, MessageKind.RECEIVED).thread.address == PLACE
    with ward.store.snapshot() as snapshot:
        (nurse,) = all_staff(snapshot, Role.NURSE)
        assert snapshot.value(select(t.cases.c.nurse_id)) == nurse.id


def test_a_photo_that_is_known_opens_no_other_case(ward: QuietWard) -> None:
    """Whoever points at it again learns privately which case it is."""
    points(ward, "U0NURSE1", "F1")
    points(ward, "U0WOUND1", "F1")
    assert cases(ward) == 1
    assert last(ward, MessageKind.PHOTO_KNOWN).thread.address == Address("U0WOUND1")
    with ward.store.snapshot() as snapshot:
        code = str(snapshot.value(select(t.cases.c.code)))
    assert code in ward.read(MessageKind.PHOTO_KNOWN)


def test_only_who_may_look_at_the_case_is_told_how(ward: QuietWard) -> None:
    """The command would tell another nurse that there is no such case."""
    points(ward, "U0WOUND1", "F1")
    points(ward, "U0NURSE1", "F1")
    assert "/vigia caso" not in ward.read(MessageKind.PHOTO_KNOWN)
    points(ward, "U0WOUND1", "F1")
    assert "/vigia caso" in ward.read(MessageKind.PHOTO_KNOWN)


def test_a_photo_posted_by_its_nurse_is_known_too(ward: QuietWard) -> None:
    """Where Vigia is in the channel, the photo was taken in when it was posted."""
    with ward.transaction() as tx:
        receive(tx, a_message(ward, "U0NURSE1", "F1", id="C0HERIDAS:7.5"), ward.rules)
    points(ward, "U0NURSE1", "F1")
    assert cases(ward) == 1
    assert "ya está en el *caso" in ward.read(MessageKind.PHOTO_KNOWN)


def test_a_message_without_a_photo_gets_a_private_word(ward: QuietWard) -> None:
    """Nothing is opened, and the channel hears nothing."""
    points(ward, "U0NURSE1", text="¿quién cubre la noche?")
    assert cases(ward) == 0
    assert last(ward, MessageKind.NO_PHOTO_THERE).thread.address == Address("U0NURSE1")
    assert "no trae una foto" in ward.read(MessageKind.NO_PHOTO_THERE)


def test_a_danger_in_a_message_without_a_photo_is_triaged(ward: QuietWard) -> None:
    """Who points at it asks for help with it."""
    points(ward, "U0NURSE1", text="fiebre 39 y confuso")
    assert cases(ward) == 1
    assert "Emergencia" in ward.card()


def test_a_danger_by_its_sound_is_triaged_too(ward: QuietWard) -> None:
    """Among colleagues it is talk; once somebody points at it, it is meant for Vigia."""
    points(ward, "U0NURSE1", text="la veo muy mal, como ida")
    assert cases(ward) == 1
    assert "Emergencia" in ward.card()


def test_the_pictures_under_a_card_are_of_its_case(ward: QuietWard) -> None:
    """No new case, and no word to the nurse."""
    ward.says("fiebre de 39 y confuso")
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        card = cards_of(snapshot, snapshot.value(select(t.cases.c.id)))[0]
    points(ward, "U0DOCTOR", "F9", text="contorno", address=Address("C1", card.provider_id))
    assert cases(ward) == 1
    assert "ya está en el *caso" in ward.read(MessageKind.PHOTO_KNOWN)
    assert ward.read(MessageKind.FROM_CLINICIAN) == ""


def test_a_stranger_is_told_privately(ward: QuietWard) -> None:
    """No case, and nothing in the channel; an enrolled colleague may still point at it."""
    points(ward, "U0STRANGER", "F1", text="fiebre 39 y confuso")
    assert cases(ward) == 0
    assert last(ward, MessageKind.NOT_ENROLLED).thread.address == Address("U0STRANGER")
    points(ward, "U0NURSE1", "F1")
    assert cases(ward) == 1


def test_where_vigia_is_not_in_the_channel_the_answer_comes_directly(ward: QuietWard) -> None:
    """Slack refuses the post there; the nurse reads it in the direct messages."""
    points(ward, "U0NURSE1", "F1")
    with ward.transaction() as tx:
        for _, id in due_messages(tx, ward.now):
            outgoing = claim_message(tx, id)
            if outgoing and outgoing.message.kind is MessageKind.RECEIVED:
                give_up(tx, outgoing, "not_in_channel", ward.rules)
    assert last(ward, MessageKind.RECEIVED).thread.address == Address("U0NURSE1")


def test_a_picture_under_a_card_that_is_being_posted_is_not_read_as_a_wound(
    ward: QuietWard,
) -> None:
    """Whoever points at it is asked to do so again; a photo outside a thread is read at once."""
    ward.says("fiebre de 39 y confuso")
    with ward.transaction() as tx:
        for _, id in due_messages(tx, ward.now):
            claim_message(tx, id)
    points(ward, "U0DOCTOR", "F7", address=Address("C1", "1764200000.000100"))
    assert cases(ward) == 1
    assert "otra vez en unos segundos" in ward.read(MessageKind.NO_PHOTO_THERE)
    assert "again in a few seconds" in ward.read(MessageKind.NO_PHOTO_THERE, Language.EN)
    points(ward, "U0NURSE1", "F8", address=Address("C1", f"{ward.now.timestamp():.6f}"))
    assert cases(ward) == 2


def test_what_is_pointed_at_in_a_talk_of_two_is_answered_where_vigia_can_speak(
    ward: QuietWard,
) -> None:
    """Vigia is not in the direct messages of two colleagues: everything it says to that nurse goes
    on in its own conversation with her."""
    points(ward, "U0NURSE1", "F1", text="sacro", address=Address("D0TALKOF2"))
    points(ward, "U0NURSE1", "F2", text="talón", address=Address("D0TALKOF2", "5.5"))
    assert cases(ward) == 2
    ward.writes_in_slack("U0NURSE1", "hola", "D0NURSE1", None)
    assert last(ward, MessageKind.COURTESY).thread.address == Address("D0NURSE1")
    with ward.store.snapshot() as snapshot:
        (nurse,) = all_staff(snapshot, Role.NURSE)
        assert direct_address(snapshot, nurse.id, "U0NURSE1") == Address("D0NURSE1")
        query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.RECEIVED)
        said = [message_by_id(snapshot, row.id).thread for row in snapshot.all(query)]
    assert {one.address for one in said} == {Address("D0NURSE1")}
