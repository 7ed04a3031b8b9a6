"""What stands in the chats stays true, and what is urgent gets through, on Slack's bad days."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.actions.cards import refresh_cards
from bot.actions.escalating import climb_ladder
from bot.core.case import Case
from bot.core.escalation import Escalation
from bot.core.inbound import Channel
from bot.core.message import Message, MessageKind, OutboxStatus
from bot.core.ports import Address
from bot.core.staff import Language
from bot.demo.drawn_wound import draw_wound
from bot.store import tables as t
from bot.store.case_rows import case_by_id
from bot.store.escalation_rows import due_escalations, open_escalations
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import cards_of
from bot.store.thread_rows import thread_at
from jobs import fetch
from tests.journeys.conftest import NURSE, open_ward
from tests.protocol.test_delivery import Post

_DANGER = "UCI-204 con fiebre de 39 y confusa"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """The clock of the house is moved, and Slack's is not: it takes as many posts as come."""
    with open_ward(tmp_path, hurried=True) as here:
        yield Post(here)


def _sends_all(post: Post, *, rounds: int = 6, seconds: float = 3) -> None:
    for _ in range(rounds):
        post.sends_what_is_due()
        post.later(seconds=seconds)


def _alarm(post: Post) -> tuple[Case, Escalation]:
    """An emergency whose card stands in its channel."""
    post.ward.nurse().sends_text(_DANGER)
    _sends_all(post)
    with post.house.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
        return case_by_id(snapshot, escalation.case_id), escalation


def _climbs(post: Post) -> None:
    with post.house.store.snapshot() as snapshot:
        due = due_escalations(snapshot, post.house.clock())
    for id in due:
        with post.house.acting() as tx:
            climb_ladder(tx, id, post.house.rules)


def _tells(post: Post, channel: str) -> None:
    """Something urgent of another case, in this channel."""
    with post.house.acting() as tx:
        facts = {"problem": "message_undelivered", "code": "7K2F"}
        message = Message(MessageKind.ALERT, f"another:{channel}", facts, alarm=True)
        queue_message(tx, thread_at(tx, Channel.SLACK, Address(channel)), message, Language.ES)


def test_a_card_is_brought_up_to_date_after_a_long_outage(post: Post) -> None:
    """The doctor took it while Slack changed no message: the card says so once Slack can."""
    _alarm(post)
    post.ward.sandbox.faults.always("chat.update", status=503)
    card = post.ward.doctor().sees("EMERGENCIA", in_channel="emergencias")
    card.presses("Tomar el caso")
    _sends_all(post, rounds=20, seconds=15)
    assert "Lo tiene" not in card.now.text
    post.ward.sandbox.faults.clear()
    _sends_all(post, rounds=4, seconds=60)
    assert "Lo tiene" in card.now.text


@pytest.mark.parametrize(
    "reason", ["message_not_found", "cant_update_message", "edit_window_closed"]
)
def test_a_card_that_cannot_be_changed_is_posted_anew(post: Post, reason: str) -> None:
    """A workspace may close the editing of messages, and a person may delete a card: what is true
    now, and the buttons, stand in a new one, and nothing is told as undelivered."""
    _alarm(post)
    post.ward.sandbox.faults.always("chat.update", error=reason)
    post.ward.doctor().sees("EMERGENCIA", in_channel="emergencias").presses("Tomar el caso")
    _sends_all(post)
    anew = post.ward.doctor().sees("Lo tiene", in_channel="emergencias")
    assert "<@" not in anew.text
    anew.presses("Pedir foto")
    _sends_all(post)
    post.ward.doctor().sees("pidió una foto nueva a enfermería", in_channel="emergencias")
    alerts = post.ward.sandbox.workspace.channel("sistema-alertas").id
    assert post.ward.sandbox.workspace.posts(alerts) == []


def test_a_new_card_does_not_wait_for_old_ones_to_be_changed(post: Post) -> None:
    """The last rung was told forty times: when it is told again, and when another patient's
    emergency comes to that channel, their cards go at once."""
    case, _ = _alarm(post)
    for _ in range(20):
        post.later(minutes=5)
        _climbs(post)
        _sends_all(post, rounds=40, seconds=1)
    with post.house.store.snapshot() as snapshot:
        many = len(cards_of(snapshot, case.id))
    assert many > 15
    post.later(minutes=5)
    _climbs(post)
    _tells(post, "#equipo-medico")
    post.sends_what_is_due()
    assert post.states(MessageKind.ALERT)[-1] == (OutboxStatus.SENT, None)
    with post.house.store.snapshot() as snapshot:
        assert cards_of(snapshot, case.id)[-1].status is OutboxStatus.SENT


def test_a_slow_down_of_changes_does_not_hold_up_a_new_card(post: Post) -> None:
    """Slack counts the changes of messages by themselves."""
    case, _ = _alarm(post)
    post.ward.sandbox.faults.next("chat.update", rate_limited=60)
    with post.house.acting() as tx:
        (escalation,) = open_escalations(tx)
        refresh_cards(tx, case, escalation, post.house.rules)
    post.sends_what_is_due()
    _tells(post, "#emergencias")
    post.later(seconds=2)
    post.sends_what_is_due()
    assert post.states(MessageKind.ALERT) == [(OutboxStatus.SENT, None)]


