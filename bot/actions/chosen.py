"""What a verb is given: the answer that was chosen, and the message that offered it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.rules import Rules
from bot.core.staff import Staff
from bot.store.said_rows import Outgoing
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Chosen:
    """`id` and `value` are those of the payload; `offer` is the message that it answers, which
    stands in the thread of whoever chose."""

    id: str
    value: str
    offer: Outgoing
    staff: Staff


Verb = Callable[[Transaction, Chosen, Rules], None]
