"""Vital signs written as numbers: "T° 38,7", "PA 85/50", "FR 26", "sat 88", "temp 101.8F"."""

import re
from collections.abc import Iterable, Iterator

from bot.core.redflags.numerals import with_digits
from bot.core.redflags.scores import Measured, Vital

# What may stand between a name and its number: "T: 38", "PA de 85", "FR = 30", "temp. > 38".
_IS = (
    r"[\s:=.~>≥≤<]{0,4}"
    r"(?:(?:de|of|a|en|at|is|was|es|con|y|marca|marco|dio|around|about|score|puntaje|hasta|up|to|"
    r"down|now|hoy|ahora|esta|baja|bajo|subio|low|high|in|the|llego|s|only|just|solo|apenas|le|da|me|"
    r"above|over|below|under|sobre|quedo|basal|came|out|reading|reads|running|sitting|rate|manual|"
    r"maintaining|dropped|drops|dropping|falling|fell|ha|caido|cae|cayo|remonta|"
    r"maneja|dice)\s+){0,4}[:=>≥≤<]?\s*"
)
# "FC 140/min" is no fraction.
_A_MINUTE = r"(?!\d|/(?!\s?min))"
_HEAT = (
    r"t\s?°|t|tax|t\s?ax|tm|tr|temp(?:eratura|erature)?(?:'s)?|fiebre|febril|fever|febrile|pyrexial"
    r"|fievre|axilar|rectal|core(?: temp)?|tympanic|timpanica|termometro|thermometer"
)
_BLOOD_PRESSURE = (r"p\.?/?a\.?", "ta", "t/a", "presion(?: arterial)?", "bp", "b/p", "pressure")


def _named(names: Iterable[str], number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(names)}){_IS}{number}")


