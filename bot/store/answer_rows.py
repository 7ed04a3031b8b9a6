"""What was asked in a case, and answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.core.audit import AuditEvent, AuditKind
from bot.core.questions import ASKED_IN, SKIP, Question
from bot.store import tables as t
from bot.store.transaction import Snapshot, Transaction, new_id

_SEAL = "questions.answer"


@dataclass(frozen=True, slots=True)
class Asked:
    """`answer` is one of the question's answers, "skip", or the nurse's own words. `tries` counts
    how often it was put."""

    id: str
    case_id: str
    question: Question
    asked_at: datetime
    tries: int
    answered_at: datetime | None
    answer: str | None


def add_question(tx: Transaction, case_id: str, question: Question) -> Asked | None:
    """None where it was asked in this case before."""
    id = new_id()
    values = {
        "id": id,
        "case_id": case_id,
        "question": question,
        "asked_at": tx.now,
        "tries": 1,
    }
    event = _event(AuditKind.QUESTION_ASKED, "system:ask", case_id, question)
    if not tx.add_once(t.questions, values, ["case_id", "question"], event):
        return None
    return question_by_id(tx, id)


def ask_again(tx: Transaction, asked: Asked) -> None:
    event = _event(AuditKind.QUESTION_ASKED, "system:ask", asked.case_id, asked.question)
    values = {"asked_at": tx.now, "tries": asked.tries + 1}
    tx.write(update(t.questions).where(t.questions.c.id == asked.id).values(values), event)


def answer_question(tx: Transaction, asked: Asked, answer: str, actor: str) -> bool:
    """Whether this was the first answer."""
    table = t.questions
    event = _event(AuditKind.QUESTION_ANSWERED, actor, asked.case_id, asked.question)
    open_still = (table.c.id == asked.id) & table.c.answered_at.is_(None)
    values = {"answered_at": tx.now, "answer_sealed": tx.vault.seal_text(answer, _SEAL)}
    return tx.write(update(table).where(open_still).values(values), event) == 1


def question_by_id(snapshot: Snapshot, id: str) -> Asked:
    row = snapshot.first(select(t.questions).where(t.questions.c.id == id))
    if row is None:
        raise KeyError("question")
    return _asked(snapshot, row)


def questions_of_case(snapshot: Snapshot, case_id: str) -> list[Asked]:
    """In the order in which they were asked, answered or not."""
    table = t.questions
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.asked_at, table.c.id)
    return [_asked(snapshot, row) for row in snapshot.all(query)]


def answers_of_case(snapshot: Snapshot, case_id: str) -> list[Asked]:
    """Those that were answered, and not by skipping."""
    asked = questions_of_case(snapshot, case_id)
    return [one for one in asked if one.answer not in (None, SKIP)]


def someone_is_asked(snapshot: Snapshot, thread_id: str, since: datetime) -> bool:
    """Whether a question put in this thread since then still waits for its answer, in a case that
    Vigia still asks about."""
    questions, cases = t.questions, t.cases
    query = (
        select(questions.c.id)
        .join(cases, cases.c.id == questions.c.case_id)
        .where(
            cases.c.thread_id == thread_id,
            cases.c.status.in_(ASKED_IN),
            questions.c.answered_at.is_(None),
            questions.c.asked_at >= since,
        )
        .limit(1)
    )
    return snapshot.first(query) is not None


def _asked(snapshot: Snapshot, row: Row[Any]) -> Asked:
    sealed = row.answer_sealed
    return Asked(
        row.id,
        row.case_id,
        row.question,
        row.asked_at,
        row.tries,
        row.answered_at,
        snapshot.vault.open_text(sealed, _SEAL) if sealed else None,
    )


def _event(kind: AuditKind, actor: str, case_id: str, question: Question) -> AuditEvent:
    return AuditEvent(kind, actor, f"case:{case_id}", {"question": question})
