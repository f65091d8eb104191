"""A small port of its own for operators, in Socket Mode and HTTP mode alike."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.listening import Listener
from bot.operators import Operators
from bot.settings import Settings

THREADS = 2  # while somebody fetches the metrics, /healthz is answered


@contextmanager
def operators_port(settings: Settings) -> Iterator[Operators]:
    """Answer `bot.operators.PATHS` on METRICS_PORT, where it is set, as long as the block lasts.

    Raises:
        CannotListen: the address or port can't be had.
    """
    operators = Operators(settings.metrics_token, public=False)
    if settings.metrics_port is None:
        yield operators
        return
    listener = Listener(
        operators,
        settings.metrics_host,
        settings.metrics_port,
        threads=THREADS,
        chosen_with="METRICS_PORT",
    )
    threading.Thread(target=listener.serve_forever, name="operators", daemon=True).start()
    try:
        yield operators
    finally:
        listener.close(seconds=1)
