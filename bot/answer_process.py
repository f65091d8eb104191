"""A process that answers Slack beside `serve`, which starts it (`bot.answering`)."""

import os
import socket
import sys
import threading
from collections.abc import Sequence

import click

from bot import cli
from bot import settings as configuration
from bot.answering import JOBS, OUTBOX, STOP_SECONDS, FarBell
from bot.app import build
from bot.http_server import HttpServer
from bot.memory import share_heaps
from bot.memory_keeper import MemoryKeeper
from bot.running import settle_in, start_logging, told_to_stop
from bot.settings import Settings

BACKGROUND_CONNECTIONS = 2  # of clicks and of what is kept in memory


@click.command()
@click.option("--socket", "files", type=int, multiple=True, required=True)
def command(files: tuple[int, ...]) -> None:
    """Answer on sockets of `serve`, until it ends or says so."""
    settings = configuration.load()
    start_logging(settings)
    answer(settings, [socket.socket(fileno=file) for file in files])


def answer(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Answer on these sockets, which another process listens on as well.

    Standard input ends when that one does, and so does this one then. What it is to wake its
    workers for is written to standard output.
    """
    share_heaps()  # before the first thread
    stopping = told_to_stop()
    threading.Thread(target=_end_with_the_first, name="end", daemon=True).start()
    bot = build(settings, background=BACKGROUND_CONNECTIONS)
    told = sys.stdout.fileno()
    os.set_blocking(told, False)
    bot.services.database.outbox_added = FarBell(OUTBOX, told)
    bot.services.database.job_added = FarBell(JOBS, told)
    settle_in()
    server = HttpServer(bot, "", 0, sockets)
    keeper = MemoryKeeper(bot)
    keeper.start()
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    stopping.wait()
    server.close(seconds=STOP_SECONDS - 1)
    keeper.stop()
    bot.services.database.close()


def _end_with_the_first() -> None:
    """It was killed when its end of this pipe is closed: nothing may go on without it."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    cli.main(command)
