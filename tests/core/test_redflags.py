"""What the ward writes, and what Vigia hears in it."""

import io
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.triage import triage_texts
from bot.core.decision_table import load_table, shipped_table
from bot.core.language import language_of
from bot.core.redflags import RedFlagKind, find_red_flags
from bot.core.redflags.emergencies import SHIPPED_TABLE
from bot.core.redflags.finding import flags_by_rule
from bot.core.staff import Language
from bot.core.urgency import Urgency

_TABLE = shipped_table()
_PHRASES = Path(__file__).with_name("phrases")
_STRANGERS = Path(__file__).parents[2] / "jobs" / "training" / "phrases"
_LISTS = (
    "tuning",
    "untouched",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
)


def _listed(name: str) -> list[tuple[str, str, str]]:
    lines = (_PHRASES / f"{name}.tsv").read_text("utf-8").splitlines()
    return [(language, wanted, text) for language, wanted, text in (x.split("\t") for x in lines)]


def _kinds(text: str) -> set[RedFlagKind]:
    return {flag.kind for flag in find_red_flags(text, _TABLE.limits)}


@pytest.mark.parametrize("name", _LISTS)
def test_a_danger_sign_is_heard_at_its_urgency(name: str) -> None:
    """Every phrase with a danger sign raises at least the urgency that it deserves."""
    missed = [
        text
        for _, wanted, text in _listed(name)
        if wanted != "quiet"
        and _TABLE.urgency_of(find_red_flags(text, _TABLE.limits)).rank > Urgency(wanted).rank
    ]
    assert missed == []


@pytest.mark.parametrize("name", [*_LISTS, "ordinary"])
def test_a_denied_or_past_sign_stays_quiet(name: str) -> None:
    """At most one in twenty phrases without a present danger sign raises one."""
    quiet = [text for _, wanted, text in _listed(name) if wanted == "quiet"]
    flagged = [text for text in quiet if find_red_flags(text, _TABLE.limits)]
    assert len(flagged) <= len(quiet) // 20, flagged


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("es", "sin dolor. ", ""),
        ("es", "no tiene pus, pero ", ""),
        ("es", "la semana pasada estaba bien, hoy ", ""),
        ("es", "", " y niega dolor"),
        ("en", "denies pain. ", ""),
        ("en", "no pain but ", ""),
        ("en", "last week was fine, today ", ""),
        ("en", "", ", no odor"),
    ],
)
def test_an_unrelated_denial_hides_nothing(language: str, before: str, after: str) -> None:
    """An emergency stays one when the same message denies something else."""
    emergencies = [
        text
        for spoken, wanted, text in _listed("second")
        if (spoken, wanted) == (language, "emergency")
    ]
    hidden = [
        text
        for text in emergencies
        if _TABLE.urgency_of(find_red_flags(before + text + after, _TABLE.limits))
        is not Urgency.EMERGENCY
    ]
    assert emergencies
    assert hidden == []


@pytest.mark.parametrize(
    ("text", "bleeds"),
    [
        ("sin dolor, sangrado abundante", True),
        ("sin fiebre, sangrado abundante ni pus", False),
        ("no pain, heavy bleeding", True),
        ("no fever, heavy bleeding or pus", False),
    ],
)
def test_a_list_that_goes_on_denies(text: str, bleeds: bool) -> None:
    """A denied list reaches as far as it shows that it goes on; in doubt the sign is heard."""
    assert (RedFlagKind.HEAVY_BLEEDING in _kinds(text)) is bleeds


