"""Whether a finding is somebody else's: a relative's, a visitor's, another bed's, the nurse's."""

import re

from bot.core.redflags.grammar import alternatives, pattern
from bot.core.redflags.message import Place

_SPEAKER = re.compile(rf"\b{alternatives('speaker')}$")
_SPEAKER_AFTER = re.compile(rf"^{alternatives('speaker_after')}\b")
_ANOTHER_NEAR = re.compile(rf"\b{alternatives('another_near')}(?: [a-z]+)?$")
# "Según la hija tiene fiebre": whoever tells of it does not have it.
_TOLD_BY = re.compile(
    r"\b(?:segun|per|according to|de acuerdo (?:a|con)|por lo que (?:dice|cuenta|refiere)"
    r"|(?:told|reported|flagged|noticed|seen) by|informad[oa] por|avisad[oa] por)(?: [a-z']+){1,7}$"
)
# "That was another patient, this one has a fever".
_THIS_ONE_NOW = re.compile(
    r"(?:, |: |\b(?:y|and|but|pero) )"
    r"(?:est[ea](?: es)?|la mia|el mio|this (?:one|is)|mine|ours|ahora|now)(?: :)?"
    r"(?: [a-z']+){0,6}$"
)
# "La nieta escribe que tiene fiebre", "me llamó la hija porque ...".
_TELLS_THAT = re.compile(
    r"^ (?:[a-z']+ ){1,2}(?:que|that)\b|^ (?:[a-z']+ ){0,2}(?:porque|because|cause)\b"
)
# "Es mi mamá", "atiendo a mi abuelo en casa": the relative is the patient.
_CARES_FOR = re.compile(
    r"(?<!no )\b(?:es|atiendo|cuido|curo|veo|estoy con|se trata de|it's|this is|caring for"
    r"|looking after|look after|care for)(?: a)? $"
)
# "The one that collapsed at tea time was a visitor".
_THE_ONE = re.compile(
    r"\b(?:el|la|lo|the|quien|who)(?: (?!(?:con|with|y|and|tiene|has|presenta|no|,))[a-z]+){0,4}$"
)
_ANOTHER_AFTER = re.compile(
    rf"^(?:(?!(?:y|e|and|but|pero|que|who|quien|that)\b)[a-z0-9]+ ){{0,5}}?"
    rf"{alternatives('another_after')}\b"
)
# "Otro paciente, cama 4: fiebre 40", "tengo otra paciente con fiebre": whom a report begins with is
# its patient. "Otro paciente con fiebre en la sala" is a remark.
_ANOTHER_PATIENT = re.compile(r"(?:otr[oa]|another) (?!enfermer|nurse|coleg|person)")
_HAS_NOW = re.compile(
    r"(?:^|[,:;] |\b(?:y|and) )(?:(?:ahora|now|aqui|here) )?(?:tengo|tenemos"
    r"|(?:i |we )?have|(?:i've |we've )?got|consulto por|aviso de) (?:a )?$"
)
_BEFORE_A_REPORT = re.compile(
    r"(?:(?:hola|buenas|buenos|tardes|noches|dias|hi|hello|hey|doctora?|y|and|ok|ahora|now|tambien"
    r"|also|luego|then|aqui|here|,|:) )*"
)
_OPENS_REPORT = re.compile(
    r"^ (?:[,:-]|(?:(?:de|en|in) )?(?:(?:la|el|the) )?(?:cama|bed|pieza|room|box|sala|habitacion)"
    r" (?:[a-z]?\d+[a-z]?|[a-z])\b)"
)
_ANOTHER_BED = pattern("another_bed")
_WAS_A_BED = re.compile(
    r"\b(?:was|era|fue) (?:in |from |the one in |el |la |el de |la de )?(?:la )?"
    r"(?:bed|cama|room|pieza|box|bay|sala) \w+"
)
_THIS_ONE_IS_WELL = re.compile(
    rf"(?:^|[,;] |\b(?:y|and|but|pero) )(?:(?:y|and|but|pero) )?{alternatives('this_one')}"
    rf"(?: [a-z0-9']+){{0,6}}?(?: ,(?: (?:esta|is|va|sigue|anda))?)? {alternatives('fares_well')}"
    r"(?= ?(?:,|\)|$|and\b|y\b|with\b|con\b))"
)
_OFF_DUTY, _A_PATIENT = pattern("off_duty"), pattern("a_patient")
_MINE = re.compile(r"\b(?:i|i'm|i've|my|our|me|yo|mi|tengo|estoy|ando|amaneci)\b")
_WITH_ARTICLE = re.compile(r"^(?:el|la) ")


def is_anothers(around: Place) -> bool:
    before, after = " ".join(around.before), " ".join(around.after)
    if _TOLD_BY.search(before) or _THIS_ONE_NOW.search(before):
        return False
    opens = " se" if around.inside[0] == "se" else ""
    if (
        (_SPEAKER.search(before) and not pattern("quotes").search(before))
        or _SPEAKER_AFTER.search(after)
        or pattern("not_this_one").search(around.sentence)
        or _ANOTHER_NEAR.search(before + opens)
        or (_THE_ONE.search(before) and _ANOTHER_AFTER.search(after))
    ):
        return True
    if _OFF_DUTY.search(around.sentence) and _MINE.search(before):
        return not _A_PATIENT.search(around.sentence)
    well = _THIS_ONE_IS_WELL.search(around.tail)
    if well and (
        _ANOTHER_BED.search(around.lead) or _WAS_A_BED.search(around.tail[: well.start()])
    ):
        return True
    owners = list(pattern("other_person").finditer(before))
    if not owners or pattern("reports").search(before[owners[-1].end() :]):
        return False
    if _TELLS_THAT.search(before[owners[-1].end() :]):
        return False
    if _CARES_FOR.search(before[: owners[-1].start()]):
        return False
    if _is_introduced(before, owners[-1]):
        return False
    # "El papá no contesta y la venda llena de sangre": the relative is the patient.
    theirs = _WITH_ARTICLE.search(owners[-1][0]) and pattern("their_wound").search(around.tail)
    return not theirs


def _is_introduced(before: str, owner: re.Match[str]) -> bool:
    lead, rest = before[: owner.start()], before[owner.end() :]
    if not _ANOTHER_PATIENT.match(owner[0]):
        return False
    opens = _BEFORE_A_REPORT.fullmatch(lead) and _OPENS_REPORT.search(rest)
    return bool(_HAS_NOW.search(lead) or opens)
