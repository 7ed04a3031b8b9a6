"""JSON logs: an event's name and allow-listed fields. No text, no name, no number of a person."""

import json
import logging
import sys
from datetime import UTC, datetime

ALLOWED = ("work", "id", "error", "reason", "queue", "status", "path", "method", "ms", "count")


class JsonFormatter(logging.Formatter):
    """Our own events keep their name; a library's message is replaced by its logger's name,
    since nobody can promise what a library puts into its text."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] in ("bot", "jobs")
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if ours and not record.args else "library_message",
            "logger": record.name,
        }
        for name in ALLOWED:
            if ours and hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def set_up_logs() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These print addresses, bodies or arguments at INFO.
    for name in ("twilio", "slack_sdk", "slack_bolt", "werkzeug", "urllib3", "rq", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
