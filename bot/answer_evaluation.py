"""`vigia evaluate-answers`: how often a question gets the right key, or the refusal it should."""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.core.protocol.answer import Answer
from bot.core.protocol.refusal import RefusalReason
from bot.core.staff import Language
from bot.protocols.advisor import Advisor

# The second was written after the rules of the first were set, and nothing is tuned on it.
HALVES = ("development", "held_out")


@dataclass(frozen=True, slots=True)
class Question:
    """`keys`: any of them is right as the first citation; a question to refuse has a `reason`."""

    language: Language
    text: str
    keys: frozenset[str]
    reason: RefusalReason | None


def load_questions(folder: Path) -> list[Question]:
    """answered.tsv and refused.tsv: language, keys or reason, question."""
    questions = []
    for language, keys, text in _rows(folder / "answered.tsv"):
        questions.append(Question(Language(language), text, frozenset(keys.split(";")), None))
    for language, reason, text in _rows(folder / "refused.tsv"):
        questions.append(Question(Language(language), text, frozenset(), RefusalReason(reason)))
    return questions


def evaluate_answers(advisor: Advisor, folder: Path, out: TextIO) -> int:
    """Prints the figures of both lists and every miss. Returns 1 if a goal is missed on the
    held-out list, else 0."""
    missed = False
    advisor.ask("is the model warm")
    for half in HALVES:
        asked = [(q, *_timed(advisor, q)) for q in load_questions(folder / half)]
        for language in Language:
            here = [(q, a) for q, a, _ in asked if q.language is language]
            keyed = [(q, a) for q, a in here if q.keys]
            refused = [(q, a) for q, a in here if not q.keys]
            right = sum(a.answered and a.citations[0] in q.keys for q, a in keyed)
            kept_back = sum(not a.answered for _, a in refused)
            out.write(
                f"{half:<12} {language}  right key first {right}/{len(keyed)} "
                f"({right / len(keyed):.1%})  refused {kept_back}/{len(refused)} "
                f"({kept_back / len(refused):.1%})\n"
            )
            below = right < 0.95 * len(keyed) or kept_back < 0.95 * len(refused)
            missed |= half == HALVES[-1] and below
        times = sorted(seconds * 1000 for _, _, seconds in asked)
        p95 = times[int(0.95 * len(times))]
        out.write(f"{half:<12} time: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms\n")
        for question, answer, _ in asked:
            if wrong := _miss(question, answer):
                out.write(f"  missed: {question.text} -> {wrong}\n")
    return int(missed)


def _miss(question: Question, answer: Answer) -> str:
    if not answer.answered:
        return f"refused: {answer.reason}" if question.keys else ""
    return "" if answer.citations[0] in question.keys else answer.citations[0]


def _timed(advisor: Advisor, question: Question) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = advisor.ask(question.text)
    return answer, time.perf_counter() - started


def _rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]
