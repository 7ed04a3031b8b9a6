"""Whether the words around a finding deny it: "sin fiebre", "no fever", "sangrado: no".

Only a denial that is understood counts. "No cede la fiebre" and "sin mejoría de la fiebre" hold
a "no" and a "sin", and are fever all the same.
"""

import re
from collections.abc import Sequence

from bot.core.redflags.message import Place

_BARE = frozenset("sin without niega niegan denies denied deny negando denying ni nor".split())
_VERBAL = frozenset("no not nunca never tampoco jamas".split())
_DENIALS = tuple(
    tuple(words.split())
    for words in (
        "ausencia de",
        "absence of",
        "negative for",
        "neg for",
        "negativo para",
        "libre de",
        "free of",
        "no longer",
        "ruled out",
        "rules out",
        "se descarta",
        "se descarto",
        "descartada",
        "descartado",
        "descartandose",
    )
)
# "Sin control del sangrado" says that it goes on.
_GOES_ON = frozenset(
    "mejoria mejorar mejora control controlar respuesta responder ceder bajar parar remision "
    "remitir cambio cambios alivio resolver resolucion manejo tratar tratamiento poder lograr "
    "diagnostico improvement relief change response better decrease reduction resolution end "
    "stopping responding solo solamente only duda dudas doubt descarto descarta descartar rule "
    "cesar detener tregua desaparecer".split()
)
_STOPS = frozenset(
    "con with tiene presenta presento hay refiere has have shows presenting presents is are esta "
    "estaba esto solo only si ademas besides luego despues then porque because debido sigue "
    "continua persiste still reports reporta se le anda amanecio hace desde since due".split()
)
_CLITICS = frozenset("se le les la lo me nos te ya ha han habia he any".split())
_BEING = frozenset(
    "esta estan estaba estuvo es parece parecen impresiona luce ve is are was were does do did has "
    "have had been be being look looks looking appear appears seem seems sounds estado fue sido "
    "encuentra".split()
)
_LIGHT = frozenset(
    "tiene tienen tuvo tenia tenido tener presenta presentan presento presentado presentando hay "
    "hubo habido refiere refirio referido observa observan observo observado ve ven veo aprecia "
    "aprecian aprecio palpa palpan palpo evidencia evidencian encuentra encuentro existe muestra "
    "muestran siente sintio hizo hecho hace manifiesta relata reporta detecta detecto signos "
    "signo cursa cursando acusa noto nota with con con impresiona parece have had having show "
    "shows showing report reports reporting complain complaining see seeing seen feel noted any "
    "evidence sign signs look develop developed experienced note hubieron da dio haber".split()
)
_FILLERS = frozenset(
    "el la los las un una unos unas de del al a en y o e u ni or and nor the an of any , - mas "
    "muy tan very more signos signo evidencia sintomas clinica aparente aparentemente otro otros "
    "otra signs sign symptoms evidence currently actualmente really tanto tanta obvious visible "
    "exposed expuesto new nuevo nueva ningun ninguna alguna algun franca franco activo activa "
    "active significant at all hoy ahora now today to right time por momento anoche ayer longer "
    "like el que".split()
)
_FINDINGS = frozenset(
    "fiebre fever fevers pus chills escalofrios calofrios dolor pain sangrado bleeding infeccion "
    "infection confusion sepsis olor odor odour eritema erythema edema disnea tos cough "
    "hipotension taquicardia celulitis cellulitis hueso tendon bone tendon crepitus crepitacion "
    "fluctuance exudado drainage secrecion fluctuacion swelling warmth calor necrosis "
    "redness smell".split()
)
_DENIED_AFTER = re.compile(
    r"^(?:: |\( |= )?(?:(?:no|negativ[oa]s?|negado|negada|ausentes?|niega|none|nil|negative|neg|"
    r"absent|denied|descartad[oa]|ya no|not present|nunca|cero|unlikely)(?: [,)].*)?$"
    r"|-(?: [,)].*)?$|- \)|"
    r"(?:que )?(?:ya )?(?:se )?(?:cedio|remitio|desaparecio|controlo|detuvo|paro|resolvio|paso|"
    r"fue controlad[oa]|resuelt[oa]s?|controlad[oa]s?|detenid[oa])\b|"
    r"(?:ya |ha |fue |is |was |has |had |have |been |now |all |fully |completely )*"
    r"(?:resolved|stopped|settled|subsided|gone|ruled out|excluded|absent|negative|controlled|"
    r"denied|descartad[oa])\b|went away\b|"
    r"(?:muy |very )?(?:escas[oa]|minim[oa]|leve|poc[oa]|slight|minimal|scant|scanty)\b)"
)
_SLIGHT = frozenset(
    "escaso escasa minimo minima leve poco poca slight minimal scant scanty little dejo "
    "trace".split()
)
_ITS_OWN = frozenset("no not never can unable sin without cannot cant".split())
# "Sin apetito, fiebre desde ayer": the list has ended.
_ASSERTED_AFTER = frozenset(
    "desde alta alto persistente intensa intenso hace since high persistent for + que".split()
)
_MAX_REACH = 14


def is_denied(around: Place, *, state: bool, english: bool) -> bool:
    """`state`: the finding is an adjective or a verb, which lists never deny."""
    if around.inside and around.inside[0] in _ITS_OWN:
        return _doubly_denied(around.before)
    if around.before and around.before[-1] in _SLIGHT:
        return True
    if _DENIED_AFTER.search(" ".join(around.after)):
        return True
    if "," in around.before and around.after and around.after[0] in _ASSERTED_AFTER:
        return False
    return _denied_before(around.before, state=state, english=english)


def _doubly_denied(before: Sequence[str]) -> bool:
    return bool(before) and before[-1] in {"niega", "denies"}


def _denied_before(before: Sequence[str], *, state: bool, english: bool) -> bool:
    for at in range(len(before) - 1, max(-1, len(before) - 1 - _MAX_REACH), -1):
        gap = before[at + 1 :]
        word = before[at]
        if gap and gap[0] in _GOES_ON:
            if word in _BARE or word in _VERBAL:
                return False
            continue
        if word in _BARE and _bare_reaches(word, gap, state=state):
            return True
        if word in _VERBAL and _verbal_reaches(word, gap, state=state, english=english):
            return True
        for words in _DENIALS:
            if tuple(before[at : at + len(words)]) == words:
                cancelled = at > 0 and before[at - 1] in _VERBAL
                return not cancelled and not _STOPS & set(before[at + len(words) :])
    return False


def _bare_reaches(word: str, gap: Sequence[str], *, state: bool) -> bool:
    if state:
        plain = all(w in _FILLERS or w in {"estar", "being"} for w in gap)
        return (
            plain and ("," not in gap) and (word in {"ni", "nor"} or not gap or gap[0] == "estar")
        )
    return not _STOPS & set(gap)


def _verbal_reaches(word: str, gap: Sequence[str], *, state: bool, english: bool) -> bool:
    rest = list(gap)
    while rest and rest[0] in _CLITICS:
        rest.pop(0)
    governed = False
    while rest and (rest[0] in _BEING or rest[0] in _LIGHT or rest[0] in _CLITICS):
        governed = True
        rest.pop(0)
    if state:
        return all(w in _FILLERS or w in _FINDINGS for w in rest) and (governed or "," not in rest)
    if all(w in _FILLERS or w in _FINDINGS for w in rest):
        return True
    # English "no" stands before a noun, Spanish "no" before a verb that may be any.
    listed = governed or (english and word == "no")
    return listed and not _STOPS & set(rest)
