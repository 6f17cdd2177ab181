"""The log as lines of JSON on standard error, from every process of a server alike."""

from __future__ import annotations

import json
import logging
import sys

__all__ = ["JsonLines", "log_lines"]


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line: time, level, message, and what they carry."""

    _PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": record.process,
            "message": record.getMessage(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in self._PLAIN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_lines(*, only: bool = True) -> None:
    """Log warnings as lines; `only`: in the place of whatever else was told to log."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=only)
