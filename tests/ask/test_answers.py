"""A ward asks, and is answered from the protocols or told why not."""

import io
import json
import subprocess
import sys
import time

import pytest

from bot.cli.answer_evaluation import HALVES, evaluate_answers, load_questions
from bot.core.protocol.refusal import RefusalReason
from bot.core.site import SHIPPED_SITE, load_site
from bot.core.staff import Language
from bot.protocols.advisor import Advisor, open_advisor
from bot.protocols.library import load_library
from bot.protocols.retrieval import Retriever
from bot.settings import CHECKOUT

QUESTIONS = CHECKOUT / "tests" / "ask"
TEMPLATES = CHECKOUT / "templates" / "protocols"


def test_the_questions_are_many_and_half_of_them_untouched() -> None:
    """In both languages, and none of them in two lists."""
    lists = [load_questions(QUESTIONS / half) for half in HALVES]
    least = zip(lists, (200, 60, 100), (100, 30, 50), strict=True)
    for questions, answered, refused in least:
        assert sum(bool(q.keys) for q in questions) >= answered
        assert sum(not q.keys for q in questions) >= refused
        assert {q.language for q in questions} == set(Language)
    assert len({q.text for one in lists for q in one}) == sum(map(len, lists))


def test_the_goals_are_met_on_the_held_out_questions(advisor: Advisor) -> None:
    """95 in 100 get the right key first, 95 in 100 of the others are refused."""
    out = io.StringIO()
    assert evaluate_answers(advisor, QUESTIONS, out) == 0, out.getvalue()


@pytest.mark.parametrize(
    "text", ["qué hago ahora", "ok y qué hago?", "what do I do now", "and now what do I do?"]
)
def test_what_to_do_now_is_no_question_to_the_protocols(advisor: Advisor, text: str) -> None:
    """It is about whoever she has before her: any passage would be a guess."""
    assert advisor.ask(text).reason is RefusalReason.NEEDS_CLINICIAN


def test_an_answer_takes_a_moment(advisor: Advisor) -> None:
    """Well under 150 ms of one core once the model is warm."""
    advisor.ask("cabecera a cuantos grados?")
    times = []
    for question in load_questions(QUESTIONS / "development")[:20]:
        started = time.thread_time()
        advisor.ask(question.text)
        times.append(time.thread_time() - started)
    assert sorted(times)[len(times) // 2] < 0.150


def test_a_question_of_pages_is_answered_before_slack_gives_up(advisor: Advisor) -> None:
    """Somebody pastes a whole report behind `/vigia ask`: it took seven seconds of one core."""
    pages = "cada cuánto cambio el apósito y qué hago con el paciente de la cama nueve? " * 130
    started = time.thread_time()
    advisor.ask(pages)
    assert time.thread_time() - started < 2


def test_sources_that_disagree_are_shown_side_by_side(advisor: Advisor) -> None:
    """On turning, the guideline, NICE and Coquimbo each say their interval."""
    answer = advisor.ask("cada cuanto giro al paciente?")
    assert answer.citations[0] == "R7"
    assert {"CG179 1.1.8", "COQ21"} <= set(answer.citations)
    assert "no coinciden" in answer.text


def test_a_braden_of_fifteen_depends_on_the_site(advisor: Advisor) -> None:
    """MINSAL and Coquimbo put it in different bands, and the answer says so."""
    answer = advisor.ask("what risk is a Braden of 15?")
    assert {"MINSAL23", "COQ21"} <= set(answer.citations)
    assert "disagree" in answer.text


@pytest.mark.parametrize(
    ("question", "first", "setting", "value"),
    [
        ("cada cuanto giro al paciente?", "R7", "SITE:turning", "cada 4 horas"),
        ("what risk is a Braden of 15?", "MINSAL23", "SITE:braden", "13 to 14 moderate"),
        ("braden 18 que riesgo es", "MINSAL23", "SITE:braden", "15 o más bajo"),
    ],
)
def test_the_site_s_own_value_stands_beside_the_guideline(
    question: str, first: str, setting: str, value: str
) -> None:
    """With its key and source, and as a proposal until somebody has signed it."""
    text = SHIPPED_SITE.read_text("utf-8").replace('name = ""', 'name = "Hospital A"', 1)
    site = load_site(text.replace("hours = 3", "hours = 4").replace("[15, ", "[14, "))
    answer = open_advisor(TEMPLATES, None, site=site).ask(question)
    assert answer.citations[0] == first
    assert setting in answer.citations
    assert value in answer.text
    assert "Hospital A" in answer.text
    assert "propuesta sin firmar" in answer.text or "unsigned proposal" in answer.text


@pytest.mark.parametrize(
    ("question", "line", "cited"),
    [
        (
            "¿Cómo se puntúa 12 cm2 con esfacelo y exudado moderado?",
            "PUSH 13 de 17: 12 cm² = 8, tejido (esfacelo) = 3, exudado (moderado) = 2.",
            {"PUSH"},
        ),
        ("PUSH for 4 x 3 cm, slough, moderate exudate?", "PUSH 13 of 17: 12 cm2 = 8", {"PUSH"}),
        ("riesgo braden 15?", "moderado en MINSAL 2023 [MINSAL23], riesgo bajo", {"COQ21"}),
        ("Braden 18 what risk", "Braden 18: low risk in MINSAL 2023 [MINSAL23]", {"COQ21"}),
    ],
)
def test_a_score_in_the_question_is_worked_out(
    advisor: Advisor, question: str, line: str, cited: set[str]
) -> None:
    """The sum comes first, then the rule that it rests on, on one phone screen."""
    answer = advisor.ask(question)
    assert line in answer.text.splitlines()[0]
    assert cited <= set(answer.citations)
    assert len(answer.text) <= 1000


@pytest.mark.parametrize("question", ["braden q 15", "a child with a Braden Q of 15, what risk?"])
def test_braden_q_is_not_taken_for_braden(advisor: Advisor, question: str) -> None:
    """15 is high risk in a child and moderate in an adult."""
    answer = advisor.ask(question)
    assert answer.text.startswith("Braden Q")
    assert "16" in answer.text.splitlines()[0]


def test_without_a_named_site_only_the_guidelines_speak(advisor: Advisor) -> None:
    """The shipped values are nobody's protocol."""
    answer = advisor.ask("cada cuanto giro al paciente?")
    assert not any(key.startswith("SITE:") for key in answer.citations)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("que dice nice de la gasa?", "CG179 1.4.25"),
        ("what does NICE say about turning?", "CG179 1.1.8"),
        ("que dice el minsal del agho?", "MINSAL23"),
        ("segun coquimbo cada cuanto se gira?", "COQ21"),
    ],
)
def test_a_document_asked_by_name_speaks_first(advisor: Advisor, question: str, key: str) -> None:
    """And the others follow it where they disagree."""
    assert advisor.ask(question).citations[0] == key


