"""`vigia ask`: what Vigia answers to a protocol question."""

import json
import logging
from collections.abc import Iterable
from typing import TextIO

from bot.core.protocol.answer import Answer
from bot.core.protocol.phrasing import PhrasingTask
from bot.model_server import NotAnswered
from bot.protocols.advisor import Advisor
from bot.protocols.phrasing import Phraser

log = logging.getLogger(__name__)


def answer_questions(
    questions: Iterable[str],
    advisor: Advisor,
    phraser: Phraser | None,
    *,
    as_json: bool,
    out: TextIO,
) -> int:
    """Writes one answer for each question, in the order given. Returns the exit code."""
    for question in questions:
        answer = advisor.ask(question)
        text = _worded(phraser, question, answer) if phraser else answer.text
        if as_json:
            line = json.dumps(
                {
                    "answered": answer.answered,
                    "language": answer.language,
                    "answer": text,
                    "citations": list(answer.citations),
                    "reason": answer.reason,
                },
                ensure_ascii=False,
            )
        else:
            line = text
        out.write(line + "\n")
        out.flush()
    return 0


def _worded(phraser: Phraser, question: str, answer: Answer) -> str:
    """The authored words where there is nothing to word, or the model's do not hold."""
    if answer.grounds is None:
        return answer.text
    try:
        return phraser.word(PhrasingTask(question, answer.language, answer.grounds))
    except NotAnswered as not_answered:
        log.warning("answer_not_worded", extra={"reason": not_answered.args[0]})
        return answer.text
