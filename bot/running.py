"""What `run`, `serve` and `playground` have in common: start, wait for a signal, stop."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.app import Bot, build
from bot.redaction import redact_logs
from bot.server_lock import ServerLock
from bot.settings import Settings, WrongSettings
from bot.workers import Workers

log = logging.getLogger(__name__)


def start_logging(settings: Settings) -> None:
    """Log to standard error, without secrets."""
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    redact_logs()


def refuse_playground_clock(settings: Settings) -> None:
    """A real workspace lives in real time.

    Raises:
        WrongSettings: the playground's clock is set.
    """
    if settings.playground_clock_file is not None:
        raise WrongSettings("PLAYGROUND_CLOCK_FILE is for the playground only: unset it.")


def require(settings: Settings, *names: str) -> None:
    """See that these settings are there.

    Raises:
        WrongSettings: one sentence a setting that is missing.
    """
    missing = [
        f"{name.upper()} is not set: {Settings.model_fields[name].description}"
        for name in names
        if not getattr(settings, name)
    ]
    if missing:
        raise WrongSettings("\n".join(missing))


@contextmanager
def running(settings: Settings, *, demo: bool = False) -> Iterator[tuple[Bot, threading.Event]]:
    """The bot with its workers; the event is set by SIGTERM or Ctrl-C."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with ExitStack() as stack:
        bot = build(settings, demo=demo)
        stack.callback(bot.services.database.close)
        if bot.services.database.is_sqlite:
            stack.enter_context(ServerLock(Path(str(bot.services.database.url.database))))
        workers = Workers(bot)
        workers.start()
        stack.callback(workers.stop)
        yield bot, stopping
        log.info("stopping: finishing what is in hand")
