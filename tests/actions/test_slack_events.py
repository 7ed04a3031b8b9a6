"""What Slack tells of a post, from its event to what the house does with it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions.early_replies import hear_message, take_up_replies
from bot.actions.pointing import read_wound
from bot.channels.slack.inbound import parse_message, parse_shortcut
from bot.core.message import MessageKind
from bot.core.redflags import find_red_flags, flags_by_rule
from bot.store import tables as t
from bot.store.escalation_rows import open_escalations
from bot.store.outbox_rows import claim_message, mark_sent
from bot.store.said_rows import cards_of, due_messages, message_by_id
from tests.actions.conftest import QuietWard

VIGIA = "U0VIGIA1"
HALL, DIRECT = "C0HALL01", "D0NURSE1"
ROOT = "1795000000.000100"
SOUNDS = "va cuesta abajo, no me gusta como se ve"
PHOTO = {"id": "F0AAAAAA", "mimetype": "image/jpeg"}


def post(text: str, channel: str = HALL, *, at: str = ROOT, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "user": "U0NURSE1",
        "text": text,
        "channel": channel,
        "ts": at,
        **more,
    }


def edit(then: dict[str, Any], *, at: int = 60, **now: Any) -> dict[str, Any]:
    edited = {"edited": {"user": then["user"], "ts": f"17950000{at}.000000"}}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": then["channel"],
        "ts": "1795000060.000100",
        "message": then | now | edited,
        "previous_message": then,
    }


def hears(ward: QuietWard, event: dict[str, Any]) -> None:
    message = parse_message(event, frozenset({VIGIA}))
    if message:
        with ward.transaction() as tx:
            hear_message(tx, message, ward.rules)


def _count(ward: QuietWard, kind: MessageKind) -> int:
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.kind == kind)
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(query))


def _calls(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        return len(open_escalations(snapshot))


def _photos(ward: QuietWard) -> int:
    with ward.store.snapshot() as snapshot:
        return int(snapshot.value(select(func.count()).select_from(t.photos)))


@pytest.mark.parametrize("kind", ["message", "app_mention"])
def test_who_names_vigia_in_a_thread_of_colleagues_is_answered(ward: QuietWard, kind: str) -> None:
    """Whichever of the two events comes; the same words without the name are left alone."""
    there = {"thread_ts": ROOT, "at": "1795000001.000100", "type": kind}
    if kind == "message":
        hears(ward, post("necesito un médico", **there | {"at": "1795000000.000200"}))
        assert _count(ward, MessageKind.PERSON_CALLED) == 0
    hears(ward, post(f"<@{VIGIA}> necesito un médico", **there))
    assert _count(ward, MessageKind.PERSON_CALLED) == 1


def test_a_danger_that_is_told_to_vigia_in_a_thread_counts_by_its_sound(ward: QuietWard) -> None:
    """It is not talk among colleagues: it was addressed."""
    assert find_red_flags(SOUNDS, ward.rules.table.limits)
    assert not flags_by_rule(SOUNDS, ward.rules.table.limits)
    there = {"thread_ts": ROOT, "at": "1795000001.000100"}
    hears(ward, post(f"<@{VIGIA}> {SOUNDS}", **there))
    assert _calls(ward) == 1


def test_an_addressed_reply_that_comes_early_stays_addressed(ward: QuietWard) -> None:
    """Kept while a card is being posted, it is answered once the card is known."""
    ward.says("fiebre de 39 y confuso")
    with ward.transaction() as tx:
        ids = [id for _, id in due_messages(tx, ward.now)]
        case_id = tx.value(select(t.cases.c.id))
        (card,) = cards_of(tx, case_id)
        assert card.id in ids
        assert claim_message(tx, card.id)
    hears(ward, post(f"<@{VIGIA}> necesito un médico", thread_ts=ROOT, at="1795000001.000100"))
    assert _count(ward, MessageKind.PERSON_CALLED) == 0
    with ward.transaction() as tx:
        mark_sent(tx, message_by_id(tx, card.id), "1795000009.000100", "C0OTHER1", "sent")
    ward.advance(seconds=3)
    with ward.transaction() as tx:
        take_up_replies(tx, ROOT, ward.rules)
    assert _count(ward, MessageKind.PERSON_CALLED) == 1


def test_a_danger_that_is_pointed_at_counts_by_its_sound(ward: QuietWard) -> None:
    """Whoever points at it asks for help, and is never left without an answer."""
    body = {
        "trigger_id": "1.2.abc",
        "user": {"id": "U0NURSE1"},
        "channel": {"id": HALL},
        "message": post(SOUNDS),
    }
    with ward.transaction() as tx:
        read_wound(tx, parse_shortcut(body), ward.rules)
    assert _calls(ward) == 1


@pytest.mark.parametrize("channel", [HALL, DIRECT])
def test_a_photo_that_is_added_by_an_edit_is_read(ward: QuietWard, channel: str) -> None:
    """Once, however often the message is edited afterwards."""
    words = post("sacro", channel)
    hears(ward, words)
    shown = words | {"files": [PHOTO]}
    hears(ward, edit(words, files=[PHOTO]))
    assert _photos(ward) == 1
    hears(ward, edit(shown, text="sacro derecho"))
    assert _photos(ward) == 1
    assert _count(ward, MessageKind.RECEIVED) == 1


def test_a_danger_to_which_vigias_name_is_added_counts(ward: QuietWard) -> None:
    """Before the edit nobody told it to Vigia."""
    words = post("fiebre de 39 y confusa")
    hears(ward, words)
    assert _calls(ward) == 0
    named = f"<@{VIGIA}> fiebre de 39 y confusa"
    hears(ward, edit(words, text=named))
    assert _calls(ward) == 1
    hears(ward, post(named, type="app_mention"))
    with ward.store.snapshot() as snapshot:
        assert snapshot.value(select(func.count()).select_from(t.cases)) == 1


def test_a_photo_whose_kind_slack_does_not_say_yet_is_fetched(ward: QuietWard) -> None:
    """Slack tells of some uploads before it has looked at them."""
    hears(ward, post("", files=[{"id": "F1", "mimetype": "", "filetype": "", "name": "IMG_1.jpg"}]))
    assert _photos(ward) == 1
    hears(ward, post("", at="1795000002.000100", files=[{"id": "F2", "mode": "tombstone"}]))
    assert _photos(ward) == 1


def test_what_a_clinician_corrects_under_the_card_reaches_the_nurse(ward: QuietWard) -> None:
    """She must not go on by the words that no longer stand there. Words that were for colleagues
    stay with them however they are mended, and cross once the mark is taken away."""
    ward.says("fiebre de 39 y confusa")
    ward.post_everything()
    with ward.store.snapshot() as snapshot:
        root = cards_of(snapshot, snapshot.value(select(t.cases.c.id)))[0].provider_id
    under = {"user": "U0DOCTOR", "thread_ts": root}
    said = post("lave con suero", "C1", at="1795000003.000100", **under)
    hears(ward, said)
    assert "lave con suero" in ward.read(MessageKind.FROM_CLINICIAN)
    hears(ward, edit(said, text="NO lave la herida"))
    assert "NO lave la herida" in ward.read(MessageKind.FROM_CLINICIAN)
    private = post("// la veo en la ronda", "C1", at="1795000004.000100", **under)
    hears(ward, private)
    hears(ward, edit(private, text="// la veo en la ronda de las 12"))
    assert _count(ward, MessageKind.STAYED_HERE) == 1
    hears(ward, edit(private, at=61, text="la veo en la ronda"))
    assert "la veo en la ronda" in ward.read(MessageKind.FROM_CLINICIAN)
    assert _count(ward, MessageKind.FROM_CLINICIAN) == 3
    hears(ward, edit(said, at=61, text="// lave con suero"))
    assert "ya le llegó" in ward.read(MessageKind.STAYED_HERE)