_TEMPERATURE = _named(
    (rf"(?:{_HEAT})(?:\s?(?:axilar|ax|rectal|corporal|oral|max))?\.?",),
    r"(\d{2,3}(?:\s?[.,°']\s?\d{1,2})?)(?!\d)\s*°?\s*(c|f|celsius|fahrenheit)?(?![a-z/%])",
)
_DEGREES = re.compile(
    r"(?<![\d.,])(\d{2,3}(?:[.,']\d{1,2})?)\s*"
    r"(?:°\s*(c|f)?|(?:grados?|degrees)(?:\s+(?:de|c|f|celsius)\b)?|(c|f)(?=[\s,.;!?)]|$)"
    r"|\s+de\s+(?:fiebre|temperatura|temp|calentura))(?![a-z])"
)
_TAKEN_AT = re.compile(
    r"(?<![\d.,/x])(\d{2}[.,]\d)\s*(?:axilar|ax|rectal|oral|tympanic|timpanica)\b"
)
_BARE = re.compile(
    r"(?<![\d.,/x])((?:3[89]|4[01])[.,']\d)(?![\d/x])(?!\s*(?:cm|mm|m?l|k?g|%|x|mg|mmol|meq))"
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
    r"|bed|cama|room|sala|pco2|pao2|hco3|vhs|esr|flexion\w*|flexiona|extension|cabecer[ao]"
    r"|inclinacion|calor)\W*(?:de |of |: ?)?$"
)
_OF_THE_AIR = re.compile(r"\s*(?:afuera|en la (?:sala|calle|pieza)|outside|in (?:here|the ward))\b")
_PRESSURE = re.compile(
    r"(?<![\d/.,])(?<!over )(?<!sobre )(\d{2,3})\s?/\s?(\d{2,3})(?![\d/]|\s?(?:cm|mm\b(?!hg)))"
)
_SAID_OVER = re.compile(
    r"(?<![\d.,/])(\d{2,3})\s+(?:sobre|over)\s+(\d{2,3})"
    r"(?![\d/]|\s*(?:h|min|dias|days|cm|mm\b|ml|cc))"
)
# "PA 8/5": tens are left out.
_SHORT_PRESSURE = _named(_BLOOD_PRESSURE, r"(\d{1,2})(?:\s?/\s?|\s)(\d)(?![\d/.,:]|\s?h)")
_SPOKEN_PRESSURE = _named(_BLOOD_PRESSURE, r"(\d{2,3})\s*(?:con|sobre|over|-)\s*(?:\d{2,3})(?!\d)")
_SYSTOLIC = _named(
    ("pas", "sbp", "sys", "sistolica", "systolic", r"p\.?a\.? sistolica", *_BLOOD_PRESSURE),
    r"(\d{2,3})(?!\s?/|\d|\s*(?:con|sobre|over|-)\s*\d|\s*(?:anos|years)\b)",
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
    rf"(\d{{1,2}}){_A_MINUTE}",
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
    rf"(\d{{2,3}}){_A_MINUTE}",
)
# "P 135" and "140x'": in two digits either may be something else.
_PULSE_ALONE = re.compile(r"(?<![a-z])p\s?:?\s?(\d{3})(?!\d|\s?[/.,x-]|\s?(?:cm|mm|kg))")
_PULSE_TICKED = re.compile(r"(?<![\d/.,])(\d{3})\s?x\s?(?:'|min)")
_PULSE_AFTER = re.compile(r"(?<!\d)(\d{2,3})\s*(?:lpm|bpm|latidos)\b")
_SATURATION = _named(
    [
        r"(?:sat(?:ura(?:cion|ndo|ba)?|uration|s)?|spo2|sp02|sato2|sao2|so2|o2 sats?)"
        r"(?:\s?(?:de )?(?:o2|oxigeno|oxygen))?(?:\s(?:al|ambiental))?"
    ],
    r"(\d{2,3})(?!\d)\s*%?",
)
_OXIMETER = re.compile(
    r"(?:pulsi?oximetro|saturometro|pulsimetro|oximetro|oximeter|pulse ox|probe|clip thing"
    r"|aparat\w+ del dedo|saturacion|saturation|satu|sats?|spo2|oxygen|oxigeno)"
    r"\b(?!\s?(?:objetivo|target|goal|meta)\b)[a-z ,]{0,32}?\s"
    r"(\d{2})(?![\d/.,]|\s?(?:l|lt|cm|min|h)\b)"
)
_SATURATION_AFTER = re.compile(
    r"(?<![\d.,/])(\d{2})\s*%?\s(?:[a-z]+\s){0,2}(?:el |the )?"
    r"(?:pulsi?oximetro|saturometro|oximetro|oximeter|pulse ox|de sat\w*|sats?(?!\s?:?\s?\d)"
    r"|al ambiente|al aire ambiente|aire ambiente|ambiental|on room air|on air|on ra)\b"
)
_SATURATION_IN_AIR = re.compile(r"(?<![\d.,/])(\d{2})\s*%\s*(?:aa|ra)\b")
_NOT_ABOVE = re.compile(
    r"\b(?:no (?:me |le )?(?:sube|pasa|levanta|remonta|supera)(?: mas)? (?:de|los|el)|"
    r"(?:not|won't|wont|can't|cant) (?:come|go|get|stay|touch)"
    r"(?: up)?(?: above| over| past)?|not (?:above|over)"
    r"|stuck at|clavad[oa] en|"
    r"to (?:keep|hold|maintain)(?: her| him)?(?: at)?)\s+(?:el )?(\d{2})(?!\d|[.,]\d)\s*(%)?"
)
_TALK_OF_OXYGEN = re.compile(
    r"\b(?:o2|oxig\w+|oxyg\w+|sats?|satura\w*|spo2|naricera|mascarilla|multiventuri|venturi|bigotera|"
    r"non-?rebreath\w*|\d+ ?l)\b"
)
_URINE = re.compile(
    r"\b(?:uo|uop|u/o|urine(?: output)?|diuresis|debito(?: urinario)?|gasto urinario|orina"
    r"|orino|foley|pee|passed)[a-z ,:=]{0,24}?(\d+(?:[.,]\d+)?)\s*(?:mls?|cc)"
    r"\s*(?:/|por|per|en|in|over|x|an|a|de)?\s*(?:the |las? |last |past |ultimas? )*"
    r"(\d+(?:[.,]\d+)?)?\s*(h|hrs?|horas?|hours?)\b"
)
_URINE_BY_WEIGHT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:mls?|cc)\s*/\s*kg\s*/\s*(?:h|hr|hora|hour)\b"
)
_KILOGRAMS = 60
_THOUSANDS = re.compile(r"^(\d)[.,](\d{3})$")
_LACTATE = _named(
    (r"lactato", r"lactate", r"lact?", r"acido lactico"), r"(\d{1,2}(?:[.,]\d)?)(?![\d.,/]|\s?mg)"
)
_GLUCOSE = _named(
    (
        r"(?:gl[iu]cemia|hemo?gluco\w*|gluco(?:test|metro|meter)|gluc(?:os[ae])?|hgt|dxt"
        r"|dextro(?:stix)?|bm|bgl?|cbg|bsl|fsbs|(?:blood )?sugars?|azucar(?: en (?:la )?sangre)?)"
        r"(?: (?:capilar|(?:en )?ayunas|fasting|(?:pre|post)[a-z]*(?: [a-z]+)?))?",
    ),
    r"(\d{1,4}(?:[.,]\d{1,2})?)(?![\d:]|[.,/]\d)\s*(mmol|g/l|gr/l|mg)?"
    # A dose, a drip, an hour, a number of tests, or of motions: "BM" is these too.
    r"(?!\s?(?:%|gr?\b|ml|cc|[ap]m\b|h(?:rs?|oras)?\b|x\b|times|veces|days?\b|dias?\b|tsp|teasp|spoon"
    r"|cuchar|sach|sobres|loose|soft|large|small|big|formed|today|overnight|this|since))",
)
_COMA_PARTS = re.compile(
    r"(?<![a-z])[oe]\s?([1-4])\s?[,/]?\s?v\s?([1-5])\s?[,/]?\s?m\s?([1-6])(?!\d)"
)
_COMA_OF_GLASGOW = re.compile(r"(?<![a-z])ecg\s?:?\s?(\d{1,2})(?=\s?/\s?15|\s?pts|\s?puntos)")
_COMA = _named(("gcs", "glasgow", "gsc", "gsw"), r"(\d{1,2})(?!\d)")
_NEWS = re.compile(
    r"(?<!good )(?<![a-z])"
    r"(?:[mn]?ews[\s-]?(?:2(?=[\s:=,]|$))?|early warning(?: score)?(?: \(news ?2?\))?)"
    rf"{_IS}(\d{{1,2}})(?![.,]?\d|\s?cm)"
)
_QSOFA = _named((r"q[\s-]?sofa",), r"([0-3])(?!\d)")
_CATHETER = re.compile(r"(?:sonda|foley|cateter|catheter|nelaton|s/f|sny|sng)[^.;\n]{0,15}$")
_OXYGEN = re.compile(
    r"\b(?:con o2|c/o2|naricera|mascarilla|venturi|on oxygen|on \d+ ?l\b|litros de o2"
    r"|\d ?l(?:ts?)? (?:de )?o2|nasal cannula|non-?rebreather|o2 a \d|oxigeno a \d)"
)

