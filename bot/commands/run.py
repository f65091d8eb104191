"""`influencer-bot run`: Socket Mode, no inbound port."""

import threading

import click

from bot import settings as configuration
from bot.first_contact import keep_trying
from bot.memory import share_heaps
from bot.operator_server import operators_port
from bot.running import refuse_playground_clock, require, running, start_logging
from bot.socket_mode import connect_forever


@click.command("run")
def command() -> None:
    """Connect to Slack in Socket Mode: no public address is needed."""
    settings = configuration.load(public_url="")  # nothing listens: nobody could reach it
    refuse_playground_clock(settings)
    require(settings, "slack_bot_token", "slack_app_token")
    start_logging(settings)
    share_heaps()  # before the first thread
    with operators_port(settings) as operators, running(settings) as (bot, stopping):
        operators.open(bot)
        threading.Thread(target=keep_trying, args=(bot, stopping), daemon=True).start()
        connect_forever(bot, stopping)
