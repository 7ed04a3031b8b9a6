"""Sends one message of the outbox: claimed, sent or reconciled, and the outcome written down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.asking import question_of, response_url_of
from bot.actions.undelivered import call_next_rung, give_up, say_elsewhere, withhold
from bot.channels.phone.addresses import keys_url, last_keys_url
from bot.core.file_type import EXTENSIONS, FileType, file_type
from bot.core.inbound import Channel
from bot.core.message import (
    ALARM_RETRIES,
    UNSENT,
    Message,
    MessageKind,
    OutboxStatus,
    RetryPolicy,
    retries_of,
)
from bot.core.ports import CANNOT_REPLACE, Address, Picture, Receipt, SendFailed, Words
from bot.core.window import HELD_FOR, LOOK_AGAIN, OWN_TEMPLATE, is_closed
from bot.store.outbox_rows import claim_message, mark_retry, mark_sent, put_off, queue_message
from bot.store.pacing_rows import hold_recipient, hold_uploads, take_turn
from bot.store.photo_rows import picture
from bot.store.said_rows import Outgoing, message_by_id, message_sent_as
from bot.store.transaction import Transaction
from bot.wiring import Services, ask_protocols
from jobs.house import services

_PARENT_WAIT = timedelta(seconds=1)


def deliver_message(id: str) -> None:
    run(services(), id)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed message whose turn it is. `parent` is what it rewrites or stands under, `approved`
    its words outside WhatsApp's window, `content` its picture."""

    outgoing: Outgoing
    parent: Outgoing | None
    approved: Words | None
    content: bytes | None


def run(house: Services, id: str) -> None:
    with house.acting() as tx:
        ready = _claim(house, tx, id)
    if ready is None:
        return
    outgoing = ready.outgoing
    # What is wrong in one message must not hold up for ever what waits behind it.
    try:
        words = ready.approved or _words(house, outgoing)
    except Exception:
        _failed(house, outgoing, SendFailed("unsayable", permanent=True))
        raise
    try:
        receipt = _send(house, ready, words)
    except SendFailed as failed:
        _failed(house, outgoing, failed)
        return
    except Exception:
        _failed(house, outgoing, SendFailed("broken", permanent=False, unknown=True))
        raise
    with house.acting() as tx:
        mark_sent(tx, outgoing, receipt.provider_id, receipt.place, words.text)


def _claim(house: Services, tx: Transaction, id: str) -> _Ready | None:
    """None where somebody else has it, it has to wait, or it is for nobody any more."""
    outgoing = claim_message(tx, id)
    if outgoing is None or withhold(tx, outgoing, house.rules):
        return None
    message = outgoing.message
    parent_id = message.replaces or message.under
    parent = message_by_id(tx, parent_id) if parent_id else None
    if parent and parent.status in UNSENT:
        put_off(tx, outgoing, tx.now + _PARENT_WAIT, "parent_unsent")
        return None
    approved = _approved(house, outgoing, tx.now)
    if approved is None and _is_held(house, tx, outgoing):
        return None
    later = take_turn(
        tx,
        outgoing.thread,
        alarm=message.alarm,
        calls=message.kind is MessageKind.CARD,
        rewrites=message.replaces is not None,
        uploads=_uploads(outgoing),
    )
    if later is not None:
        put_off(tx, outgoing, later, "paced")
        return None
    content = picture(tx, message.picture) if message.picture else None
    return _Ready(outgoing, parent, approved, content)


def _uploads(outgoing: Outgoing) -> bool:
    return outgoing.thread.channel is Channel.SLACK and outgoing.message.picture is not None


def _words(house: Services, outgoing: Outgoing) -> Words:
    message, channel = outgoing.message, outgoing.thread.channel
    facts = message.facts
    if channel is Channel.PHONE:
        public_url = house.settings.public_url
        facts = {
            **facts,
            "keys_url": keys_url(public_url, outgoing.id),
            "last_keys_url": last_keys_url(public_url, outgoing.id),
        }
    question = question_of(message)
    if question:
        facts = {**facts, "text": ask_protocols(question).text}
    return house.wording.words(message.kind, channel, outgoing.language, facts)


def _approved(house: Services, outgoing: Outgoing, now: datetime) -> Words | None:
    """What is said outside WhatsApp's window by a message that has a template of its own."""
    name = OWN_TEMPLATE.get(outgoing.message.kind)
    if name is None or not is_closed(outgoing.thread, now):
        return None
    code = str(outgoing.message.facts["code"])
    filled = house.approved.filled(name, outgoing.language, code)
    return Words(filled[0], approved=filled[1]) if filled else None


