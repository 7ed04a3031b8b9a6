"""Asks the model of the house to word an answer, and takes its words only where they hold."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.core.protocol.answer import LONGEST_ANSWER
from bot.core.protocol.phrasing import MODEL_SECONDS, PhrasingTask, find_fault, worded
from bot.model_server import ModelAddress, ModelServer, NotAnswered

_MOST_TOKENS = 400


class Phraser:
    def __init__(
        self, address: ModelAddress, templates: Path, *, seconds: float = MODEL_SECONDS
    ) -> None:
        self._server = ModelServer(address, seconds=seconds)
        self._prompts = Environment(
            loader=FileSystemLoader(templates / "phrasing"),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text for a model
        )

    def word(self, task: PhrasingTask) -> str:
        """The whole message. Raises NotAnswered, with the fault where the words do not hold."""
        keys = " ".join(f"[{quote.key}]" for quote in task.grounds.quotes)
        prompt = self._prompts.get_template(f"{task.language}.txt").render(
            question=task.question,
            quotes=task.grounds.quotes,
            disagree=bool(task.grounds.opening),
            room=LONGEST_ANSWER - len(worded(keys, task)),
        )
        content = [{"type": "text", "text": prompt.strip()}]
        said = self._server.complete(content, most_tokens=_MOST_TOKENS)
        fault = find_fault(said, task)
        if fault:
            raise NotAnswered(fault.value)
        return worded(said, task)
