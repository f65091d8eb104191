"""HTTP mode: the first process, which answers and works, and those that answer beside it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.answering import AnsweringProcesses
from bot.app import Bot
from bot.first_contact import keep_trying
from bot.http_server import HttpServer
from bot.memory import share_heaps
from bot.operator_server import operators_port
from bot.running import require_for_serving, running, start_logging
from bot.settings import Settings


def serve(settings: Settings, host: str, port: int, processes: int) -> None:
    """Answer until SIGTERM or Ctrl-C.

    Raises:
        WrongSettings: one is missing.
        CannotListen: the address or port can't be had.
    """
    require_for_serving(settings)
    start_logging(settings)
    share_heaps()  # before the first thread
    with (
        operators_port(settings) as operators,
        _listening(settings, host, port) as server,
        running(settings) as (bot, stopping),
        _beside(bot, server, processes - 1) as beside,
    ):
        operators.open(bot)
        server.open(bot)
        if bot.tokens is None:
            threading.Thread(target=keep_trying, args=(bot, stopping), daemon=True).start()
        click.echo(f"Listening on http://{host}:{server.port}/slack/events")
        stopping.wait()
        beside.tell_to_stop()
        server.close()


@contextmanager
def _listening(settings: Settings, host: str, port: int) -> Iterator[HttpServer]:
    """A server that answers /healthz and /readyz while the bot is being put together."""
    server = HttpServer(settings, host, port)
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def _beside(bot: Bot, server: HttpServer, count: int) -> Iterator[AnsweringProcesses]:
    """Have so many processes more answer, as long as the block lasts."""
    beside = AnsweringProcesses(bot.services.database, server.sockets, count)
    beside.start()
    try:
        yield beside
    finally:
        beside.stop()
