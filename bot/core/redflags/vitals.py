"""Vital signs written as numbers: "T° 38,7", "PA 85/50", "FR 26", "sat 88", "temp 101.8F"."""

import re
from collections.abc import Iterable, Iterator

from bot.core.redflags.scores import Measured, Vital

# What may stand between a name and its number: "T: 38", "PA de 85", "FR = 30", "temp. > 38".
_IS = (
    r"[\s:=.~>≥≤<]{0,4}"
    r"(?:(?:de|of|a|en|at|is|was|es|con|y|marca|marco|dio|around|about|score|puntaje|hasta|up|to|down|"
    r"now|hoy|ahora|esta|baja|bajo|subio|low|high|in|the|llego|s)\s+){0,3}[:=>≥≤<]?\s*"
)
_HEAT = (
    r"t\s?°|t|tax|t\s?ax|tm|tr|temp(?:eratura|erature)?(?:'s)?|fiebre|febril|fever|febrile|pyrexial"
    r"|fievre|axilar|rectal"
)
_BLOOD_PRESSURE = (r"p\.?a\.?", "ta", "presion(?: arterial)?", "bp", "b/p", "pressure")


def _named(names: Iterable[str], number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(names)}){_IS}{number}")


_TEMPERATURE = _named(
    (rf"(?:{_HEAT})(?:\s?(?:axilar|ax|rectal|corporal|oral|max))?\.?",),
    r"(\d{2,3}(?:\s?[.,°]\s?\d{1,2})?)(?!\d)\s*°?\s*(c|f|celsius|fahrenheit)?(?![a-z/%])",
)
_DEGREES = re.compile(
    r"(?<![\d.,])(\d{2,3}(?:[.,]\d{1,2})?)\s*"
    r"(?:°\s*(c|f)?|(?:grados?|degrees)(?:\s+(?:de|c|f|celsius)\b)?|(c|f)(?=[\s,.;!?)]|$)"
    r"|\s+de\s+(?:fiebre|temperatura|temp|calentura))(?![a-z])"
)
_BARE = re.compile(
    r"(?<![\d.,/x])((?:3[89]|4[01])[.,]\d)(?![\d/x])(?!\s*(?:cm|mm|m?l|k?g|%|x|mg|mmol|meq))"
)
_REACHED = re.compile(
    r"\b(?:(?:otra vez|de nuevo|nuevamente|again|amanecio) (?:con|en|at|with|a)"
    r"|hizo|peak|pico|subio|llego|marco|marca|reached|spiked|hit|spiking)\s+(?:un\s+)?"
    r"(?:peak\s+|pico\s+)?(?:de\s+|a\s+|to\s+|at\s+|of\s+)?((?:3[89]|4[01])(?:[.,]\d)?)(?![\d/.,])"
    r"(?!\s*(?:cm|mm|%|anos|years|semanas|weeks|dias|days|min))"
)
_TALK_OF_FEVER = re.compile(r"\b(?:fever|fiebre|febril|afebril|febrile|afebrile|temp)")
_NOW = re.compile(
    r"\b(?:but|pero|hoy|ahora|now|with|con)\s+((?:3[89]|4[01]))(?![\d/.,])"
    r"(?!\s*(?:cm|mm|%|anos|years|semanas|weeks|dias|days|min|kg|horas|hours))"
)
_AND_A_HALF = re.compile(r"(?<![\d.,/])((?:3[89]|4[01]))\s+(?:y medio|y media|and a half)\b")
_NOT_A_TEMPERATURE = re.compile(
    r"(?:hb|hto|hgb|hematocrito|hct|peso|weight|weighs|pesa|alb|albumina|creat\w*|bun|glicemia"
    r"|glucose|ph|imc|bmi|lactato|mide|measures|talla|pcr|crp|wbc|gb|leucocitos|area|largo|ancho"
    r"|bed|cama|room|sala|pco2|pao2|hco3|vhs|esr)\W*(?:de |of |: ?)?$"
)
_PRESSURE = re.compile(r"(?<![\d/.,])(\d{2,3})\s?/\s?(\d{2,3})(?![\d/]|\s?(?:cm|mm\b(?!hg)))")
_SPOKEN_PRESSURE = _named(_BLOOD_PRESSURE, r"(\d{2,3})\s*(?:con|sobre|over|-)\s*(?:\d{2,3})(?!\d)")
_SYSTOLIC = _named(
    ("pas", "sbp", "sistolica", "systolic", r"p\.?a\.? sistolica", *_BLOOD_PRESSURE),
    r"(\d{2,3})(?!\s?/|\d|\s*(?:con|sobre|over|-)\s*\d)",
)
_SYSTOLIC_AFTER = re.compile(
    r"(?<![\d/])(\d{2,3})\s*(?:mm ?hg\s*)?(?:de )?(?:systolic|sistolica|sistolico)"
)
_MEAN = _named(("pam", "tam", r"p\.a\.m\.?", "map"), r"(\d{2,3})(?!\d)")
_BREATHS = _named(
    (
        r"f\.?r\.?",
        r"frec(?:uencia)?\.? resp\w*",
        "rr",
        "resp(?:iratory)?(?: rate)?",
        "resps?",
        "respirations?",
        "respiraciones",
        "respiracion",
        "respirando",
        "respira",
        "breathing",
        r"polipne\w+",
        r"taquipne\w+",
    ),
    r"(\d{1,2})(?![\d/])",
)
_BREATHS_AFTER = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:rpm|resp(?:iraciones)?(?:/min| por minuto| x| x min| x')?"
    r"|breaths?(?:/min| per min\w*)?)\b"
)
_PULSE = _named(
    (
        r"f\.?c\.?",
        r"frec(?:uencia)?\.? card\w*",
        "hr",
        "heart rate",
        "pulse(?: rate)?",
        "pulso",
        r"taquicardi\w+",
        r"tachy(?:cardi\w+)?",
        r"bradicardi\w+",
        r"bradycardi\w+",
    ),
    r"(\d{2,3})(?![\d/])",
)
_PULSE_AFTER = re.compile(r"(?<!\d)(\d{2,3})\s*(?:lpm|bpm|latidos)\b")
_SATURATION = _named(
    [
        r"(?:sat(?:ura(?:cion|ndo|ba)?|uration|s)?|spo2|sp02|sato2|sao2|so2|o2 sats?)"
        r"(?:\s?(?:de )?(?:o2|oxigeno|oxygen))?(?:\s(?:al|ambiental))?"
    ],
    r"(\d{2,3})(?!\d)\s*%?",
)
_COMA = _named(("gcs", "glasgow", "gsc", "gsw"), r"(\d{1,2})(?!\d)")
_NEWS = re.compile(
    rf"(?<!good )(?<![a-z])news[\s-]?(?:2(?=[\s:=,]|$))?{_IS}(\d{{1,2}})(?![.,]?\d|\s?cm)"
)
_QSOFA = _named((r"q[\s-]?sofa",), r"([0-3])(?!\d)")
_CATHETER = re.compile(r"(?:sonda|foley|cateter|catheter|nelaton|s/f|sny|sng)[^.;\n]{0,15}$")
_OXYGEN = re.compile(
    r"\b(?:con o2|c/o2|naricera|mascarilla|venturi|on oxygen|on \d+ ?l\b|litros de o2"
    r"|\d ?l(?:ts?)? (?:de )?o2|nasal cannula|non-?rebreather|o2 a \d|oxigeno a \d)"
)