@pytest.mark.parametrize(
    "text",
    [
        "fever? nope",
        "¿fiebre? no",
        "dolor ❌ fiebre ❌ pus ❌",
        "Fever N, chills N",
        "nil pyrexia",
        "no creo que sea celulitis",
        "sepsis screen negative",
        "la fiebre nunca apareció",
        "fiebre, pus y mal olor: todo descartado",
        "estuvo confusa en UCI, hoy lúcida",
        "absceso drenado hace 2 meses",
        "used to have cellulitis years ago",
        "dejó de supurar",
        "yo ando con escalofríos",
        "la enfermera está con fiebre",
        "my brother in law got gangrene",
        "herida limpia, hay otro paciente con fiebre en la sala",
        "perdón, era de otro paciente, cama 4: fiebre",
        "leaflet on sepsis for the daughter",
        "recuerden: hueso visible",
        "how many signs of local infection",
        "what is a deep tissue pressure injury",
        "larval therapy, day 3",
    ],
)
def test_what_is_not_here_and_now_stays_quiet(text: str) -> None:
    """Denied, over, somebody else's, taught or asked in general: no rule raises it."""
    assert flags_by_rule(text, _TABLE.limits) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no se descarta sepsis", RedFlagKind.SEPSIS),
        ("no doubt she is septic", RedFlagKind.SEPSIS),
        ("fever? no but rigors", RedFlagKind.CHILLS),
        ("any fever? yes 39", RedFlagKind.FEVER),
        ("eats nothing, fever", RedFlagKind.FEVER),
        ("tuvo fiebre anoche, hoy sigue febril", RedFlagKind.FEVER),
        ("was fine this morning, now confused", RedFlagKind.CONFUSION),
        ("doctora está con fiebre", RedFlagKind.FEVER),
        ("la hija la trajo con fiebre", RedFlagKind.FEVER),
        ("the nurse found him unresponsive", RedFlagKind.CONFUSION),
        ("mi colega vio pus", RedFlagKind.PUS),
        ("Otro paciente, cama 4: fiebre 40, hipotenso", RedFlagKind.FEVER),
        ("otra paciente cama 12b con fiebre y confusa", RedFlagKind.CONFUSION),
        ("hola, tengo otro paciente con fiebre de 40", RedFlagKind.FEVER),
        ("buenas, ahora otro paciente, pieza 3: fiebre 40", RedFlagKind.FEVER),
        ("another patient, bed 4: fever and drowsy", RedFlagKind.FEVER),
        ("I have another patient, he is septic", RedFlagKind.SEPSIS),
        ("no despierta, es mi hermana", RedFlagKind.CONFUSION),
        ("mi suegra, la herida con pus", RedFlagKind.PUS),
        ("el perro lo mordió ayer, celulitis", RedFlagKind.CELLULITIS),
        ("signos de sepsis", RedFlagKind.SEPSIS),
        ("dry cat IV with bone exposed", RedFlagKind.BONE_EXPOSED),
        ("prn morphine given for pain out of proportion", RedFlagKind.DISPROPORTIONATE_PAIN),
    ],
)
def test_in_doubt_the_sign_is_heard(text: str, kind: RedFlagKind) -> None:
    """Words of denial, of the past, of others or of a question that do not reach the sign."""
    assert kind in {flag.kind for flag in flags_by_rule(text, _TABLE.limits)}


