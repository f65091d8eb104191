"""Logs: to standard error, without secrets, as text or as one JSON object a line."""

import datetime as dt
import json
import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType

from bot import tracing
from bot.metrics import CountingHandler
from bot.redaction import redact_logs

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TAKES_NO_PART = (KeyboardInterrupt, SystemExit)

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """One event a line, whatever is in it: line breaks are escaped, and so is all but ASCII.

    Always there: time (UTC), level, logger, thread, message. Where there is one: error (the
    traceback), and what the thread was at (`bot.tracing`), the reference that a person was shown
    among it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        event: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "thread": record.threadName,
            "message": record.getMessage(),
            **tracing.facts(),
        }
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if error := "\n".join(part for part in (record.exc_text, record.stack_info) if part):
            event["error"] = error
        return json.dumps(event, default=str)


def start(level: str, *, as_json: bool, secrets: Iterable[str]) -> None:
    """Log to standard error, and count what is logged; to be called once a process.

    secrets: hidden wherever they turn up.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(TEXT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    redact_logs(secrets)
    root.addHandler(CountingHandler())
    if as_json:
        logging.captureWarnings(True)
        sys.excepthook = _log_crash
        threading.excepthook = _log_thread_crash


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if not issubclass(kind, TAKES_NO_PART):
        log.critical("crashed", exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not issubclass(crash.exc_type, TAKES_NO_PART):
        trace = (crash.exc_type, crash.exc_value, crash.exc_traceback)
        log.critical("a thread crashed", exc_info=trace)
