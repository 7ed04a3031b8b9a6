"""Answers are worded by the house's model where its words hold, and stay as authored otherwise."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.cli.answer_evaluation import load_questions
from bot.cli.ask import answer_questions
from bot.core.protocol.phrasing import PhrasingTask, find_fault
from bot.core.staff import Language
from bot.model_server import NotAnswered
from bot.protocols.advisor import Advisor
from bot.protocols.phrasing import Phraser
from bot.settings import CHECKOUT, SettingsMissing, phrasing_address
from tests.hospital import Hospital, open_hospital

_QUESTION = "what head of bed angle?"
_GOOD = (
    "Keep the head of the bed at 30 degrees or less, unless there is a clinical need such as "
    "aspiration risk [R11]. MINSAL 2023 agrees with the head of bed at 30 degrees [MINSAL23]."
)


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with open_hospital(_GOOD) as peer:
        yield peer


def _phraser(peer: Hospital) -> Phraser:
    address = phrasing_address(peer.environ | {"VIGIA_PHRASING": "medgemma"})
    assert address
    return Phraser(address, CHECKOUT / "templates", seconds=0.5 if peer.silent else 60)


def _asked(advisor: Advisor, peer: Hospital, question: str = _QUESTION) -> dict[str, object]:
    out = io.StringIO()
    answer_questions([question], advisor, _phraser(peer), as_json=True, out=out)
    return json.loads(out.getvalue())


def test_good_words_are_sent_with_the_authored_lines(advisor: Advisor, hospital: Hospital) -> None:
    """The rule's strength, who worded it, the sources and the caution stand in it as ever."""
    authored = advisor.ask(_QUESTION)
    said = _asked(advisor, hospital)
    assert set(said) == {"answered", "language", "answer", "citations", "reason"}
    text = str(said["answer"])
    assert text.startswith("Keep the head of the bed at 30 degrees")
    assert "[R11, conditional recommendation, low certainty]" in text
    assert "Worded by a model from the passages cited." in text
    assert text.endswith("\n".join(authored.text.splitlines()[-2:]))
    assert said["citations"] == list(authored.citations)


def test_the_model_is_given_the_question_and_the_passages(
    advisor: Advisor, hospital: Hospital
) -> None:
    """Each under its key, and nothing but text; the two sides where sources disagree."""
    _asked(advisor, hospital, "cada cuanto giro al paciente?")
    (part,) = hospital.asked[0]["messages"][0]["content"]
    assert "cada cuanto giro al paciente?" in part["text"]
    assert "[CG179 1.1.8] NICE: al menos cada 6 horas" in part["text"]
    assert "no coinciden" in part["text"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"say": _GOOD.replace("30 degrees", "45 degrees")}, "foreign_number"),
        ({"say": _GOOD.replace("R11", "R12")}, "foreign_key"),
        ({"say": _GOOD * 6}, "too_long"),
        ({"say": "La cabecera de la cama se deja baja para el paciente [R11]."}, "language"),
        ({"silent": True}, "ReadTimeout"),
        ({"fail_with": 500}, "http_500"),
        ({"fail_with": 302}, "http_302"),
        ({"body": b"<html>busy</html>"}, "not_the_protocol"),
        ({"body": b'{"choices": []}'}, "not_the_protocol"),
        ({"die": True}, "ChunkedEncodingError"),
    ],
)
def test_what_fails_is_answered_in_authored_words(
    advisor: Advisor, hospital: Hospital, fault: dict[str, object], code: str
) -> None:
    """An invented number or key, too many words, another language, silence, an error, no JSON."""
    for name, value in fault.items():
        setattr(hospital, name, value)
    answer = advisor.ask(_QUESTION)
    assert answer.grounds
    with pytest.raises(NotAnswered, match=code):
        _phraser(hospital).word(PhrasingTask(_QUESTION, Language.EN, answer.grounds))
    assert _asked(advisor, hospital)["answer"] == answer.text


@pytest.mark.parametrize(
    "question",
    ["how many mg of tramadol do I give?", "who won the match?", "braden 15, what risk is that?"],
)
def test_refusals_and_sums_are_never_worded(
    advisor: Advisor, hospital: Hospital, question: str
) -> None:
    """The model is not even asked."""
    assert _asked(advisor, hospital, question)["answer"] == advisor.ask(question).text
    assert hospital.asked == []


def test_vigia_ask_words_where_the_setting_says_so(hospital: Hospital) -> None:
    """And nowhere else: without the setting the server hears nothing."""
    command = [sys.executable, "-m", "bot", "ask", _QUESTION]
    for chosen, is_worded in (("medgemma", True), ("off", False)):
        environ = hospital.environ | {"VIGIA_PHRASING": chosen}
        said = subprocess.run(
            command, cwd=CHECKOUT, env=environ, capture_output=True, text=True, check=True
        )
        assert ("Worded by a model" in said.stdout) is is_worded
    assert len(hospital.asked) == 1


def test_a_setting_that_is_half_made_is_named() -> None:
    """All that is missing at once."""
    with pytest.raises(SettingsMissing) as missing:
        phrasing_address({"VIGIA_PHRASING": "medgemma"})
    assert set(missing.value.problems) == {"VIGIA_MEDGEMMA", "VIGIA_MEDGEMMA_URL"}
    with pytest.raises(SettingsMissing, match="off or medgemma"):
        phrasing_address({"VIGIA_PHRASING": "oracle"})


def test_most_passages_could_be_sent_as_they_stand(advisor: Advisor) -> None:
    """The check is strict, and yet a model that copies gets through: 8 answers in 10 or more."""
    passed = []
    for asked in load_questions(CHECKOUT / "tests" / "ask" / "development")[:80]:
        answer = advisor.ask(asked.text)
        if answer.grounds:
            copied = " ".join(f"{quote.says} [{quote.key}]" for quote in answer.grounds.quotes)
            task = PhrasingTask(asked.text, answer.language, answer.grounds)
            passed.append(find_fault(copied, task) is None)
    assert len(passed) > 40
    assert sum(passed) / len(passed) >= 0.8
