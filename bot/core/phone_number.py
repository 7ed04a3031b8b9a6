"""One phone, several spellings: WhatsApp writes some countries' mobiles unlike everybody else."""

import re

# Mexico's mobiles have a 1 there that is not dialled, Argentina's a 9.
_SPELLED_TWICE = (re.compile(r"(\+52)1?(\d{10})"), re.compile(r"(\+54)9?(\d{10})"))
_MARKS = ("1", "9")


def spellings(phone: str) -> tuple[str, ...]:
    """`phone` is E.164; first as it is given."""
    for pattern, mark in zip(_SPELLED_TWICE, _MARKS, strict=True):
        found = pattern.fullmatch(phone)
        if found:
            country, rest = found.groups()
            both = {f"{country}{rest}", f"{country}{mark}{rest}"}
            return phone, *(both - {phone})
    return (phone,)
