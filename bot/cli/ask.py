"""`vigia ask`: what Vigia answers to a protocol question."""

import json
from collections.abc import Iterable
from typing import TextIO

from bot.protocols.advisor import Advisor


def answer_questions(
    questions: Iterable[str], advisor: Advisor, *, as_json: bool, out: TextIO
) -> int:
    """Writes one answer for each question, in the order given. Returns the exit code."""
    for question in questions:
        answer = advisor.ask(question)
        if as_json:
            line = json.dumps(
                {
                    "answered": answer.answered,
                    "language": answer.language,
                    "answer": answer.text,
                    "citations": list(answer.citations),
                    "reason": answer.reason,
                },
                ensure_ascii=False,
            )
        else:
            line = answer.text
        out.write(line + "\n")
        out.flush()
    return 0
