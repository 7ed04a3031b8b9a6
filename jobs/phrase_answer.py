"""Asks the model of the house to word one answer that waits in the outbox. One try: where it fails
or says what the passages do not bear out, the authored words go at once."""

import logging

from bot.actions.asking import phrasing_task, settle_answer
from bot.core.protocol.phrasing import PhrasingTask
from bot.model_server import NotAnswered
from bot.protocols.phrasing import Phraser
from bot.wiring import Services
from jobs.house import services

log = logging.getLogger(__name__)


def phrase_answer(id: str) -> None:
    run(services(), id)


def run(house: Services, id: str) -> None:
    with house.store.snapshot() as snapshot:
        task = phrasing_task(snapshot, id)
    if task is None or house.phraser is None:
        return
    text, outcome = _word(house.phraser, task)
    if text is None:
        log.warning("answer_not_worded", extra={"id": id, "reason": outcome})
    with house.acting() as tx:
        settle_answer(tx, id, text, outcome)


def _word(phraser: Phraser, task: PhrasingTask) -> tuple[str | None, str]:
    try:
        return phraser.word(task), "worded"
    except NotAnswered as not_answered:
        return None, str(not_answered.args[0])
    except Exception as error:
        return None, type(error).__name__
