"""The forms that a deed needs first: what they offer, and what is wrong with what was filled in."""

from collections.abc import Callable, Mapping

from bot.actions.on_call import who_is_on_call
from bot.core.assessment import Category, Tissue
from bot.core.case import Case
from bot.core.deed import Deed
from bot.core.label import Closing
from bot.core.permissions import MAY_TAKE
from bot.core.rules import Rules
from bot.core.staff import Role, Staff
from bot.store.staff_rows import all_staff
from bot.store.transaction import Transaction

NO_PRESSURE_INJURY = "none"
# A note goes out with the rest of its message, and WhatsApp takes 1,600 characters in all; what is
# written to the nurse is sent in parts.
LONGEST_NOTE, LONGEST_TEXT = 1000, 2000
# Slack takes so many options in a group, and a hundred groups.
MOST_IN_A_GROUP = 100


def form_facts(
    tx: Transaction, deed: Deed, case: Case, staff: Staff, rules: Rules
) -> dict[str, object]:
    """What the forms show, and who could have the case instead."""
    return {
        "code": case.code,
        "categories": list(Category),
        "tissues": list(Tissue),
        "closings": list(Closing),
        "colleagues": _colleagues(tx, staff, rules) if deed is Deed.HAND_OVER else [],
    }


def _colleagues(tx: Transaction, staff: Staff, rules: Rules) -> list[dict[str, object]]:
    """Everybody who could have the case, in groups as Slack takes them: those on call first, whose
    role is None, then by role and name."""
    may = _may_be_handed(tx)
    duty = who_is_on_call(tx, rules.site.zone, tx.now).values()
    on_call = {one.person.id for people in duty for one in people}
    able = [p for p in all_staff(tx) if p.id in may and p.id != staff.id]
    groups: list[tuple[Role | None, list[Staff]]] = [(None, [p for p in able if p.id in on_call])]
    for role in Role:
        groups.append((role, [p for p in able if p.role is role and p.id not in on_call]))
    return [
        {
            "role": role,
            "part": 1 + start // MOST_IN_A_GROUP,
            "people": [
                {"id": one.id, "name": one.name, "role": one.role}
                for one in by_name[start : start + MOST_IN_A_GROUP]
            ],
        }
        for role, people in groups
        for by_name in [sorted(people, key=lambda one: one.name.casefold())]
        for start in range(0, len(by_name), MOST_IN_A_GROUP)
    ]


def wrong_fields(tx: Transaction, deed: Deed, fields: Mapping[str, str]) -> dict[str, str]:
    """Codes: "empty", "too_long", "unknown"."""
    limits = {"note": LONGEST_NOTE, "text": LONGEST_TEXT}
    wrong = {name: "too_long" for name, most in limits.items() if len(fields.get(name, "")) > most}
    for name, known in _NEEDED[deed](tx).items():
        value = fields.get(name, "").strip()
        if not value:
            wrong[name] = "empty"
        elif known is not None and value not in known:
            wrong[name] = "unknown"
    return wrong


def _may_be_handed(tx: Transaction) -> frozenset[str]:
    return frozenset(p.id for p in all_staff(tx) if p.role in MAY_TAKE and p.slack_user)


# The fields that a form must bring, each with the values it may have, or None for free words.
_NEEDED: dict[Deed, Callable[[Transaction], dict[str, frozenset[str] | None]]] = {
    Deed.TAKE: lambda tx: {},
    Deed.CONFIRM: lambda tx: {},
    Deed.CORRECT: lambda tx: {"category": frozenset({*Category, NO_PRESSURE_INJURY})},
    Deed.NEW_PHOTO: lambda tx: {},
    Deed.MESSAGE: lambda tx: {"text": None},
    Deed.HAND_OVER: lambda tx: {"to": _may_be_handed(tx)},
    Deed.CLOSE: lambda tx: {"outcome": frozenset(Closing)},
}
