"""Socket Mode: Slack delivers over a connection that the bot opens."""

import logging
import threading

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.app import Bot

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 30.0


def connect_forever(bot: Bot, stopping: threading.Event) -> None:
    """Keep one connection open until told to stop; says so while Slack is out of reach."""
    token = bot.settings.slack_app_token
    if token is None:
        raise ValueError("SLACK_APP_TOKEN is not set")
    handler = SocketModeHandler(
        bot.bolt,
        token.get_secret_value(),
        web_client=WebClient(base_url=bot.settings.slack_api_base_url, retry_handlers=[]),
        concurrency=bot.settings.server_threads,
    )
    wait = 1.0
    while not stopping.is_set():
        try:
            handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        except Exception as error:  # DNS, TLS, refused token: each its own class
            log.warning("Slack can't be reached (%s); trying again in %.0f s", error, wait)
            stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            log.info("connected in Socket Mode")
            break
    stopping.wait()
    handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
