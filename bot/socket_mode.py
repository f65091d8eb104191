"""Socket Mode: Slack delivers over a connection that the bot opens."""

import logging
import threading

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.app import Bot
from handlers.reactions import look_for_missed_votes
from storage import workspaces

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
WATCH_SECONDS = 2.0


def connect_forever(
    bot: Bot, stopping: threading.Event, first_wait: float = FIRST_WAIT_SECONDS
) -> None:
    """Keep one connection open until told to stop; says so while Slack is out of reach.

    first_wait: seconds before the second try; each further one waits twice as long.
    """
    handler = _handler(bot)
    wait = first_wait
    while not stopping.is_set():
        reason = _connect(handler)
        if reason is None:
            log.info("connected in Socket Mode")
            _watch(bot, handler, stopping)
            break
        log.warning("Slack can't be reached (%s); trying again in %.0f s", reason, wait)
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)
    handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


def _handler(bot: Bot) -> SocketModeHandler:
    token = bot.settings.slack_app_token
    if token is None:
        raise LookupError("SLACK_APP_TOKEN is not set")
    return SocketModeHandler(
        bot.bolt,
        token.get_secret_value(),
        logger=logging.getLogger("slack_sdk.socket_mode"),  # what it finds, we say in one line
        web_client=WebClient(base_url=bot.settings.slack_api_base_url, retry_handlers=[]),
        concurrency=bot.settings.server_threads,
    )


def _connect(handler: SocketModeHandler) -> str | None:
    """Connect once; gives the reason why it did not work, or None."""
    client = handler.client
    if client is None:
        raise LookupError("the handler has no client")
    client.wss_uri = None  # an address is good for one connection
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except Exception as error:  # DNS, TLS, refused token: each its own class
        return str(error)
    return None if client.is_connected() else "the connection was refused"


def _watch(bot: Bot, handler: SocketModeHandler, stopping: threading.Event) -> None:
    """Say when the connection is lost and found again; the client sees to it by itself.

    What Slack could not deliver in between is gone, so votes are looked for after every new
    connection, the ones that were made too quickly to be noticed as lost included.
    """
    connected, session = True, _session_of(handler)
    while not stopping.wait(WATCH_SECONDS):
        before, connected = connected, bool(handler.client and handler.client.is_connected())
        if before and not connected:
            log.warning("the connection to Slack is lost; connecting again")
        elif connected and not before:
            log.info("connected in Socket Mode again")
        if connected and _session_of(handler) != session:
            session = _session_of(handler)
            look_for_votes(bot)


def _session_of(handler: SocketModeHandler) -> str | None:
    """Each connection of the client has a session of its own."""
    session: str | None = handler.client.session_id() if handler.client else None
    return session


def look_for_votes(bot: Bot) -> None:
    """Have reactions that Slack could not deliver looked for, in every workspace."""
    for workspace in workspaces.all_active(bot.services.database):
        try:
            look_for_missed_votes(bot.context(workspace))
        except Exception:  # the hourly look finds them too
            log.exception("votes could not be looked for in workspace %s", workspace.id)