def test_the_lists_speak_both_languages() -> None:
    """Each list holds both languages, danger and quiet, and no phrase stands in two lists."""
    seen: Counter[str] = Counter()
    for name in _LISTS:
        listed = _listed(name)
        seen.update(text for _, _, text in listed)
        assert {(language, wanted == "quiet") for language, wanted, _ in listed} == {
            ("es", True),
            ("es", False),
            ("en", True),
            ("en", False),
        }
    assert len(seen) > 500
    assert [text for text, times in seen.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Pte con FIEBRE alta", RedFlagKind.FEVER, "FIEBRE"),
        ("PA 85/50 en control", RedFlagKind.LOW_BLOOD_PRESSURE, "85/50"),
        ("anda con escalofríos", RedFlagKind.CHILLS, "escalofríos"),
        ("no cede el sangrado", RedFlagKind.HEAVY_BLEEDING, "no cede el sangrado"),
        ("temp 101.8F", RedFlagKind.FEVER, "temp 101.8F"),
        ("🤒 desde ayer", RedFlagKind.FEVER, "🤒"),
    ],
)
def test_a_flag_quotes_the_nurse(text: str, kind: RedFlagKind, words: str) -> None:
    """A red flag shows the nurse's own words, accents and capitals kept."""
    assert {flag.kind: flag.words for flag in find_red_flags(text, _TABLE.limits)}[kind] == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("T 38.5 FC 115 FR 24 PA 98/60 sat 93", RedFlagKind.NEWS2_HIGH),
        ("T 38.2 FC 112 FR 21", RedFlagKind.NEWS2_MEDIUM),
        ("PA 95/60 FR 23", RedFlagKind.QSOFA),
        ("confusa, FR 24", RedFlagKind.QSOFA),
        ("Glasgow 13", RedFlagKind.CONFUSION),
        ("FC 38", RedFlagKind.ABNORMAL_PULSE),
        ("T 34,9", RedFlagKind.LOW_TEMPERATURE),
        ("PAM 55", RedFlagKind.LOW_BLOOD_PRESSURE),
        ("p/a 80-40", RedFlagKind.LOW_BLOOD_PRESSURE),
        ("presión 8/5", RedFlagKind.LOW_BLOOD_PRESSURE),
        ("el monitor pita, FC 141", RedFlagKind.ABNORMAL_PULSE),
        ("sat basal 87", RedFlagKind.LOW_OXYGEN),
        ("no sube de 89%", RedFlagKind.LOW_OXYGEN),
        ("O2 sat won't come above 90", RedFlagKind.LOW_OXYGEN),
        ("me da 84 el saturómetro", RedFlagKind.LOW_OXYGEN),
        ("saturando ochenta y ocho", RedFlagKind.LOW_OXYGEN),
        ("pulse one thirty two sitting still", RedFlagKind.ABNORMAL_PULSE),
        ("quedó en treinta y ocho ocho el termómetro", RedFlagKind.FEVER),
        ("39 y medio", RedFlagKind.FEVER),
        ("core 34.6", RedFlagKind.LOW_TEMPERATURE),
        ("ECG 12 (O3 V4 M5)", RedFlagKind.CONFUSION),
        ("V on ACVPU", RedFlagKind.CONFUSION),
        ("AVPU = P", RedFlagKind.CONFUSION),
        ("UO 10 ml/hr", RedFlagKind.SEPSIS),
        ("diuresis 50 cc en 8 h", RedFlagKind.SEPSIS),
        ("0,2 ml/kg/h", RedFlagKind.SEPSIS),
        ("lactato 4,2", RedFlagKind.SEPSIS),
        ("lact 4.5", RedFlagKind.SEPSIS),
        ("38'9", RedFlagKind.FEVER),
        ("39,2C", RedFlagKind.FEVER),
        ("102.4F", RedFlagKind.FEVER),
        ("35.0 axilar", RedFlagKind.LOW_TEMPERATURE),
        ("TA 8 5", RedFlagKind.LOW_BLOOD_PRESSURE),
        ("sys 82", RedFlagKind.LOW_BLOOD_PRESSURE),
        ("P135", RedFlagKind.ABNORMAL_PULSE),
        ("140x'", RedFlagKind.ABNORMAL_PULSE),
        ("FC 140/min", RedFlagKind.ABNORMAL_PULSE),
        ("RR 28/min", RedFlagKind.FAST_BREATHING),
        ("84% AA", RedFlagKind.LOW_OXYGEN),
        ("EVA 9/10", RedFlagKind.DISPROPORTIONATE_PAIN),
        ("pain score 9", RedFlagKind.DISPROPORTIONATE_PAIN),
        ("HGT 38", RedFlagKind.ABNORMAL_GLUCOSE),
        ("glicemia 450", RedFlagKind.ABNORMAL_GLUCOSE),
        ("glicemia capilar 0,45 g/l", RedFlagKind.ABNORMAL_GLUCOSE),
        ("BM 1.9", RedFlagKind.ABNORMAL_GLUCOSE),
        ("bgl 24.1", RedFlagKind.ABNORMAL_GLUCOSE),
        ("blood sugar 42", RedFlagKind.ABNORMAL_GLUCOSE),
        ("glucometer reads hi", RedFlagKind.ABNORMAL_GLUCOSE),
        ("3cm -> 6cm in a day", RedFlagKind.RAPID_GROWTH),
        ("socavamiento 5 cm, ayer 1", RedFlagKind.RAPID_GROWTH),
        ("a las 00 el rojo media 5 cm, ahora 11", RedFlagKind.SPREADING_ERYTHEMA),
    ],
)
def test_vital_signs_are_added_up(text: str, kind: RedFlagKind) -> None:
    """Scores are computed from the vital signs that the nurse gives."""
    assert kind in _kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "T 37,2 PA 118/76 FC 88 FR 18 sat 96",
        "sonda foley fr 24",
        "mide 12/8 cm",
        "control el 23/11/2026",
        "cama 39, edad 85",
        "hb 38,5",
        "good news 7 cm",
        "TA 12 8",
        "sys 128",
        "P 120/70",
        "p 78",
        "78x'",
        "RR 16/min",
        "97% AA",
        "36,5 axilar",
        "TA 10 am",
        "HGT 110",
        "HGT a las 6",
        "control de HGT 3 veces al día",
        "glicemia 1,10",
        "BM 6.4",
        "BM 2 today",
        "glucosa 5%",
        "sugar 2 sachets",
        "cambio a las 20:38",
        "cel 987654321",
        "foto 2/3",
    ],
)
def test_ordinary_numbers_stay_quiet(text: str) -> None:
    """Normal vital signs, sizes, dates and catheters raise nothing."""
    assert _kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "orina 60 ml/hr, lactato 1,2, PA 12/8",
        "diuresis 1200 cc en 24 h",
        "diuresis 1.450 cc/24 h",
        "decúbito lateral 30°",
        "ayer 8 cm, hoy 4 cm",
        "de 3 a 7 cm en dos meses",
        "AVPU A, ECG 15/15",
    ],
)
def test_good_measurements_raise_no_rule(text: str) -> None:
    """Urine enough, a wound that shrinks or grows over months, a patient who is awake."""
    assert flags_by_rule(text, _TABLE.limits) == ()


