"""What is written under a card that Slack shows already, and that the house does not know yet."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.actions.early_replies import hear_message, take_up_replies
from bot.actions.undelivered import give_up
from bot.core.early_reply import DANGER_WAITS, LOOK_AGAIN
from bot.core.inbound import AttachmentKind, Channel, InboundMessage
from bot.core.message import MessageKind
from bot.core.ports import Address
from bot.core.watch import Late
from bot.store import tables as t
from bot.store.early_reply_rows import threads_with_replies_due
from bot.store.inbound_rows import texts_of_case
from bot.store.late_rows import oldest_due
from bot.store.outbox_rows import claim_message, mark_sent
from bot.store.said_rows import Outgoing, due_messages, message_by_id
from tests.actions.conftest import QuietWard

PHOTO = AttachmentKind.PHOTO
TS, ELSEWHERE = "1764200000.000100", "1764100000.000100"


def _posting(ward: QuietWard) -> Outgoing:
    """The card of an emergency that was handed to Slack, whose answer has not come."""
    ward.says("fiebre de 39 y confusa", photos=1)
    cards = []
    with ward.transaction() as tx:
        for _, id in due_messages(tx, ward.now):
            outgoing = claim_message(tx, id)
            if outgoing and outgoing.message.kind is MessageKind.CARD:
                cards.append(outgoing)
            elif outgoing:
                mark_sent(tx, outgoing, f"ts-{id}", "C1", "sent")
    (card,) = cards
    return card


def _is_noted(ward: QuietWard, card: Outgoing) -> None:
    with ward.transaction() as tx:
        assert mark_sent(tx, card, TS, "C1", "sent")


def _sweeps(ward: QuietWard, *, after: float = LOOK_AGAIN.total_seconds()) -> None:
    ward.advance(seconds=after)
    with ward.store.snapshot() as snapshot:
        due = threads_with_replies_due(snapshot, ward.now)
    for root in due:
        with ward.transaction() as tx:
            take_up_replies(tx, root, ward.rules)


def _notes(ward: QuietWard) -> list[object]:
    query = select(t.outbox.c.id).where(t.outbox.c.kind == MessageKind.FROM_CLINICIAN)
    with ward.store.snapshot() as snapshot:
        ids = [row.id for row in snapshot.all(query.order_by(t.outbox.c.seq))]
        return [message_by_id(snapshot, id).message.facts["text"] for id in ids]


def _counts(ward: QuietWard, *tables) -> Sequence[int]:  # type: ignore[no-untyped-def]
    with ward.store.snapshot() as snapshot:
        return [int(snapshot.value(select(func.count()).select_from(one))) for one in tables]


def test_words_and_a_picture_wait_for_their_card_and_cross_once(ward: QuietWard) -> None:
    """They open no case, are no photo of a nurse's, and the sweep may look as often as it likes."""
    card = _posting(ward)
    ward.writes_in_slack("U0DOCTOR", "Con fiebre de 39, a la UTI", "C1", TS)
    ward.advance(seconds=1)
    ward.writes_in_slack("U0DOCTOR", "Colóquelo así", "C1", TS, PHOTO)
    _sweeps(ward)
    assert _notes(ward) == []
    _is_noted(ward, card)
    for _ in range(2):
        _sweeps(ward)
    assert _notes(ward) == ["Con fiebre de 39, a la UTI", "Colóquelo así"]
    assert _counts(ward, t.cases, t.photos, t.passed_files, t.early_replies) == [1, 1, 1, 0]


def test_what_stays_among_clinicians_stays_there_when_it_comes_early(ward: QuietWard) -> None:
    """The private mark holds, and its author is told."""
    card = _posting(ward)
    ward.writes_in_slack("U0DOCTOR", "// ¿usted qué ve?", "C1", TS, PHOTO)
    _is_noted(ward, card)
    _sweeps(ward)
    assert _notes(ward) == []
    assert "Queda entre profesionales" in ward.read(MessageKind.STAYED_HERE)
    assert _counts(ward, t.passed_files) == [0]


def test_a_later_reply_does_not_overtake_an_early_one(ward: QuietWard) -> None:
    """The nurse reads them in the order in which they were written."""
    card = _posting(ward)
    ward.writes_in_slack("U0DOCTOR", "No le dé líquidos", "C1", TS)
    _is_noted(ward, card)
    ward.writes_in_slack("U0DOCTOR", "Perdón, sí puede", "C1", TS)
    _sweeps(ward)
    assert _notes(ward) == ["No le dé líquidos", "Perdón, sí puede"]


def test_early_replies_are_passed_on_in_the_order_in_which_they_were_written(
    ward: QuietWard,
) -> None:
    """Slack tells of the second before the first."""
    card = _posting(ward)
    for id, text, seconds in (("C1:9.9", "Perdón, sí puede", 2), ("C1:8.8", "Sin líquidos", 1)):
        sent_at = ward.now + timedelta(seconds=seconds)
        said = InboundMessage(id, Channel.SLACK, "U0DOCTOR", Address("C1", TS), text, (), sent_at)
        with ward.transaction() as tx:
            hear_message(tx, said, ward.rules)
    _is_noted(ward, card)
    _sweeps(ward)
    assert _notes(ward) == ["Sin líquidos", "Perdón, sí puede"]