# What a body can have, in the unit of Measured: anything else is another number.
POSSIBLE = {
    Vital.TEMPERATURE: (30, 44),
    Vital.SYSTOLIC: (40, 260),
    Vital.MEAN_PRESSURE: (20, 180),
    Vital.BREATHS: (4, 70),
    Vital.PULSE: (20, 250),
    Vital.SATURATION: (50, 100),
    Vital.COMA_SCALE: (3, 15),
    Vital.URINE: (0, 1000),
    Vital.LACTATE: (0, 25),
    Vital.GLUCOSE: (5, 1500),
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
    (Vital.PULSE, _PULSE_ALONE),
    (Vital.PULSE, _PULSE_TICKED),
    (Vital.SATURATION, _SATURATION),
    (Vital.SATURATION, _OXIMETER),
    (Vital.SATURATION, _SATURATION_AFTER),
    (Vital.SATURATION, _SATURATION_IN_AIR),
    (Vital.LACTATE, _LACTATE),
    (Vital.COMA_SCALE, _COMA),
    (Vital.COMA_SCALE, _COMA_OF_GLASGOW),
    (Vital.NEWS2, _NEWS),
    (Vital.QSOFA, _QSOFA),
)


def measured_in(flat: str) -> Iterator[Measured]:
    """`flat` is lower case without accents. Impossible values are left out."""
    flat = with_digits(flat)
    yield from _temperatures(flat)
    yield from _pressures(flat)
    yield from _urine(flat)
    for match in _GLUCOSE.finditer(flat):
        yield from _possible(Vital.GLUCOSE, _glucose(match[1], match[2]), match.span())
    for vital, pattern in _SIMPLE:
        for match in pattern.finditer(flat):
            if vital is Vital.BREATHS and _CATHETER.search(flat[: match.start()]):
                continue
            yield from _possible(vital, _number(match[1]), match.span())
    for match in _COMA_PARTS.finditer(flat):
        yield from _possible(Vital.COMA_SCALE, sum(map(float, match.groups())), match.span())
    talk_of_oxygen = bool(_TALK_OF_OXYGEN.search(flat))
    for match in _NOT_ABOVE.finditer(flat):
        if match[2] or talk_of_oxygen:
            yield from _possible(Vital.SATURATION, float(match[1]), match.span())