def _shows(post: Post, channel: str) -> str:
    """A photo that is to be shown in this channel; its outbox id."""
    with post.house.acting() as tx:
        photo = str(tx.value(select(t.photos.c.id)))
        facts = {"code": "7K2F", "overlay": False}
        message = Message(
            MessageKind.CARD_PHOTO, f"shown:{channel}", facts, picture=f"photo:{photo}"
        )
        place = thread_at(tx, Channel.SLACK, Address(channel))
        id = queue_message(tx, place, message, Language.ES)
    assert id
    return id


def test_a_slow_down_of_uploads_holds_every_upload_and_nothing_else(post: Post) -> None:
    """Slack counts them for the whole workspace: no channel's picture asks again before it said,
    and no words wait for that."""
    post.ward.nurse().sends_photo(draw_wound(), caption="Sacro")
    with post.house.store.snapshot() as snapshot:
        fetch.run(post.house, str(snapshot.value(select(t.photos.c.id))))
    _sends_all(post)
    post.ward.sandbox.faults.next("files.getUploadURLExternal", rate_limited=60)
    _shows(post, "#emergencias")
    post.sends_what_is_due()
    _shows(post, "#heridas")
    _tells(post, "#emergencias")
    post.later(seconds=5)
    post.sends_what_is_due()
    asked = post.ward.sandbox.record.requests("files.getUploadURLExternal")
    assert [one.status for one in asked] == [429]
    assert post.states(MessageKind.ALERT) == [(OutboxStatus.SENT, None)]
    _sends_all(post, rounds=4, seconds=60)
    assert {state for state, _ in post.states(MessageKind.CARD_PHOTO)} == {OutboxStatus.SENT}


def test_one_message_that_cannot_be_said_does_not_silence_the_rest(post: Post) -> None:
    """It was queued by a version that knew other facts: the admins hear of it, what was to be
    said behind it is said."""
    post.ward.nurse().sends_text("hola")
    case_id = post.queues()
    with post.house.acting() as tx:
        thread = thread_at(tx, Channel.WHATSAPP, Address(NURSE))
        for code, facts in (("old", {}), ("new", {"code": "7K2F", "urgency": "emergency"})):
            message = Message(MessageKind.NOBODY_ANSWERED, code, facts, alarm=True)
            queue_message(tx, thread, message, Language.ES, case_id=case_id)
    for _ in range(4):
        with suppress(Exception):
            post.sends_what_is_due()
        post.later(seconds=60)
    post.ward.nurse().sees("nadie ha respondido todavía")
    assert (OutboxStatus.FAILED, "unsayable") in post.states(MessageKind.NOBODY_ANSWERED)
    post.ward.doctor().sees("no llegó a su destinatario", in_channel="sistema-alertas")


def test_a_card_that_slack_could_not_take_for_minutes_still_comes(post: Post) -> None:
    """The ladder climbs meanwhile; whoever was to be told first is told when Slack is back, and so
    are the admins."""
    post.ward.sandbox.faults.always("chat.postMessage", status=503)
    post.ward.nurse().sends_text(_DANGER)
    _sends_all(post, rounds=60, seconds=10)
    _climbs(post)
    with post.house.store.snapshot() as snapshot:
        (escalation,) = open_escalations(snapshot)
    assert escalation.rung > 0
    post.ward.sandbox.faults.clear()
    _sends_all(post, rounds=4, seconds=61)
    for channel in ("emergencias", "especialistas", "equipo-medico"):
        post.ward.doctor().sees("EMERGENCIA", in_channel=channel)
    post.ward.doctor().sees("nadie respondió", in_channel="sistema-alertas")


@pytest.mark.parametrize(
    "code", ["external_channel_migrating", "team_added_to_org", "org_login_required"]
)
def test_a_workspace_that_is_being_moved_is_waited_for(post: Post, code: str) -> None:
    """Slack says that it will take messages again: the card is tried again."""
    post.ward.sandbox.faults.next("chat.postMessage", error=code)
    post.ward.nurse().sends_text(_DANGER)
    _sends_all(post)
    post.ward.doctor().sees("EMERGENCIA", in_channel="emergencias")


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
def test_a_card_whose_blocks_slack_refuses_goes_as_text(post: Post, code: str) -> None:
    """An alarm without buttons is better than none: the case is taken on the home tab."""
    post.ward.sandbox.faults.next("chat.postMessage", error=code)
    post.ward.nurse().sends_text(_DANGER)
    _sends_all(post)
    post.ward.doctor().sees("espera a quien lo tome", in_channel="emergencias")
    count = select(func.count()).where(t.outbox.c.kind == MessageKind.ALERT)
    with post.house.store.snapshot() as snapshot:
        assert snapshot.value(count) == 0
