"""`influencer-bot serve`: HTTP mode."""

import os
from contextlib import nullcontext

import click

from bot import settings as configuration
from bot.metrics_folder import metrics_folder


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
    processes = 1 if os.name == "nt" else settings.server_processes  # Windows shares no sockets
    with metrics_folder(settings.data_dir) if processes > 1 else nullcontext():
        # what these load counts in that folder
        from bot.running import refuse_playground_clock  # noqa: PLC0415
        from bot.serving import serve  # noqa: PLC0415

        refuse_playground_clock(settings)
        serve(settings, host, port, processes)
