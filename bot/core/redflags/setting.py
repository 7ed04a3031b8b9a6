"""Whether a finding belongs to this patient, now: not to last year, to an "if", to somebody
else, or to a question about protocols. In doubt, it does."""

import re

from bot.core.redflags.message import Place

_AMOUNT = r"(?:\d+|un|una|dos|tres|cuatro|cinco|varios|varias|unos|unas|muchos|muchas|algunos)"
_MANY = r"(?:[3-9]|[1-9]\d+|tres|cuatro|cinco|varios|unos|muchos|algunos)"
_COUNT = r"(?:\d+|a|one|two|three|four|several|few|a few|many|some)"
_LONG_AGO = re.compile(
    rf"semana pasada|mes pasado|ano pasado|hace {_MANY} dias|hace {_AMOUNT} (?:semana|mes|ano)"
    rf"|(?:semanas|meses|anos) (?:atras|antes)|{_MANY} dias atras|(?:en|el|del) (?:ano )?(?:19|20)\d\d"
    r"|(?:en|de) (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre)|hospitalizacion (?:anterior|previa|pasada)|ingreso anterior|(?:de|cuando era) nin[oa]"
    rf"|last (?:week|month|year|admission|spring|summer|autumn|winter)|{_COUNT} (?:weeks?|months?|years?) ago"
    r"|(?:[3-9]|[1-9]\d+|three|several|few|a few) days ago|(?:in|since|back in) (?:19|20)\d\d"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|in the past|as a child|years back"
)
_STILL = re.compile(
    r"\b(?:desde|since|sigue|siguen|continua|persiste|persistente|aun|todavia|still|again|nuevo"
    r"|otra vez|nuevamente|ongoing|keeps|vuelve|volvio|reaparecio|recayo|ahora|for the last"
    r"|for the past|over the last)\b"
)
_WAS = re.compile(
    r"\b(?:tuvo|tenia|presento|hizo|estuvo|hubo|curso|sufrio|fue|hospitalizad[oa]|tratad[oa]"
    r"|cursaba|habia|operad[oa]|had|was|were|treated|admitted|developed|hospitali[sz]ed)\b"
)
_BACKGROUND = re.compile(
    r"(?:\bantecedentes?(?: de| :| medicos| morbidos)?|\bant \w*|\bhistoria (?:previa )?de"
    r"|\bhistory(?: of| :)?|\bhx(?: of| :)?|\bpmh(?:x)?(?: of| :)?|\bprevious|\bprior|\bpast"
    r"|\bprevi[oa]|\bs p)(?: (?:[a-z]+|,|:|y|and)){0,4}$"
)
_FORMER = re.compile(
    r"^(?:(?:[a-z]+ )?(?:previ[oa]s?|anterior(?:es)?|antigu[oa]|pasad[oa]|tratad[oa])\b"
    r"|(?:[a-z]+ )?(?:en|el|in) (?:el )?(?:19|20)\d\d\b)"
)
_PENDING = re.compile(
    r"\b(?:en caso(?: de)?|por si|ante|if|in case(?: of)?|should|whenever|a menos que|unless"
    r"|vigilar|vigile|vigilen|vigilancia|observar|observe|monitor|monitorizar|monitoring|watch(?:ing)?(?: (?:out )?for)?"
    r"|riesgo(?: alto| de)?|risk|prevenir|prevencion|prevent|preventing|prevention|evitar|avoid"
    r"|pesquisar|pesquisa|atent[oa] a|atentos a|alert for|look(?:ing)? (?:out )?for|check(?:ing)? for"
    r"|signos de alarma|alarm signs|warning signs|return precautions|educar|educa|educacion|educo"
    r"|explico|ensenar|screen(?:ing)? for|teach|taught|cuando (?:haya|presente|tenga|aparezca)"
    r"|protocolo|protocol|meta|objetivo|target|goal|mantener|keep|aim)\b(?! not)"
)
_NOT_PENDING = re.compile(
    r"\b(?:not sure|unsure|dont know|do not know|no se|ask(?:ed|ing)?) (?:if|si)\b"
)
_SI = re.compile(r"(?<!ahora )(?<!que )(?<!esta vez )(?<!claro que )(?<!ya )(?<!hoy )\bsi\b(?! ,)")
_INSTRUCTION = re.compile(
    r"\b(?:avis\w+|llam\w+|notific\w+|deriv\w+|dar|doy|administr\w+|consult\w+|hago|hacer|hace\b"
    r"|debo|debe|deberia|hay que|reevalu\w+|contact\w+|acud\w+|volver|traer|tomar|tomo|suspend\w+"
    r"|inform\w+|indic\w+|ped\w+|pid\w+|controlar|control|usar|aplic\w+|cuando|protocolo|procede"
    r"|corresponde|recomienda\w*|me dice|me avisa|escal\w+)\b"
)
_OTHER = re.compile(
    r"\b(?:otr[oa]s? (?:paciente|usuari[oa]|persona|residente|enfermer[oa]|colega|senor[a]?)s?"
    r"|paciente de (?:al lado|la otra|otra|enfrente)|vecin[oa]s?|companer[oa]s?"
    r"|(?:mi|mis|su|sus) (?:hij[oa]s?|mama|papa|madre|padre|espos[oa]|marido|mujer|senora|herman[oa]"
    r"|abuel[oa]|niet[oa]|bebe|pareja|polol[oa]|familia|colega|jefa|perr[oa])"
    r"|(?:el|la) (?:hij[oa]|mama|papa|madre|padre|espos[oa]|marido|herman[oa]|niet[oa]|bebe)"
    r"|another (?:patient|resident|pt|person|nurse)|other (?:patient|resident|pt)s?"
    r"|patient (?:next (?:door|bed)|in the next|across|in bed \d+ next)|roommate|room mate"
    r"|neighbou?r|(?:my|his|her|their) (?:son|daughter|wife|husband|mom|mum|mother|dad|father|kid"
    r"|kids|child|baby|sister|brother|colleague|roommate|neighbou?r|dog|family)"
    r"|a colleague|un colega|una colega|(?:the|a) visitor|un visitante|una visita)\b"
)
_REPORTS = re.compile(
    r"\b(?:refiere|refieren|dice|dicen|cuenta|cuentan|avisa|avisan|relata|relatan|informa|nota"
    r"|noto|notan|comenta|comentan|reporta|reports?|reported|says?|said|states?|stated|notices?"
    r"|noticed|told|tells|called|thinks?|worried|preocupad[oa]|indica|ve|encuentra|menciona|mine"
    r"|mia|mio|nuestr[oa]|concerned|asks?|pregunta)\b"
)
_ASKS = re.compile(
    r"^(?:[¿, ]*(?:y |and )?)(?:(?:que|what) (?:es|son|significa|temperatura|signos|se (?:considera|entiende)"
    r"|is|are|counts?|temperature|signs|does|do you call|defines?)|cuale?s?|cuando (?:se|es|debo|debe|hay que|llamo|aviso)|a que"
    r"|como (?:se|defin\w+|clasific\w+|reconoc\w+|reconozco|diferenci\w+|disting\w+|identific\w+|saber)"
    r"|which|when (?:should|do|is|to|can)|how (?:do (?:i|you|we) (?:recogni\w+|tell|know|define|identify|differentiate)|is|to|often|much|many)"
    r"|(?:is|are|does|can|do) (?!he|she|the patient|my patient|this|patient|it|they|we)"
    r"|difference|diferencia|es (?:normal|grave)|puede|podria|cuanto|cuanta|por que|why (?:do|does|is|are)"
    r"|existe|hay (?:algun|protocolo))\b"
)
_YES_NO = re.compile(r"^¿ ?(?:tiene|hay|presenta|tuvo|esta|has|hay)\b")


