"""`influencer-bot serve`: HTTP mode."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot import settings as configuration
from bot.first_contact import keep_trying
from bot.http_server import HttpServer
from bot.memory import share_heaps
from bot.operator_server import operators_port
from bot.running import refuse_playground_clock, require_for_serving, running, start_logging
from bot.settings import Settings


@click.command("serve")
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104  Slack calls from outside
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=3000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
def command(host: str, port: int) -> None:
    """Answer over HTTP: /slack/events, shops on /webhooks/, links on /r/, /healthz, /readyz."""
    settings = configuration.load()
    refuse_playground_clock(settings)
    require_for_serving(settings)
    start_logging(settings)
    share_heaps()  # before the first thread
    with (
        operators_port(settings) as operators,
        _listening(settings, host, port) as server,
        running(settings) as (bot, stopping),
    ):
        operators.open(bot)
        server.open(bot)
        if bot.tokens is None:
            threading.Thread(target=keep_trying, args=(bot, stopping), daemon=True).start()
        click.echo(f"Listening on http://{host}:{server.port}/slack/events")
        stopping.wait()
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
