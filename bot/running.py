"""What `run`, `serve` and `playground` have in common: start, wait for a signal, stop."""

import gc
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot import logs
from bot.app import Bot, build
from bot.memory import share_heaps
from bot.memory_keeper import MemoryKeeper
from bot.server_lock import ServerLock
from bot.settings import Settings, WrongSettings
from bot.workers import Workers
from domain.niche import default_vocabulary
from storage import imports

log = logging.getLogger(__name__)

COLLECTED_AT = 20_000, 20, 100
"""New objects, and rounds, at which the garbage collector looks again: seldom, for a request makes
thousands and leaves next to nothing for it, and each look puts other things out of the
processor's caches."""
WARM_UP_SECONDS = 1.0  # the first search finds the vocabulary read, and the start does not wait


def start_logging(settings: Settings) -> None:
    """Log to standard error, without secrets."""
    logs.start(
        settings.log_level, as_json=settings.log_format == "json", secrets=secrets_of(settings)
    )
    for name in ("apscheduler", "httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Bolt warns that the token from the environment is unused, which reads as a fault
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    # a queue of one or two is no event: what waits too long shows in Slack's own time-outs
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if settings.log_level != "DEBUG":  # what it finds wrong is raised too, and said by us
        logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)


def secrets_of(settings: Settings) -> list[str]:
    """Every configured secret, to be hidden wherever it turns up."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    if settings.encryption_keys is not None:
        found += [one.strip() for one in settings.encryption_keys.get_secret_value().split(",")]
    password = make_url(settings.resolved_database_url).password
    return [*found, str(password)] if password else found


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


def require_for_serving(settings: Settings) -> None:
    """See that HTTP mode has what it needs, for one workspace or for many.

    Raises:
        WrongSettings: one sentence a setting that is missing, or two that exclude each other.
    """
    if not settings.slack_client_id and settings.slack_client_secret is None:
        require(settings, "slack_bot_token", "slack_signing_secret")
        return
    if settings.slack_bot_token is not None:
        raise WrongSettings(
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: the first is for one workspace, "
            "the second for many. Unset one of them."
        )
    require(
        settings,
        "slack_client_id",
        "slack_client_secret",
        "slack_signing_secret",
        "encryption_keys",
        "public_url",
    )
    if not settings.public_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise WrongSettings(
            "PUBLIC_URL is wrong: installing needs an address with https://, for browsers give "
            "back the cookie to no other."
        )


def settle_in() -> None:
    """Read what the first search needs, and let the garbage collector pass over all that is loaded.

    It would look through all of it again and again, and answer nobody for a tenth of a second.
    """
    default_vocabulary()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)


def told_to_stop() -> threading.Event:
    """An event that SIGTERM or Ctrl-C sets; called by the main thread.

    Where the system gives a signal to another thread, as it may after a pause (SIGCONT), Python
    runs no handler before the main thread wakes, and that waits for this event. So the number is
    read from where Python writes it at once.
    """
    stopping = threading.Event()
    written, read = socket.socketpair()
    written.setblocking(False)

    def listen() -> None:
        while read.recv(1):  # nothing else has a handler here
            stopping.set()

    signal.set_wakeup_fd(written.detach(), warn_on_full_buffer=False)
    threading.Thread(target=listen, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


@contextmanager
def running(settings: Settings, *, demo: bool = False) -> Iterator[tuple[Bot, threading.Event]]:
    """The bot with its workers; the event is set by SIGTERM or Ctrl-C.

    Raises:
        ServerAlreadyRunning: another server has the SQLite file.
    """
    share_heaps()
    stopping = told_to_stop()
    with ExitStack() as stack:
        url = make_url(settings.resolved_database_url)
        if url.get_backend_name() == "sqlite":
            stack.enter_context(ServerLock(Path(str(url.database))))
        bot = build(settings, demo=demo)
        stack.callback(bot.services.database.close)
        if bot.services.database.is_sqlite:  # no other server is there: whoever held them is gone
            imports.end_leases_of_servers(bot.services.database)
        workers = Workers(bot)
        workers.start()
        stack.callback(workers.stop)
        keeper = MemoryKeeper(bot)
        keeper.start()
        stack.callback(keeper.stop)
        warm_up = threading.Timer(WARM_UP_SECONDS, settle_in)
        warm_up.daemon = True
        warm_up.start()
        stack.callback(warm_up.cancel)
        yield bot, stopping
        log.info("stopping: finishing what is in hand")