@pytest.mark.parametrize(
    "question",
    [
        "por que salen las escaras?",
        "how long does a stage 3 take to heal?",
        "que calorias necesita?",
    ],
)
def test_what_no_passage_says_is_not_answered_with_its_neighbour(
    advisor: Advisor, question: str
) -> None:
    """A question about wounds is no reason to say something else about wounds."""
    assert advisor.ask(question).reason is RefusalReason.NO_PASSAGE


def test_the_answer_is_in_the_language_of_the_question(advisor: Advisor) -> None:
    """English in, English out; or in the asker's own, where that is known."""
    assert advisor.ask("can I use gauze on it?").text.startswith("NICE: do not offer gauze")
    spanish = advisor.ask("can I use gauze on it?", Language.ES)
    assert spanish.text.startswith("NICE: no ofrezca gasa")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("dosis de ceftriaxona?", RefusalReason.DRUG_DOSE),
        ("how much tramadol can I give", RefusalReason.DRUG_DOSE),
        ("tengo una herida roja, que categoria es?", RefusalReason.STAGING),
        ("stage this from my description: black cap on the heel", RefusalReason.STAGING),
        ("mi paciente esta confuso y con fiebre, que hago", RefusalReason.NEEDS_CLINICIAN),
        ("which antibiotic should I give her", RefusalReason.NEEDS_CLINICIAN),
        ("fiebre y herida", RefusalReason.NEEDS_CLINICIAN),
        ("que tiempo hace hoy", RefusalReason.OUT_OF_SCOPE),
        ("", RefusalReason.UNREADABLE),
        ("¿?", RefusalReason.UNREADABLE),
    ],
)
def test_what_must_not_be_answered_is_refused(
    advisor: Advisor, question: str, reason: RefusalReason
) -> None:
    """Kindly, with a reason and without a citation."""
    answer = advisor.ask(question)
    assert (answer.reason, answer.citations) == (reason, ())
    assert len(answer.text) > 60


@pytest.mark.parametrize(
    "question",
    [
        "mi paciente tiene braden 13, que riesgo es?",
        "hay esfacelo, es categoria II?",
        "que hago con un eritema que no blanquea",
        "my patient is obese, what angle for side-lying?",
    ],
)
def test_a_general_rule_is_told_even_beside_a_patient(advisor: Advisor, question: str) -> None:
    """Asking for the rule is no request for a diagnosis."""
    assert advisor.ask(question).answered


def test_without_the_model_the_words_alone_still_find() -> None:
    """A machine that cannot load it answers less, and never from nothing."""
    library = load_library(TEMPLATES)
    found = Retriever(library, None).find("cabecera a cuantos grados", Language.ES)
    assert found.passages[0].key == "R11"
    assert found.evidence.outside is None


def test_a_line_in_gives_a_line_out_at_once() -> None:
    """`vigia ask - --json` can be spoken to by another program."""
    command = [sys.executable, "-m", "bot", "ask", "-", "--json"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asked:
        assert asked.stdin
        assert asked.stdout
        for question, key in (("puedo usar un picarón?", "MINSAL23"), ("Braden 13?", "MINSAL23")):
            asked.stdin.write(question + "\n")
            asked.stdin.flush()
            line = json.loads(asked.stdout.readline())
            assert line.keys() == {"answered", "language", "answer", "citations", "reason"}
            assert line["citations"][0] == key
        asked.stdin.close()
        assert asked.wait(20) == 0
