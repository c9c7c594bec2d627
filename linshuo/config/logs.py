"""One log line is one JSON object on standard error, so that any collector can read it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

#: What `logging` itself puts on a record; everything else came through `extra=`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message; whatever came through `extra`; the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for key, value in vars(record).items():
            # Django attaches the request; only its path may be written down, never its form.
            if key == "request":
                line["path"] = getattr(value, "path", "")
            elif key not in _OWN:
                line[key] = value
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
