"""`influencer-bot serve`: HTTP mode."""

import threading

import click

from bot import settings as configuration
from bot.first_contact import keep_trying
from bot.http_server import HttpServer
from bot.running import refuse_playground_clock, require_for_serving, running, start_logging


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
    with running(settings) as (bot, stopping):
        server = HttpServer(bot, host, port)
        threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
        if bot.tokens is None:
            threading.Thread(target=keep_trying, args=(bot, stopping), daemon=True).start()
        click.echo(f"Listening on http://{host}:{server.port}/slack/events")
        stopping.wait()
        server.close()