def _possible(vital: Vital, value: float, span: tuple[int, int]) -> Iterator[Measured]:
    least, most = POSSIBLE[vital]
    if least <= value <= most:
        yield Measured(vital, value, *span)


def _number(written: str) -> float:
    """ "1.450" is a thousand and more."""
    return float(_THOUSANDS.sub(r"\1\2", written).replace(",", "."))


def _pressures(flat: str) -> Iterator[Measured]:
    for pattern, unit in ((_PRESSURE, 1), (_SAID_OVER, 1), (_SHORT_PRESSURE, 10)):
        for match in pattern.finditer(flat):
            systolic, diastolic = unit * float(match[1]), unit * float(match[2])
            if 40 <= systolic <= 260 and 15 <= diastolic < systolic:
                yield Measured(Vital.SYSTOLIC, systolic, *match.span())


def _urine(flat: str) -> Iterator[Measured]:
    for match in _URINE.finditer(flat):
        hours = _number(match[2] or "1") or 1
        yield from _possible(Vital.URINE, _number(match[1]) / hours, match.span())
    for match in _URINE_BY_WEIGHT.finditer(flat):
        yield from _possible(Vital.URINE, _number(match[1]) * _KILOGRAMS, match.span())


def _glucose(written: str, unit: str | None) -> float:
    """In mg/dl. Without a unit the size tells it: nobody has a whole number below 20 mg/dl, and
    "1,10" are grams a litre."""
    value = _number(written)
    if unit == "mg":
        return value
    if unit and unit.startswith("g"):
        return 100 * value
    grams = unit is None and value < 4 and re.search(r"[.,]\d\d$", written)
    if grams:
        return 100 * value
    in_mmol = unit == "mmol" or value < 20 or (value < 35 and not written.isdigit())
    return 18 * value if in_mmol else value


def _temperatures(flat: str) -> Iterator[Measured]:
    patterns = [_TEMPERATURE, _DEGREES, _TAKEN_AT, _BARE, _REACHED, _AND_A_HALF]
    if _TALK_OF_FEVER.search(flat):
        patterns.append(_NOW)
    for pattern in patterns:
        for match in pattern.finditer(flat):
            if pattern is _DEGREES and _OF_THE_AIR.match(flat, match.end()):
                continue
            if pattern is not _TEMPERATURE and _NOT_A_TEMPERATURE.search(flat[: match.start()]):
                continue
            if pattern is _DEGREES and match[1] == "30":
                continue
            celsius = _celsius(match[1], "f" in "".join(match.groups("")[1:]))
            if celsius is not None:
                yield Measured(Vital.TEMPERATURE, celsius, *match.span())


def _celsius(written: str, fahrenheit: bool) -> float | None:
    value = float(re.sub(r"\s?[.,°']\s?", ".", written))
    if fahrenheit or value >= 93:
        value = (value - 32) / 1.8
    least, most = POSSIBLE[Vital.TEMPERATURE]
    return value if least <= value <= most else None


def on_oxygen(flat: str) -> bool:
    return bool(_OXYGEN.search(flat))