@pytest.mark.parametrize(
    "text", ["gusanos en la herida", "MAGGOTS!!", "miasis", "🐛 in her foot", "rice that crawls"]
)
def test_maggots_are_urgent(text: str) -> None:
    """They have a sign of their own, in the row of pus and odour."""
    assert {flag.kind for flag in flags_by_rule(text, _TABLE.limits)} == {RedFlagKind.MAGGOTS}
    assert _TABLE.urgency_of(flags_by_rule(text, _TABLE.limits)) is Urgency.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "evisceración, cubrí con gasa húmeda",
        "intestino expuesto",
        "se ven las asas intestinales",
        "salida de asas intestinales por la herida",
        "se abrió la herida y asoma intestino",
        "le salió el epiplón por la herida",
        "burst abdomen",
        "omentum visible at lower end of wound",
        "guts hanging out",
    ],
)
def test_organs_in_a_wound_are_an_emergency(text: str) -> None:
    """Nobody waits for the photo of a belly that has opened."""
    flags = flags_by_rule(text, _TABLE.limits)
    assert {flag.kind for flag in flags} == {RedFlagKind.EVISCERATION}
    assert _TABLE.urgency_of(flags) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "la piel de alrededor está morada y crece por horas",
        "se le puso morada la piel del muslo e insensible",
        "skin around it purple and numb",
        "numb purple skin next to the ulcer",
    ],
)
def test_purple_skin_that_spreads_or_feels_nothing_is_an_emergency(text: str) -> None:
    """A necrotising infection is told so before anybody names it."""
    assert RedFlagKind.DUSKY_SKIN in _kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "sin evisceración",
        "no se ve intestino",
        "ileostomía con asa expuesta",
        "sale deposición por el asa intestinal",
        "bowels opened twice today",
        "no bowel visible",
        "dehiscencia superficial, no se ven asas",
        "cirugía de intestino delgado hace 5 días, herida limpia",
        "bowel prep tomorrow, will see surgeon",
    ],
)
def test_a_belly_that_is_closed_is_quiet(text: str) -> None:
    """Stools, surgery of some days ago, and what is denied."""
    assert find_red_flags(text, _TABLE.limits) == ()


def test_the_rules_hear_strangers() -> None:
    """On the phrases of authors who never saw them the rules raise three dangers in five and
    flag one quiet phrase in sixteen."""
    listed = [
        line.split("\t")
        for file in sorted(_STRANGERS.glob("*.tsv"))
        for line in file.read_text("utf-8").splitlines()
    ]
    raised = [
        bool(flags_by_rule(text, _TABLE.limits)) for _, wanted, text in listed if wanted != "quiet"
    ]
    flagged = [
        bool(flags_by_rule(text, _TABLE.limits)) for _, wanted, text in listed if wanted == "quiet"
    ]
    assert sum(raised) >= 3 * len(raised) / 5
    assert sum(flagged) <= len(flagged) / 16