_RANGES = {
    Vital.SYSTOLIC: (40, 260),
    Vital.MEAN_PRESSURE: (20, 180),
    Vital.BREATHS: (4, 70),
    Vital.PULSE: (20, 250),
    Vital.SATURATION: (50, 100),
    Vital.COMA_SCALE: (3, 15),
    Vital.NEWS2: (0, 20),
    Vital.QSOFA: (0, 3),
}
_SIMPLE = (
    (Vital.SYSTOLIC, _SPOKEN_PRESSURE),
    (Vital.SYSTOLIC, _SYSTOLIC),
    (Vital.SYSTOLIC, _SYSTOLIC_AFTER),
    (Vital.MEAN_PRESSURE, _MEAN),
    (Vital.BREATHS, _BREATHS),
    (Vital.BREATHS, _BREATHS_AFTER),
    (Vital.PULSE, _PULSE),
    (Vital.PULSE, _PULSE_AFTER),
    (Vital.SATURATION, _SATURATION),
    (Vital.COMA_SCALE, _COMA),
    (Vital.NEWS2, _NEWS),
    (Vital.QSOFA, _QSOFA),
)


def measured_in(flat: str) -> Iterator[Measured]:
    """`flat` is lower case without accents. Impossible values are left out."""
    yield from _temperatures(flat)
    for match in _PRESSURE.finditer(flat):
        systolic, diastolic = float(match[1]), float(match[2])
        if 40 <= systolic <= 260 and 15 <= diastolic < systolic:
            yield Measured(Vital.SYSTOLIC, systolic, *match.span())
    for vital, pattern in _SIMPLE:
        for match in pattern.finditer(flat):
            least, most = _RANGES[vital]
            if vital is Vital.BREATHS and _CATHETER.search(flat[: match.start()]):
                continue
            if least <= float(match[1]) <= most:
                yield Measured(vital, float(match[1]), *match.span())


def _temperatures(flat: str) -> Iterator[Measured]:
    patterns = [_TEMPERATURE, _DEGREES, _BARE, _REACHED, _AND_A_HALF]
    if _TALK_OF_FEVER.search(flat):
        patterns.append(_NOW)
    for pattern in patterns:
        for match in pattern.finditer(flat):
            if pattern is not _TEMPERATURE and _NOT_A_TEMPERATURE.search(flat[: match.start()]):
                continue
            celsius = _celsius(match[1], "f" in "".join(match.groups("")[1:]))
            if celsius is not None:
                yield Measured(Vital.TEMPERATURE, celsius, *match.span())


def _celsius(written: str, fahrenheit: bool) -> float | None:
    value = float(re.sub(r"\s?[.,°]\s?", ".", written))
    if fahrenheit or value >= 93:
        value = (value - 32) / 1.8
    return value if 30 <= value <= 44 else None


def on_oxygen(flat: str) -> bool:
    return bool(_OXYGEN.search(flat))
