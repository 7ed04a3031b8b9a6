"""Numbers that are written as words: "treinta y ocho coma nueve", "one hundred and ten"."""

import re

_UNITS = {
    word: value
    for value, words in enumerate(
        (
            "cero zero",
            "uno un una one",
            "dos two",
            "tres three",
            "cuatro four",
            "cinco five",
            "seis six",
            "siete seven",
            "ocho eight",
            "nueve nine",
        )
    )
    for word in words.split()
}
_TEENS = {
    word: value
    for value, words in enumerate(
        (
            "diez ten",
            "once eleven",
            "doce twelve",
            "trece thirteen",
            "catorce fourteen",
            "quince fifteen",
            "dieciseis sixteen",
            "diecisiete seventeen",
            "dieciocho eighteen",
            "diecinueve nineteen",
        ),
        start=10,
    )
    for word in words.split()
}
_TENS = {
    word: 10 * value
    for value, words in enumerate(
        (
            "veinte twenty",
            "treinta thirty",
            "cuarenta forty",
            "cincuenta fifty",
            "sesenta sixty",
            "setenta seventy",
            "ochenta eighty",
            "noventa ninety",
        ),
        start=2,
    )
    for word in words.split()
}
_TWENTIES = {
    f"veinti{word}": 20 + value for word, value in _UNITS.items() if word not in {"cero", "zero"}
}
_SMALL = _UNITS | _TEENS | _TWENTIES


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BELOW_HUNDRED = (
    rf"(?:(?P<tens>{_any(_TENS)})(?:(?: y |-| )(?P<unit>{_any(_UNITS)}))?"
    rf"|(?P<small>{_any(_SMALL)}))"
)
_HUNDRED = rf"cien|ciento|(?:one|a) hundred(?: and)?|one(?= (?:{_any(_TENS | _TEENS)}))"
_NUMBER = re.compile(
    rf"\b(?:(?P<hundred>{_HUNDRED})(?: {_BELOW_HUNDRED})?"
    rf"|{_BELOW_HUNDRED.replace('?P<', '?P<plain_')})"
    rf"(?: (?:punto|coma|point) (?P<decimal>{_any(_UNITS)})"
    rf"|(?<=\w) (?P<spoken_decimal>{_any(_UNITS)}))?\b"
)
# "Treinta y ocho ocho" is a temperature, "ochenta cinco" none.
_TEMPERATURES = range(34, 42)


def with_digits(flat: str) -> str:
    """The same text with digits for such numbers, space before them, so that offsets behind them
    stay true. `flat` is lower case without accents."""
    return _NUMBER.sub(_digits, flat)


def _digits(match: re.Match[str]) -> str:
    parts = match.groupdict()
    value = 100 if parts["hundred"] else 0
    for prefix in ("", "plain_"):
        value += _TENS.get(parts[f"{prefix}tens"] or "", 0)
        value += _UNITS.get(parts[f"{prefix}unit"] or "", 0)
        value += _SMALL.get(parts[f"{prefix}small"] or "", 0)
    written = str(value)
    behind = ""
    if parts["decimal"]:
        written += f".{_UNITS[parts['decimal']]}"
    elif parts["spoken_decimal"]:
        if value in _TEMPERATURES:
            written += f".{_UNITS[parts['spoken_decimal']]}"
        else:
            behind = f" {parts['spoken_decimal']}"
    if value < 2:
        return match[0]
    return written.rjust(len(match[0]) - len(behind)) + behind