def _is_held(house: Services, tx: Transaction, outgoing: Outgoing) -> bool:
    """Any other message waits outside the window, and a template asks the person to write. Where
    the site has none, the message goes as it is: Twilio's refusal is told to the admins."""
    if not is_closed(outgoing.thread, tx.now) or outgoing.message.kind in OWN_TEMPLATE:
        return False
    code = str(outgoing.message.facts.get("code") or "")
    if not code or not house.approved.filled("message", outgoing.language, code):
        return False
    if tx.now - outgoing.queued_at >= HELD_FOR:
        give_up(tx, outgoing, "window_closed", house.rules)
        return True
    since = outgoing.thread.heard_at
    key = f"knock:{outgoing.thread.id}:{since.isoformat() if since else ''}"
    if outgoing.message.alarm:
        # An earlier asking may have been slept through, and an alarm waits for nobody to write.
        key = f"{key}:{outgoing.id}"
        say_elsewhere(tx, outgoing, house.rules)
    knock = Message(MessageKind.KNOCK, key, {"code": code}, alarm=outgoing.message.alarm)
    queue_message(tx, outgoing.thread, knock, outgoing.language)
    put_off(tx, outgoing, tx.now + LOOK_AGAIN, "window_closed")
    return True


def _send(house: Services, ready: _Ready, words: Words) -> Receipt:
    outgoing, parent = ready.outgoing, ready.parent
    message, address = outgoing.message, outgoing.thread.address
    messenger = house.messenger(outgoing.thread.channel)
    url = response_url_of(message)
    if url and house.slack.answer_command(url, words):
        return Receipt(f"only:{outgoing.id}")
    if message.only_to:
        house.slack.tell_only(message.only_to, address.to, words.text)
        return Receipt(f"only:{outgoing.id}")
    above = None
    if parent and parent.provider_id and parent.status is not OutboxStatus.FAILED:
        above = Receipt(parent.provider_id, parent.place)
    if message.replaces:
        if above is None:
            # It never came, or another stands in its place, which says the newer words.
            raise SendFailed(f"{CANNOT_REPLACE}_unsent", permanent=True)
        return messenger.replace(outgoing.id, address, above, words)
    if above and above.place:
        address = Address(above.place, above.provider_id)
    shown = _shown(house, ready) if message.picture else None
    if outgoing.uncertain_since:
        found = messenger.find(outgoing.id, address, words, shown, outgoing.uncertain_since)
        if found and not _is_anothers(house, outgoing, found):
            return found
    return messenger.send(outgoing.id, address, words, shown)


def _shown(house: Services, ready: _Ready) -> Picture:
    outgoing, content = ready.outgoing, ready.content
    if content is None or outgoing.message.picture is None:
        raise SendFailed("picture_missing", permanent=True)
    link = house.media.link(outgoing.message.picture)
    url = link if outgoing.thread.channel is Channel.WHATSAPP else None
    ending = EXTENSIONS[file_type(content) or FileType.JPEG]
    return Picture(content, f"{outgoing.id}.{ending}", url)


def _is_anothers(house: Services, outgoing: Outgoing, found: Receipt) -> bool:
    """The same words were said a moment ago in answer to something else."""
    with house.store.snapshot() as snapshot:
        known = message_sent_as(snapshot, outgoing.thread.channel, found.provider_id, found.place)
    return known is not None and known.id != outgoing.id


def _failed(house: Services, outgoing: Outgoing, failed: SendFailed) -> None:
    message = outgoing.message
    with house.acting() as tx:

        def next_attempt(policy: RetryPolicy) -> datetime | None:
            return policy.next_attempt(
                queued_at=outgoing.queued_at,
                attempts=outgoing.attempts,
                now=tx.now,
                retry_after=failed.retry_after,
            )

        at = None if failed.permanent else next_attempt(retries_of(message))
        # Slack counts the changes of messages by themselves: a new card may go all the same.
        if failed.retry_after and not message.replaces:
            until = tx.now + timedelta(seconds=failed.retry_after)
            if _uploads(outgoing):
                hold_uploads(tx, until)
            else:
                hold_recipient(tx, outgoing.thread, until)
        if at is None:
            give_up(tx, outgoing, failed.reason, house.rules)
            return
        waits = mark_retry(tx, outgoing, at, failed.reason, uncertain=failed.unknown)
        is_card = message.kind is MessageKind.CARD and not message.replaces
        if waits and is_card and next_attempt(ALARM_RETRIES) is None:
            call_next_rung(tx, outgoing, house.rules)