def test_slack_may_send_an_early_reply_again(ward: QuietWard) -> None:
    """While it waits, and after it was passed on."""
    card = _posting(ward)
    reply = InboundMessage(
        "C1:7.7", Channel.SLACK, "U0DOCTOR", Address("C1", TS), "Ya voy", (), ward.now
    )
    for _ in range(2):
        with ward.transaction() as tx:
            hear_message(tx, reply, ward.rules)
    _is_noted(ward, card)
    _sweeps(ward)
    with ward.transaction() as tx:
        hear_message(tx, reply, ward.rules)
    assert _notes(ward) == ["Ya voy"]


def test_talk_in_another_thread_is_neither_answered_nor_kept(ward: QuietWard) -> None:
    """It waited with the others, and none of its words stay once it is known to be none of ours."""
    card = _posting(ward)
    ward.writes_in_slack("U0DOCTOR", "¿almorzamos?", "C1", ELSEWHERE)
    before = _counts(ward, t.outbox)
    _is_noted(ward, card)
    _sweeps(ward)
    assert _counts(ward, t.outbox, t.early_replies) == [*before, 0]
    with ward.store.snapshot() as snapshot:
        kept = select(t.inbound.c.text_sealed).where(t.inbound.c.channel == Channel.SLACK)
        assert [row.text_sealed for row in snapshot.all(kept)] == [None]


def test_a_nurses_photo_in_another_thread_is_read_once_the_card_is_known(ward: QuietWard) -> None:
    """With its words, as if it had come a moment later."""
    card = _posting(ward)
    ward.writes_in_slack("U0NURSE1", "talón izquierdo", "C1", ELSEWHERE, PHOTO)
    assert _counts(ward, t.cases) == [1]
    _is_noted(ward, card)
    _sweeps(ward)
    assert _counts(ward, t.cases, t.photos) == [2, 2]
    with ward.store.snapshot() as snapshot:
        newest = snapshot.value(select(t.cases.c.id).where(t.cases.c.id != card.case_id))
        assert [text for _, text in texts_of_case(snapshot, newest)] == ["talón izquierdo"]


@pytest.mark.parametrize("files", [(), (PHOTO,)])
def test_a_danger_does_not_wait_for_ever(
    ward: QuietWard, files: tuple[AttachmentKind, ...]
) -> None:
    """Where the card is still unknown after some seconds, a person is called for a case of its
    own."""
    _posting(ward)
    ward.writes_in_slack("U0NURSE1", "fiebre de 40 y no despierta", "C1", ELSEWHERE, *files)
    _sweeps(ward)
    assert _counts(ward, t.escalations) == [1]
    _sweeps(ward, after=DANGER_WAITS.total_seconds())
    assert _counts(ward, t.escalations, t.early_replies) == [2, 0]


def test_a_card_that_never_arrived_holds_up_nobody(ward: QuietWard) -> None:
    """Its posting was given up: what waited for it is received as what it is."""
    card = _posting(ward)
    ward.writes_in_slack("U0NURSE1", "talón izquierdo", "C1", ELSEWHERE, PHOTO)
    with ward.transaction() as tx:
        give_up(tx, card, "channel_not_found", ward.rules)
    _sweeps(ward)
    assert _counts(ward, t.early_replies) == [0]
    assert _counts(ward, t.photos) == [2]


def test_a_reply_to_a_known_post_does_not_wait(ward: QuietWard) -> None:
    """A card on its way holds up no other case."""
    _is_noted(ward, _posting(ward))
    ward.advance(hours=13)
    ward.says("PA 80/50, confusa", photos=1)
    with ward.transaction() as tx:
        for _, id in due_messages(tx, ward.now):
            claim_message(tx, id)
    ward.writes_in_slack("U0DOCTOR", "Ya voy", "C1", TS)
    ward.writes_in_slack("U0DOCTOR", "Y ahí también", "C1", "1764300000.000100")
    assert _notes(ward) == ["Ya voy"]
    assert _counts(ward, t.early_replies) == [1]


def test_the_auditor_sees_a_reply_that_nobody_looks_at(ward: QuietWard) -> None:
    """Its deadline lies in its row."""
    card = _posting(ward)
    ward.writes_in_slack("U0DOCTOR", "Ya voy", "C1", TS)
    with ward.store.snapshot() as snapshot:
        assert oldest_due(snapshot, ward.now)[Late.REPLY] == ward.now + LOOK_AGAIN
    _is_noted(ward, card)
    _sweeps(ward)
    with ward.store.snapshot() as snapshot:
        assert oldest_due(snapshot, ward.now)[Late.REPLY] is None


def test_a_reply_under_any_message_of_vigias_waits_until_it_is_known(ward: QuietWard) -> None:
    """A nurse answers in the thread of a message in her direct messages that is not noted yet."""
    ward.writes_in_slack("U0NURSE1", "sacro", "D0NURSE1", None, PHOTO)
    with ward.transaction() as tx:
        ((_, id),) = due_messages(tx, ward.now)
        received = claim_message(tx, id)
        assert received
    ward.writes_in_slack("U0NURSE1", "desde hace dos días", "D0NURSE1", TS)
    assert _counts(ward, t.early_replies) == [1]
    with ward.transaction() as tx:
        assert mark_sent(tx, received, TS, "D0NURSE1", "sent")
    _sweeps(ward)
    assert _counts(ward, t.early_replies, t.cases) == [0, 1]
    assert "Anotado" in ward.read(MessageKind.TEXT_ADDED)