def is_elsewhere(around: Place, *, measured: bool = False) -> bool:
    """`measured`: a vital sign, which needs no past verb beside a past date."""
    return (
        _is_past(around, measured=measured)
        or _is_conditional(around)
        or _is_anothers(around)
        or _is_general_question(around)
    )


def _is_past(around: Place, *, measured: bool) -> bool:
    before, after = " ".join(around.before), " ".join(around.after)
    clause = f"{before} {' '.join(around.inside)} {after}"
    if _STILL.search(clause):
        return False
    if _BACKGROUND.search(before) or _FORMER.search(after):
        return True
    if not _LONG_AGO.search(clause):
        return False
    return measured or bool(_WAS.search(clause)) or bool(_LONG_AGO.search(before))


def _is_conditional(around: Place) -> bool:
    before = " ".join(around.before)
    if _NOT_PENDING.search(before):
        return False
    if _PENDING.search(before):
        return True
    if around.accented_si or not _SI.search(before):
        return False
    return "?" in around.sentence or bool(_INSTRUCTION.search(around.sentence))


def _is_anothers(around: Place) -> bool:
    before = " ".join(around.before)
    owners = list(_OTHER.finditer(before))
    return bool(owners) and not _REPORTS.search(before[owners[-1].end() :])


def _is_general_question(around: Place) -> bool:
    if _YES_NO.search(around.sentence) and around.sentence.endswith("?"):
        return not re.search(r"\d", around.sentence)
    asked = around.sentence.endswith("?") or around.sentence.startswith("¿")
    return asked and bool(_ASKS.search(around.lead + " " + " ".join(around.inside)))
