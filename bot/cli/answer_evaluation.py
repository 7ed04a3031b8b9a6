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

GOAL = 0.95
# The second was written after the rules of the first were set, the third by an author who never
# saw the library.
HALVES = ("development", "held_out", "strangers")


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
    """Prints the figures of each list and every miss. Returns 1 if a goal is missed on the
    strangers' list, else 0."""
    advisor.ask("is the model warm")
    met = True
    for half in HALVES:
        asked = [(q, *_timed(advisor, q)) for q in load_questions(folder / half)]
        missed = [(q, wrong) for q, answer, _ in asked if (wrong := _miss(q, answer))]
        wrong_questions = {q for q, _ in missed}
        groups = {"refused": [q for q, *_ in asked if not q.keys]}
        for language in Language:
            keyed = [q for q, *_ in asked if q.keys and q.language is language]
            groups[f"right key first, {language}"] = keyed
        met = True
        for name, questions in groups.items():
            right = sum(q not in wrong_questions for q in questions)
            share = right / len(questions)
            met &= share >= GOAL
            out.write(f"{half:<12} {name:<20} {right}/{len(questions)} ({share:.1%})\n")
        times = sorted(seconds * 1000 for *_, seconds in asked)
        p95 = times[int(0.95 * len(times))]
        out.write(f"{half:<12} median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms\n")
        out.writelines(f"  missed: {q.text} -> {wrong}\n" for q, wrong in missed)
    return 0 if met else 1


def _miss(question: Question, answer: Answer) -> str:
    """What went wrong, or nothing."""
    if not answer.answered:
        return f"refused: {answer.reason}" if question.keys else ""
    return "" if answer.citations[0] in question.keys else answer.citations[0]


def _timed(advisor: Advisor, question: Question) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = advisor.ask(question.text)
    return answer, time.perf_counter() - started


def _rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]
