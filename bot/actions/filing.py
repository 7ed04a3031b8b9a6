"""Words and voice notes of a nurse go to a case: at once where it is clear which one, else when she
says."""

from collections.abc import Mapping

from bot.actions.bridge import note_from_nurse, voice_from_nurse
from bot.actions.case_meant import SAME_ALBUM
from bot.actions.chosen import Chosen
from bot.actions.commands import taker_of
from bot.actions.deciding import decide_again, decide_on_words
from bot.actions.questions import learn, tell_code_form
from bot.core.case import Case, CaseStatus
from bot.core.choice import LITERAL, MOST_CHOICES, Choice, choice_facts, choices_in
from bot.core.message import Message, MessageKind
from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.core.thread import Thread
from bot.store.case_rows import case_by_id
from bot.store.inbound_rows import place_inbound, text_of_inbound
from bot.store.offer_rows import close_offer, offers_in
from bot.store.outbox_rows import queue_message
from bot.store.said_rows import Outgoing, cards_of, message_by_id
from bot.store.transaction import Transaction

VERB = "file"


def file_words(
    tx: Transaction,
    case: Case,
    inbound_id: str,
    text: str,
    staff: Staff,
    thread: Thread,
    rules: Rules,
) -> None:
    place_inbound(tx, inbound_id, thread.id, case.id, f"staff:{staff.id}")
    learn(tx, case, text, rules)
    decide_on_words(tx, case, rules)
    decide_again(tx, case_by_id(tx, case.id), rules)
    note_from_nurse(tx, case, staff, inbound_id, text, rules)
    facts = {
        "code": case.code,
        "taken_by": taker_of(tx, case),
        "unseen": not cards_of(tx, case.id),
    }
    told = Message(MessageKind.TEXT_ADDED, f"text_added:{inbound_id}", facts)
    queue_message(tx, thread, told, staff.language, case_id=case.id)
    tell_code_form(tx, case, text, rules)


def ask_which_case(
    tx: Transaction,
    cases: list[Case],
    inbound_id: str,
    staff: Staff,
    thread: Thread,
    voices: Mapping[str, str],
    *,
    verb: str = VERB,
) -> None:
    """One answer is enough: what was sent need not be repeated. `voices` are the sources of the
    voice notes that wait for the answer, by the key of what is said of each. `verb` is what the
    answer does."""
    few = cases if len(cases) <= MOST_CHOICES else []
    choices = (Choice(f"{verb}:{inbound_id}:{one.id}", f"{LITERAL}{one.code}") for one in few)
    facts: dict[str, object] = {
        "cases": [{"code": one.code, "site": one.site if few else None} for one in cases],
        "choices": choice_facts(choices),
        "voices": dict(voices),
        "files": verb == VERB,
    }
    asked = Message(MessageKind.WHICH_CASE, f"which_case:{inbound_id}", facts)
    queue_message(tx, thread, asked, staff.language)


def file_chosen(tx: Transaction, chosen: Chosen, rules: Rules) -> None:
    case, thread = case_by_id(tx, chosen.value), chosen.offer.thread
    if case.status is CaseStatus.CLOSED:
        facts = {"reason": "closed"}
        told = Message(MessageKind.PRESS_REFUSED, f"press_refused:{chosen.offer.id}", facts)
        queue_message(tx, thread, told, chosen.staff.language)
        return
    text = text_of_inbound(tx, chosen.id)
    if text.strip():
        file_words(tx, case, chosen.id, text, chosen.staff, thread, rules)
    _pass_voices(tx, chosen.offer, case, chosen.staff)


def take_up_voices(tx: Transaction, case: Case, thread: Thread, staff: Staff) -> None:
    """A voice note that overtook the photo it was sent with belongs to the photo's case."""
    for id in offers_in(tx, thread.id, since=tx.now - SAME_ALBUM, open_only=True):
        offer = message_by_id(tx, id)
        verb, inbound_id, _ = choices_in(offer.message.facts)[0].parts
        waits = verb == VERB and not text_of_inbound(tx, inbound_id).strip()
        if waits and close_offer(tx, id, f"staff:{staff.id}"):
            _pass_voices(tx, offer, case, staff)


def _pass_voices(tx: Transaction, offer: Outgoing, case: Case, staff: Staff) -> None:
    voices = offer.message.facts.get("voices")
    for key, source in voices.items() if isinstance(voices, Mapping) else ():
        voice_from_nurse(tx, case, staff, offer.thread, source, key)
