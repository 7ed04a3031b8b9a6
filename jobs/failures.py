"""What may be said of a failed job: types, our own frames, the work and the id. Never a message."""

import logging
import traceback
from pathlib import Path
from types import TracebackType

from rq.job import Job

from bot.dispatch import work_and_id

log = logging.getLogger(__name__)

_HOUSE = Path(__file__).resolve().parent.parent
_PACKAGES = ("bot", "jobs")


def bare_traceback(error: BaseException) -> str:
    """The chain of exception types, each with the frames that are ours. Carries no values."""
    lines: list[str] = []
    following: BaseException | None = error
    while following is not None and len(lines) < 100:
        lines.append(_type_name(following))
        lines += [
            f"  {place}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(following.__traceback__, limit=-50)
            if (place := _place_in_house(frame.filename))
        ]
        following = following.__cause__ or following.__context__
    return "\n".join(lines)


def log_failure(
    job: Job,
    kind: type[BaseException],
    error: BaseException,
    frames: TracebackType | None,
) -> None:
    """An RQ exception handler."""
    tell(job, kind.__name__)


def tell(job: Job, error: str) -> None:
    work, id = work_and_id(job.id)
    log.error("job_failed", extra={"work": work, "id": id, "error": error})


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}"


def _place_in_house(filename: str) -> str | None:
    path = Path(filename)
    if not path.is_relative_to(_HOUSE):
        return None
    place = path.relative_to(_HOUSE)
    return str(place) if place.parts[0] in _PACKAGES else None