def test_pus_in_an_unwell_patient_is_an_emergency() -> None:
    """Pus is urgent; with an unwell patient it is an emergency."""
    assert _TABLE.urgency_of(find_red_flags("sale pus", _TABLE.limits)) is Urgency.URGENT
    together = find_red_flags("sale pus, está muy decaído", _TABLE.limits)
    assert _TABLE.urgency_of(together) is Urgency.EMERGENCY
    sugar = find_red_flags("sale pus, HGT 450", _TABLE.limits)
    assert _TABLE.urgency_of(sugar) is Urgency.EMERGENCY


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks the reading, and every flag's words stand in the text."""
    import unicodedata

    written = unicodedata.normalize("NFC", text)
    for flag in find_red_flags(text, _TABLE.limits):
        assert all(part in written for part in flag.words.split(", "))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("paciente con la herida roja", Language.ES),
        ("the wound is red and warm", Language.EN),
        ("pte c/ fiebre", Language.ES),
        ("T 38", Language.ES),
        ("no fever or chills today", Language.EN),
    ],
)
def test_the_language_is_told(text: str, language: Language) -> None:
    """A text's language is told from its common words; a tie is Spanish."""
    assert language_of(text) is language


def test_triage_answers_one_line_per_text() -> None:
    """`vigia triage` writes one JSON object a text, in order, and exits 0."""
    out = io.StringIO()
    assert (
        triage_texts(["fiebre de 39", "no fever, wound clean"], _TABLE, as_json=True, out=out) == 0
    )
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first == {
        "urgency": "emergency",
        "red_flags": ["fever"],
        "language": "es",
        "words": ["fiebre de 39"],
        "missing_for_news2": ["breaths", "saturation", "systolic", "pulse"],
        "missing_for_qsofa": ["breaths", "systolic"],
    }
    assert (second["urgency"], second["red_flags"]) == ("routine", [])
    assert second["language"] == "en"


@pytest.mark.parametrize(
    ("shipped", "own", "text", "kind"),
    [
        ("below = 30", "below = 50", "diuresis 40 ml/h", RedFlagKind.SEPSIS),
        ("above = 2,", "above = 1.5,", "lactato 1,8", RedFlagKind.SEPSIS),
        ("at_least = 350", "at_least = 250", "HGT 280", RedFlagKind.ABNORMAL_GLUCOSE),
        ("at_least = 37.8", "at_least = 37.5", "T 37,6", RedFlagKind.FEVER),
        ("at_least = 131", "at_least = 120", "FC 125", RedFlagKind.ABNORMAL_PULSE),
        ("danger = 0.60", "danger = 0.01", "se cambia el apósito del talón sin novedad", None),
    ],
)
def test_a_sites_own_limit_is_the_one_that_counts(
    shipped: str, own: str, text: str, kind: RedFlagKind | None
) -> None:
    """What the shipped table lets pass, a stricter one hears; without a kind it is by the sound."""
    table = load_table(SHIPPED_TABLE.read_text("utf-8").replace(shipped, own, 1))
    heard = {flag.kind for flag in find_red_flags(text, table.limits)}
    assert find_red_flags(text, _TABLE.limits) == ()
    assert heard == {kind or RedFlagKind.POSSIBLE_DANGER}


def test_triage_loads_nothing_heavy() -> None:
    """Triage imports neither the model, the web nor the database."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import bot.cli.triage, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"torch", "flask", "sqlalchemy", "numpy", "redis"} & set(loaded)


@pytest.mark.parametrize(
    ("text", "news2", "qsofa"),
    [
        ("PA 85/50", ["breaths", "saturation", "pulse", "temperature"], ["breaths"]),
        ("T 38,7 FR 26 sat 88 FC 120 PA 90/50", [], []),
        ("herida limpia", [], []),
    ],
)
def test_triage_names_the_vital_signs_that_a_score_lacks(
    text: str, news2: list[str], qsofa: list[str]
) -> None:
    """A score from some vital signs is a lower bound, and what it lacks is named."""
    out = io.StringIO()
    triage_texts([text], _TABLE, as_json=True, out=out)
    told = json.loads(out.getvalue())
    assert (told["missing_for_news2"], told["missing_for_qsofa"]) == (news2, qsofa)


def test_a_page_without_a_full_stop_is_weighed_in_time() -> None:
    """Slack waits three seconds: a page four times as long takes about four times, not sixteen."""

    def seconds(times: int) -> float:
        began = time.process_time()
        flags_by_rule("dolor y fiebre " * times, _TABLE.limits)
        return time.process_time() - began

    flags_by_rule("fiebre", _TABLE.limits)
    assert seconds(800) < 8 * seconds(200)
